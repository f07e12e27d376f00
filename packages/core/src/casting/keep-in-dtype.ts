// Which parameters and buffers are exempt from a whole-model cast, and in which dtype they stay.

import { warnOnce } from "../messages.js";
import { type DType, FabricError, type nn, type Tensor, torch } from "../torch.js";
import { compileGlob } from "./glob.js";

/**
 * Patterns over dotted names, each with the dtype in which what it matches is kept:
 * `{ "**.rope.*": "float32" }`. The first pattern that matches a name decides.
 */
export type KeepInDtype = Readonly<Record<string, DType>>;

/**
 * A layer whose own numerics need a certain dtype declares it in a field or static field `keepInDtype`, with patterns
 * relative to the layer. What the user passes to the plugin goes first.
 */
export interface DeclaresKeepInDtype {
  /** Patterns relative to this layer, `{ "inv_freq": "float32" }`. */
  readonly keepInDtype?: KeepInDtype;
}

/** One tensor that keeps a dtype of its own. */
export interface KeptTensor {
  readonly name: string;
  readonly tensor: Tensor;
  readonly dtype: DType;
}

const REAL_FLOATS: ReadonlySet<string> = new Set(["float64", "float32", "float16", "bfloat16"]);

/** Copies and checks patterns. @throws FabricError `FABRIC_CONFIG_KEEP_IN_DTYPE` */
export function checkKeepInDtype(value: unknown, owner: string): KeepInDtype {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FabricError(
      "FABRIC_CONFIG_KEEP_IN_DTYPE",
      `${owner}: expected \`keepInDtype\` to be an object of patterns and dtypes, such as { "**.rope.*": "float32" }, but received ${String(value)}.`,
    );
  }
  for (const [pattern, dtype] of Object.entries(value)) {
    if (typeof dtype === "string" && torch.isDType(dtype) && REAL_FLOATS.has(dtype)) continue;
    throw new FabricError(
      "FABRIC_CONFIG_KEEP_IN_DTYPE",
      `${owner}: expected a real floating dtype ("float32", "float64", ...) for \`keepInDtype["${pattern}"]\` but received ${JSON.stringify(dtype)}.`,
    );
  }
  return { ...(value as KeepInDtype) };
}

/** Lists the real floating parameters and buffers that `patterns` or a layer's declaration exempt. */
export function findKept(module: nn.Module, patterns: KeepInDtype, owner: string): KeptTensor[] {
  const rules = [...compile("", patterns), ...declaredRules(module, owner)];
  if (rules.length === 0) return [];
  const used = new Set<Rule>();
  const kept: KeptTensor[] = [];
  for (const [name, tensor] of namedTensors(module)) {
    const rule = rules.find((candidate) => candidate.matches(name));
    if (rule === undefined) continue;
    used.add(rule);
    if (tensor.isFloatingPoint()) kept.push({ name, tensor, dtype: rule.dtype });
  }
  for (const rule of rules) {
    if (used.has(rule) || rule.declared) continue;
    warnOnce(
      "FABRIC_CONFIG_KEEP_IN_DTYPE",
      `${owner}: the pattern \`${rule.pattern}\` of \`keepInDtype\` matches no parameter or buffer of ${module.constructor.name}, so it keeps nothing. Names are dotted as in the state dict; \`**\` stands for any number of segments.`,
    );
  }
  return kept;
}

/** Parameters and buffers with their dotted names; one that is reached twice appears under each name. */
export function namedTensors(module: nn.Module): [name: string, tensor: Tensor][] {
  return [
    ...module.namedParameters({ removeDuplicate: false }),
    ...module.namedBuffers({ removeDuplicate: false }),
  ];
}

interface Rule {
  readonly pattern: string;
  readonly dtype: DType;
  readonly declared: boolean;
  readonly matches: (name: string) => boolean;
}

function compile(prefix: string, patterns: KeepInDtype): Rule[] {
  return Object.entries(patterns).map(([pattern, dtype]) => {
    const test = compileGlob(pattern);
    const matches = (name: string): boolean =>
      name.startsWith(prefix) && test(name.slice(prefix.length));
    return { pattern, dtype, declared: false, matches };
  });
}

function declaredRules(module: nn.Module, owner: string): Rule[] {
  const rules: Rule[] = [];
  for (const [path, child] of module.namedModules({ removeDuplicate: false })) {
    const declared =
      (child as DeclaresKeepInDtype).keepInDtype ??
      (child.constructor as DeclaresKeepInDtype).keepInDtype;
    if (declared === undefined) continue;
    const patterns = checkKeepInDtype(
      declared,
      `${owner}, layer \`${path}\` (${child.constructor.name})`,
    );
    const prefix = path === "" ? "" : `${path}.`;
    rules.push(...compile(prefix, patterns).map((rule) => ({ ...rule, declared: true })));
  }
  return rules;
}
