// How ATen names become TypeScript names, and which names the generator leaves to hand-written code.

/** Members that class Tensor defines by hand; generated methods must not touch them. */
export const HANDWRITTEN = new Set([
  "at",
  "backward",
  "bfloat16",
  "bool",
  "cpu",
  "cuda",
  "data",
  "dataPtr",
  "device",
  "dim",
  "dispose",
  "double",
  "dtype",
  "elementSize",
  "float",
  "grad",
  "gradFn",
  "half",
  "int",
  "isComplex",
  "isContiguous",
  "isFloatingPoint",
  "isLeaf",
  "isSame",
  "item",
  "long",
  "nbytes",
  "ndim",
  "numel",
  "registerHook",
  "requiresGrad",
  "requiresGrad_",
  "retainGrad",
  "set_",
  "setData",
  "shape",
  "size",
  "storageOffset",
  "stride",
  "to",
  "toArray",
  "toString",
  "toTypedArray",
  "version",
]);

/** Words that cannot name a `const` in an ES module; such functions are exported through an alias. */
const RESERVED = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export " +
    "extends false finally for function if implements import in instanceof interface let new null package " +
    "private protected public return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** `layer_norm` -> `layerNorm`, `index_put_` -> `indexPut_`; a trailing `_` (in-place) stays. */
export function camelCase(name) {
  const trailing = /_*$/.exec(name)[0];
  const stem = name.slice(0, name.length - trailing.length);
  return stem.replace(/(?<=[^_])_+(.)/g, (_, next) => next.toUpperCase()) + trailing;
}

/** Whether `name` needs an alias to be exported. */
export function isReserved(name) {
  return RESERVED.has(name);
}

/** An identifier usable as a local name: reserved words get a trailing `_`. */
export function identifier(name) {
  return isReserved(name) ? `${name}_` : name;
}

/**
 * Throws when two different names meet after camelCasing.
 *
 * @param {string} where - what the names belong to, for the message.
 * @param {Iterable<string>} names - names as the schemas spell them.
 * @returns {Map<string, string>} camelCase name to original name.
 */
export function camelCaseAll(where, names) {
  const seen = new Map();
  for (const name of names) {
    const camel = camelCase(name);
    const other = seen.get(camel);
    if (other !== undefined && other !== name) {
      throw new Error(
        `${where}: \`${other}\` and \`${name}\` both become \`${camel}\`; rename one in tools/gen/names.mjs`,
      );
    }
    seen.set(camel, name);
  }
  return seen;
}
