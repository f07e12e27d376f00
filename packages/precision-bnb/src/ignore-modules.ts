// Which layers stay as they are: what a user names.
import { compileGlob, warnOnce } from "@fabric/core";
import { describeValue, FabricError, type nn } from "@fabric/torch";

/**
 * A layer to spare: the beginning of its dotted name, a pattern with `*` (within a segment) or `**` (any segments) for the whole name, a regular
 * expression, or a function of the name and the layer.
 */
export type ModulePattern = string | RegExp | ((name: string, module: nn.Module) => boolean);

/** Patterns, and which of them were used. */
export class IgnoreModules {
  readonly #rules: { pattern: ModulePattern; test: (name: string, module: nn.Module) => boolean }[];

  /** @throws FabricError `FABRIC_CONFIG_IGNORE_MODULES`. */
  constructor(patterns: unknown) {
    if (
      typeof patterns === "string" ||
      typeof (patterns as Iterable<unknown> | undefined)?.[Symbol.iterator] !== "function"
    ) {
      throw new FabricError(
        "FABRIC_CONFIG_IGNORE_MODULES",
        `Expected an array or set as \`ignoreModules\` but received ${describeValue(patterns)}. Write ignoreModules: ["lm_head"].`,
      );
    }
    this.#rules = [...(patterns as Iterable<unknown>)].map((pattern) => ({
      pattern: pattern as ModulePattern,
      test: testOf(pattern),
    }));
  }

  /** Whether there are none. */
  get isEmpty(): boolean {
    return this.#rules.length === 0;
  }

  /** The names among `layers` to spare. Warns of patterns that match nothing, or cut a name inside a segment. */
  select(layers: readonly (readonly [name: string, module: nn.Module])[]): Set<string> {
    const spared = new Set<string>();
    for (const { pattern, test } of this.#rules) {
      const matched = layers.filter(([name, module]) => test(name, module)).map(([name]) => name);
      for (const name of matched) spared.add(name);
      if (matched.length === 0)
        warnOnce(
          "FABRIC_BNB_IGNORE_MODULES",
          `\`ignoreModules\`: ${describeValue(pattern)} matches no linear layer, so it spares nothing. Names are dotted as in the state dict.`,
        );
      const cut = matched.find((name) => cutsSegment(pattern, name));
      if (cut !== undefined)
        warnOnce(
          "FABRIC_BNB_IGNORE_MODULES",
          `\`ignoreModules\`: ${describeValue(pattern)} is taken as the beginning of a name and spares \`${cut}\` as well. Write the whole name, or a pattern with *.`,
        );
    }
    return spared;
  }
}

function testOf(pattern: unknown): (name: string, module: nn.Module) => boolean {
  if (typeof pattern === "function") return pattern as (name: string, module: nn.Module) => boolean;
  if (pattern instanceof RegExp)
    return (name) => new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).test(name);
  if (typeof pattern === "string" && pattern !== "")
    return pattern.includes("*") ? compileGlob(pattern) : (name) => name.startsWith(pattern);
  throw new FabricError(
    "FABRIC_CONFIG_IGNORE_MODULES",
    `Expected names, regular expressions or functions in \`ignoreModules\` but received ${describeValue(pattern)}.`,
  );
}

function cutsSegment(pattern: ModulePattern, name: string): boolean {
  if (typeof pattern !== "string" || pattern.includes("*") || pattern.endsWith(".")) return false;
  return name.length > pattern.length && name[pattern.length] !== ".";
}
