// Which tensors are quantised, and why the others are not.
import { compileGlob, warnOnce } from "@fabric/core";
import { describeValue, FabricError } from "@fabric/torch";
import { FLOAT_DTYPES } from "../functional/arguments.js";
import type { Source, SourceTensor } from "./source.js";

/** What happens to a tensor. */
export interface Choice {
  readonly tensor: SourceTensor;
  /** Why a weight that could be quantised is not; null if it is, or could not be. */
  readonly spared: string | null;
  readonly quantize: boolean;
}

/** Words by which the last part of a layer's name says that it is no linear layer. */
const NOT_LINEAR: readonly (readonly [what: string, words: readonly string[]])[] = [
  ["an embedding", ["embed", "embeds", "embedding", "embeddings", "emb", "wte"]],
  ["positions", ["wpe", "pos", "position", "positions", "positional", "rotary", "rope"]],
  ["a norm", ["norm", "norms", "layernorm", "rmsnorm", "groupnorm", "batchnorm", "ln"]],
  ["a bias by position", ["relative", "bias"]],
];

/**
 * A choice for every tensor, in their order. A layer whose whole name is among `only` is quantised though its name says that it is no linear one.
 *
 * @throws FabricError `FABRIC_CONFIG_PATTERN` for a pattern that is empty, `FABRIC_CONFIG_NOTHING_TO_QUANTIZE` if nothing is left.
 */
export function selectTensors(
  source: Source,
  ignore: readonly string[],
  only: readonly string[],
): Choice[] {
  const ignored = new Patterns("--ignore", ignore);
  const wanted = new Patterns("--only", only);
  const head = tiedHead(source);
  const choices = source.tensors.map((tensor): Choice => {
    if (!couldBe(tensor)) return { tensor, spared: null, quantize: false };
    const layer = layerOf(tensor.name);
    // Each is asked, so that each knows what it matched.
    const by = ignored.match(layer, tensor.name);
    const isWanted = only.length === 0 || wanted.match(layer, tensor.name) !== null;
    const spared =
      by !== null
        ? `--ignore ${by}`
        : !isWanted
          ? "not among --only"
          : ((wanted.names(layer, tensor.name) ? null : kindByName(layer)) ??
            (head(layer) ? "tied to the embedding (config.json)" : null));
    return { tensor, spared, quantize: spared === null };
  });
  ignored.warnUnused();
  wanted.warnUnused();
  if (!choices.some(({ quantize }) => quantize)) throw nothing(source, choices);
  return choices;
}

/** The layer of a weight: its name without `.weight`; empty for a bare `weight`. */
export function layerOf(name: string): string {
  return name === "weight" ? "" : name.slice(0, -".weight".length);
}

function couldBe({ name, dtype, shape, elements }: SourceTensor): boolean {
  const isWeight = name === "weight" || name.endsWith(".weight");
  return isWeight && shape.length === 2 && elements > 0 && FLOAT_DTYPES.includes(dtype);
}

function kindByName(layer: string): string | null {
  const segment =
    layer
      .split(".")
      .filter((part) => !/^\d*$/.test(part))
      .at(-1) ?? "";
  // The name of T5's embedding.
  if (segment === "shared") return "an embedding by its name";
  const words = segment
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split(/[_\-\d]+/);
  for (const [what, known] of NOT_LINEAR)
    if (words.some((word) => known.includes(word))) return `${what} by its name`;
  return null;
}

/** A head that shares the embedding's weight: four bits of it would be four bits of the embedding. */
function tiedHead({ config }: Source): (layer: string) => boolean {
  const isTied = config?.["tie_word_embeddings"] === true;
  return (layer) => isTied && /(^|\.)(lm_head|output_projection)$/.test(layer);
}

class Patterns {
  readonly #option: string;
  readonly #rules: { pattern: string; test: (name: string) => boolean; used: boolean }[];

  constructor(option: string, patterns: readonly string[]) {
    this.#option = option;
    this.#rules = patterns.map((pattern) => {
      if (typeof pattern !== "string" || pattern === "")
        throw new FabricError(
          "FABRIC_CONFIG_PATTERN",
          `${option}: expected the beginning of a layer's name, or a pattern with *, but received ${describeValue(pattern)}.`,
        );
      const test = pattern.includes("*")
        ? compileGlob(pattern)
        : (name: string) => name.startsWith(pattern);
      return { pattern, test, used: false };
    });
  }

  /** The first that fits the layer's or the tensor's name. */
  match(layer: string, name: string): string | null {
    let first: string | null = null;
    for (const rule of this.#rules) {
      if (!rule.test(layer) && !rule.test(name)) continue;
      rule.used = true;
      first ??= rule.pattern;
    }
    return first;
  }

  /** Whether one is the whole name: what was meant for sure. */
  names(layer: string, name: string): boolean {
    return this.#rules.some(({ pattern }) => pattern === layer || pattern === name);
  }

  warnUnused(): void {
    for (const { pattern, used } of this.#rules)
      if (!used)
        warnOnce(
          "FABRIC_QUANTIZE_PATTERN",
          `${this.#option} ${pattern} matches no two-dimensional float weight. Names are dotted, as in the file: \`fabric inspect\` lists them.`,
        );
  }
}

function nothing({ path }: Source, choices: readonly Choice[]): FabricError {
  const spared = choices.filter((choice) => choice.spared !== null);
  const some = spared
    .slice(0, 5)
    .map((choice) => `\`${choice.tensor.name}\` (${choice.spared})`)
    .join(", ");
  return new FabricError(
    "FABRIC_CONFIG_NOTHING_TO_QUANTIZE",
    spared.length === 0
      ? `\`${path}\` has no two-dimensional float tensor whose name ends in .weight, so there is nothing to quantise.`
      : `nothing of \`${path}\` is left to quantise; spared: ${some}${spared.length > 5 ? ` and ${spared.length - 5} more` : ""}. Take back some of --ignore and --only.`,
  );
}
