// Values for another thread: tensors by token, without a copy; the rest by structured clone.

import { isPlainObject } from "../../dispatch/kinds.js";
import { FabricError, show } from "../../errors.js";
import { dropShared, shareTensor, takeShared } from "../../share.js";
import { isTensor } from "../../tensor.js";

/** Stands for a tensor; no key of a user's begins with this character. */
const TOKEN = "\u0000tensor";

/** A value ready to be posted, and the tensors in it. @internal */
export interface Encoded {
  readonly value: unknown;
  readonly tokens: readonly number[];
}

/**
 * Replaces the tensors of a value. Arrays, plain objects, Map and Set are entered; typed arrays, ArrayBuffers, dates and primitives pass.
 *
 * @throws FabricError `FABRIC_USAGE_WORKER_VALUE` naming the place of anything else; nothing stays shared then. @internal
 */
export function encode(value: unknown): Encoded {
  const tokens: number[] = [];
  try {
    return { value: walk(value, "", tokens), tokens };
  } catch (error) {
    for (const token of tokens) dropShared(token);
    throw error;
  }
}

/** Puts a value together in the thread that received it. @internal */
export function decode(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  if (value instanceof Map) return new Map([...value].map(([k, v]) => [decode(k), decode(v)]));
  if (value instanceof Set) return new Set([...value].map(decode));
  if (!isPlainObject(value)) return value;
  if (TOKEN in value) return takeShared(value[TOKEN] as number);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decode(item)]));
}

function walk(value: unknown, path: string, tokens: number[]): unknown {
  if (typeof value === "function" || typeof value === "symbol")
    throw refused(path, `a ${typeof value}`);
  if (typeof value !== "object" || value === null) return value;
  if (isTensor(value)) {
    const token = shareTensor(value);
    tokens.push(token);
    return { [TOKEN]: token };
  }
  if (Array.isArray(value)) return value.map((item, i) => walk(item, `${path}[${i}]`, tokens));
  if (value instanceof Map)
    return new Map(
      [...value].map(([key, item]) => [
        walk(key, `${path}.keys()`, tokens),
        walk(item, `${path}.get(${show(key)})`, tokens),
      ]),
    );
  if (value instanceof Set)
    return new Set([...value].map((item) => walk(item, `${path}.values()`, tokens)));
  if (isPlainObject(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, `${path}.${key}`, tokens)]),
    );
  if (isCloneable(value)) return value;
  throw refused(path, `an instance of ${value.constructor?.name ?? "a class"}`);
}

/** What arrives as it was sent; instances of other classes would arrive as plain objects. */
function isCloneable(value: object): boolean {
  return (
    ArrayBuffer.isView(value) ||
    value instanceof ArrayBuffer ||
    value instanceof SharedArrayBuffer ||
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof Error
  );
}

function refused(path: string, what: string): FabricError {
  return new FabricError(
    "FABRIC_USAGE_WORKER_VALUE",
    `Cannot hand ${what}${path === "" ? "" : ` (at \`${path}\`)`} to another thread. Use tensors, typed arrays, plain objects, arrays, Map, Set and primitives.`,
  );
}
