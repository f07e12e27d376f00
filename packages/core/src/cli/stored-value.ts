// Values of a checkpoint, for people and for programs.

import { inspect } from "node:util";

import { isPlainObject } from "../collections.js";
import { plainText } from "./plain-text.js";

/** Longest text that is shown of a value or a name. */
const LONGEST = 60;
const LONGEST_NAME = 100;

/** A value on one line, cut short. @internal */
export function valueText(value: unknown): string {
  const text = inspect(value, {
    depth: 2,
    maxArrayLength: 8,
    maxStringLength: LONGEST,
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
  });
  return shortened(plainText(text), LONGEST);
}

/** A key or a tensor's name. @internal */
export function nameText(name: string): string {
  return shortened(plainText(name), LONGEST_NAME);
}

/** A value as `checkpoint.json` spells it, `{ "$": kind, value }` for what JSON lacks; of typed arrays, the length alone. @internal */
export function jsonValue(value: unknown): unknown {
  if (typeof value === "bigint") return { $: "bigint", value: String(value) };
  if (value === undefined) return { $: "undefined" };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $: "number", value: Object.is(value, -0) ? "-0" : String(value) };
  if (value instanceof Date) return { $: "date", value: value.getTime() };
  if (ArrayBuffer.isView(value))
    return { $: "array", type: value.constructor.name, length: (value as Uint8Array).length };
  if (Array.isArray(value)) return value.map(jsonValue);
  if (value instanceof Set) return { $: "set", value: [...value].map(jsonValue) };
  if (value instanceof Map)
    return { $: "map", value: [...value].map(([key, item]) => [jsonValue(key), jsonValue(item)]) };
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, jsonValue(item)] as const);
  return Object.hasOwn(value, "$") ? { $: "object", value: entries } : Object.fromEntries(entries);
}

function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
}
