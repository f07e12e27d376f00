// A checkpoint's values as JSON, with tensors taken out under their path: no pickle, nothing that could run.

import { isPlainObject } from "../collections.js";
import { FabricError, isTensor, type Tensor, torch } from "../torch.js";
import { corrupt } from "./format.js";

/** What JSON cannot hold is an object with this key, whose value names the kind. A user's own such key is escaped. */
const TAG = "$";
/** Levels of nesting: far below where the stack would end. */
const MAX_DEPTH = 1000;

/** Values as JSON, and the tensors among them by name. @internal */
export interface EncodedTree {
  readonly json: unknown;
  readonly tensors: Map<string, Tensor>;
}

type TypedArrayClass = { new (buffer: ArrayBuffer): ArrayBufferView; readonly name: string };

const TYPED_ARRAYS: ReadonlyMap<string, TypedArrayClass> = new Map<string, TypedArrayClass>(
  [
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
  ].map((type) => [type.name, type as unknown as TypedArrayClass]),
);

/**
 * Takes a value apart. Plain objects, arrays, Map, Set, numbers, strings, booleans, null, undefined, bigint, Date, typed
 * arrays and tensors can be stored.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_VALUE` naming the place of anything else, and of a cycle. @internal
 */
export function encodeTree(value: unknown): EncodedTree {
  const tensors = new Map<string, Tensor>();
  const json = encode(value, "", tensors, new Set());
  return { json, tensors };
}

function encode(
  value: unknown,
  path: string,
  tensors: Map<string, Tensor>,
  above: Set<object>,
): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { [TAG]: "number", value: Object.is(value, -0) ? "-0" : String(value) };
    case "bigint":
      return { [TAG]: "bigint", value: String(value) };
    case "undefined":
      return { [TAG]: "undefined" };
    case "object":
      return value === null ? null : encodeObject(value, path, tensors, above);
    default:
      throw unstorable(path, `a ${typeof value}`);
  }
}

function encodeObject(
  value: object,
  path: string,
  tensors: Map<string, Tensor>,
  above: Set<object>,
): unknown {
  if (isTensor(value)) return encodeTensor(value, path, tensors);
  if (value instanceof Date) return { [TAG]: "date", value: value.getTime() };
  const typed = TYPED_ARRAYS.get(value.constructor?.name ?? "");
  if (typed !== undefined && value instanceof typed) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    return { [TAG]: "array", type: typed.name, value: bytes.toString("base64") };
  }
  enter(value, path, above);
  const result = encodeCollection(value, path, tensors, above);
  above.delete(value);
  return result;
}

/**
 * Looks for cycles and for nesting without end, before anything else walks the value.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_VALUE` naming the place. @internal
 */
export function checkNesting(value: unknown, path: string, above: Set<object> = new Set()): void {
  const children = childrenOf(value);
  if (children === null) return;
  enter(value as object, path, above);
  for (const [key, item] of children)
    if (typeof item === "object") checkNesting(item, `${path}.${String(key)}`, above);
  above.delete(value as object);
}

function childrenOf(value: unknown): Iterable<readonly [unknown, unknown]> | null {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Set) return [...value].entries();
  if (value instanceof Map) return value;
  return isPlainObject(value) ? Object.entries(value) : null;
}

function enter(value: object, path: string, above: Set<object>): void {
  if (above.has(value)) throw unstorable(path, "a reference back to an object that contains it");
  if (above.size >= MAX_DEPTH)
    throw unstorable(`${path.slice(0, 40)}...`, `more than ${MAX_DEPTH} levels of nesting`);
  above.add(value);
}

function encodeCollection(
  value: object,
  path: string,
  tensors: Map<string, Tensor>,
  above: Set<object>,
): unknown {
  const inner = (item: unknown, key: string): unknown =>
    encode(item, path === "" ? key : `${path}.${key}`, tensors, above);
  if (Array.isArray(value)) return value.map((item, i) => inner(item, String(i)));
  if (value instanceof Set)
    return { [TAG]: "set", value: [...value].map((item, i) => inner(item, String(i))) };
  if (value instanceof Map) {
    const entries = [...value].map(([key, item], i) => [
      inner(key, `${i}.key`),
      inner(item, typeof key === "object" ? String(i) : String(key)),
    ]);
    return { [TAG]: "map", value: entries };
  }
  if (!isPlainObject(value))
    throw unstorable(
      path,
      `an instance of ${value.constructor?.name ?? "a class"} without stateDict and loadStateDict`,
    );
  const entries = Object.entries(value).map(([key, item]) => [key, inner(item, key)] as const);
  const object = Object.fromEntries(entries);
  return TAG in value ? { [TAG]: "object", value: entries } : object;
}

/** The safetensors format has no complex128: such a tensor is stored as pairs of float64. */
function encodeTensor(tensor: Tensor, path: string, tensors: Map<string, Tensor>): unknown {
  if (tensor.dtype !== "complex128")
    return { [TAG]: "tensor", name: addTensor(tensor, path, tensors) };
  return {
    [TAG]: "complex",
    name: addTensor(torch.viewAsReal(tensor.detach().resolveConj()), path, tensors),
  };
}

function addTensor(tensor: Tensor, path: string, tensors: Map<string, Tensor>): string {
  // Two names that a tensor cannot have: none, and the format's own key.
  let name = path === "" || path === "__metadata__" ? `${path}#` : path;
  // { "a.b": t } and { a: { b: t } } would meet under one name.
  for (let i = 1; tensors.has(name); i++) name = `${path}#${i}`;
  tensors.set(name, tensor);
  return name;
}

/**
 * Puts a value together again.
 *
 * @param path - of the checkpoint, for the error.
 * @throws FabricError `FABRIC_CHECKPOINT_CORRUPT` for JSON that {@link encodeTree} did not write. @internal
 */
export function decodeTree(
  json: unknown,
  tensorOf: (name: string) => Tensor,
  path: string,
): unknown {
  try {
    return decode(json, tensorOf, 0);
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    throw corrupt(path, `its state holds ${error.message}`, error);
  }
}

/** What a state cannot hold. */
class Damage extends Error {}

function decode(json: unknown, tensorOf: (name: string) => Tensor, depth: number): unknown {
  if (typeof json !== "object" || json === null) return json;
  if (depth > MAX_DEPTH) throw new Damage(`more than ${MAX_DEPTH} levels of nesting`);
  const inner = (item: unknown): unknown => decode(item, tensorOf, depth + 1);
  if (Array.isArray(json)) return json.map(inner);
  const record = json as Record<string, unknown>;
  if (Object.hasOwn(record, TAG)) return decodeTagged(record, tensorOf, inner);
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(record)) define(result, key, inner(item));
  return result;
}

function decodeTagged(
  record: Record<string, unknown>,
  tensorOf: (name: string) => Tensor,
  inner: (item: unknown) => unknown,
): unknown {
  const { [TAG]: kind, value, name, type } = record;
  if (kind === "tensor" && typeof name === "string") return tensorOf(name);
  if (kind === "complex" && typeof name === "string") return asComplex(name, tensorOf(name));
  if (kind === "undefined") return undefined;
  if (kind === "number" && typeof value === "string" && /^(-0|NaN|-?Infinity)$/.test(value))
    return Number(value);
  if (kind === "bigint" && typeof value === "string" && /^-?\d{1,10000}$/.test(value))
    return BigInt(value);
  if (kind === "date" && (typeof value === "number" || value === null))
    return new Date(value ?? Number.NaN);
  if (kind === "array" && typeof value === "string") return decodeTypedArray(type, value);
  if (kind === "set" && Array.isArray(value)) return new Set(value.map(inner));
  if (kind === "map" && isPairs(value)) return new Map(value.map(([k, v]) => [inner(k), inner(v)]));
  if (kind === "object" && isPairs(value) && value.every(([key]) => typeof key === "string")) {
    const result: Record<string, unknown> = {};
    for (const [key, item] of value) define(result, key as string, inner(item));
    return result;
  }
  throw new Damage(
    `an entry of the unknown kind ${typeof kind === "string" ? JSON.stringify(kind.slice(0, 100)) : typeof kind}`,
  );
}

function asComplex(name: string, pairs: Tensor): Tensor {
  if (pairs.dtype === "float64" && pairs.shape.at(-1) === 2) return torch.viewAsComplex(pairs);
  throw new Damage(
    `\`${name}\` as complex numbers, but it is ${pairs.dtype} [${pairs.shape.join(", ")}]`,
  );
}

function decodeTypedArray(type: unknown, text: string): ArrayBufferView {
  const constructor = typeof type === "string" ? TYPED_ARRAYS.get(type) : undefined;
  if (constructor === undefined)
    throw new Damage(`a typed array of the unknown type ${JSON.stringify(type)}`);
  const bytes = Buffer.from(text, "base64");
  try {
    return new constructor(new Uint8Array(bytes).buffer);
  } catch (error) {
    throw new Damage(`a ${constructor.name} of ${bytes.length} bytes`, { cause: error });
  }
}

/** A key such as `__proto__` becomes an ordinary property, never a prototype. */
function define(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  else target[key] = value;
}

function isPairs(value: unknown): value is [unknown, unknown][] {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
}

function unstorable(path: string, what: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_VALUE",
    `Cannot save ${what} at \`${path === "" ? "state" : path}\`. Save plain values, tensors, or objects with both stateDict() and loadStateDict().`,
  );
}
