// Schema types to TypeScript types.

/** @typedef {{ name: string, type: string, size: number | null, hasDefault: boolean, default?: string, kwargOnly: boolean, isOut: boolean, alias: string | null }} ArgInfo */
/** @typedef {{ type: string, alias: string | null, name: string | null }} RetInfo */
/** @typedef {{ name: string, overload: string, args: ArgInfo[], returns: RetInfo[], text?: string }} SchemaInfo */

const ELEMENT = {
  Tensor: "Tensor",
  int: "number",
  SymInt: "number",
  float: "number",
  bool: "boolean",
  str: "string",
  Scalar: "Scalar",
  ScalarType: "DType",
  Layout: "Layout",
  Device: "Device",
  MemoryFormat: "MemoryFormat",
  Generator: "Generator",
};

/** Strings whose accepted values are few: `argument` or `operator.argument` to the values, in PyTorch's order. */
const CHOICES = {
  rounding_mode: ["trunc", "floor"],
  "conv1d.padding": ["valid", "same"],
  "conv2d.padding": ["valid", "same"],
  "conv3d.padding": ["valid", "same"],
  approximate: ["none", "tanh"],
  indexing: ["ij", "xy"],
  side: ["left", "right"],
  "pad.mode": ["constant", "reflect", "replicate", "circular"],
  interpolation: ["linear", "lower", "higher", "midpoint", "nearest"],
  UPLO: ["L", "U"],
  "linalg_qr.mode": ["reduced", "complete", "r"],
  "scatter_reduce.reduce": ["sum", "prod", "mean", "amax", "amin"],
  "scatter_reduce_.reduce": ["sum", "prod", "mean", "amax", "amin"],
  "index_reduce.reduce": ["prod", "mean", "amax", "amin"],
  "index_reduce_.reduce": ["prod", "mean", "amax", "amin"],
  "scatter.reduce": ["add", "multiply"],
  "scatter_.reduce": ["add", "multiply"],
  "segment_reduce.reduce": ["sum", "mean", "max", "min", "prod"],
};

function choices(operator, arg) {
  const bare = operator.slice(operator.indexOf("::") + 2);
  const key =
    operator.startsWith("aten::fft_") && arg.name === "norm" ? null : `${bare}.${arg.name}`;
  const values =
    key === null ? ["forward", "backward", "ortho"] : (CHOICES[key] ?? CHOICES[arg.name]);
  return values === undefined ? "string" : values.map((v) => JSON.stringify(v)).join(" | ");
}

/**
 * The TypeScript type of an argument, or null when a value of it cannot come from JavaScript
 * (storages, streams, named dimensions, script classes).
 *
 * @param {string} operator - full name, e.g. `aten::conv2d`.
 * @param {ArgInfo} arg
 */
export function argumentType(operator, arg) {
  const optional = arg.type.endsWith("?");
  const type = optional ? arg.type.slice(0, -1) : arg.type;
  const base = nonNull(operator, arg, type);
  if (base === null) return null;
  return optional ? `${base} | null` : base;
}

function nonNull(operator, arg, type) {
  if (!type.endsWith("[]"))
    return type === "str" ? choices(operator, arg) : (ELEMENT[type] ?? null);
  const element = type.slice(0, -2);
  if (element === "Tensor?") return "readonly (Tensor | null)[]";
  const one = ELEMENT[element];
  if (one === undefined) return null;
  // `int[2] stride` takes one number for all dimensions; `int[] size` does not.
  return arg.size !== null ? `${one} | readonly ${one}[]` : `readonly ${one}[]`;
}

/**
 * The TypeScript type of a result, or null when it cannot reach JavaScript.
 *
 * @param {RetInfo[]} returns
 */
export function returnType(returns) {
  const types = returns.map((ret) => resultType(ret.type));
  if (types.includes(null)) return null;
  if (types.length === 0) return "void";
  if (types.length === 1) return types[0];
  const named = returns.every((ret) => ret.name !== null);
  return `[${types.map((type, i) => (named ? `${returns[i].name}: ${type}` : type)).join(", ")}]`;
}

function resultType(type) {
  if (type.endsWith("?")) {
    const base = resultType(type.slice(0, -1));
    return base === null ? null : `${base} | null`;
  }
  if (type.endsWith("[]")) {
    const base = resultType(type.slice(0, -2));
    return base === null ? null : `${base}[]`;
  }
  return ELEMENT[type] ?? null;
}
