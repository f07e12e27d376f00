// Kinds of JS values, and which of them a schema's argument type accepts.
import { deviceCode, isDevice } from "../device.js";
import { dtypeCode, isDType, layoutCode, memoryFormatCode } from "../dtype.js";
import { Generator } from "../random.js";
import { isTensor, Tensor } from "../tensor.js";

/** Kind of a JS value, 4 bits: enough to choose an overload in nearly every call. */
export const Kind = {
  Undefined: 0,
  Null: 1,
  Tensor: 2,
  Int: 3,
  Float: 4,
  Bool: 5,
  BigInt: 6,
  String: 7,
  EmptyArray: 8,
  Tensors: 9,
  Ints: 10,
  Floats: 11,
  Bools: 12,
  OtherArray: 13,
  Generator: 14,
  Other: 15,
} as const;

/** The kind of a value; of an array, by its first element. */
export function kindOf(value: unknown): number {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? Kind.Int : Kind.Float;
    case "object":
      if (value === null) return Kind.Null;
      if (Tensor.is(value)) return Kind.Tensor;
      return Array.isArray(value)
        ? arrayKind(value)
        : value instanceof Generator
          ? Kind.Generator
          : ArrayBuffer.isView(value)
            ? Kind.OtherArray
            : Kind.Other;
    case "boolean":
      return Kind.Bool;
    case "undefined":
      return Kind.Undefined;
    case "string":
      return Kind.String;
    case "bigint":
      return Kind.BigInt;
    default:
      return Kind.Other;
  }
}

function arrayKind(values: readonly unknown[]): number {
  if (values.length === 0) return Kind.EmptyArray;
  switch (kindOf(values[0])) {
    case Kind.Tensor:
      return Kind.Tensors;
    case Kind.Int:
    case Kind.BigInt:
      return Kind.Ints;
    case Kind.Float:
      return Kind.Floats;
    case Kind.Bool:
      return Kind.Bools;
    default:
      return Kind.OtherArray;
  }
}

/** An options object: a plain object that is not a complex number. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isComplexValue(value: unknown): boolean {
  return (
    isPlainObject(value) &&
    typeof value["re"] === "number" &&
    typeof value["im"] === "number" &&
    Object.keys(value).length === 2
  );
}

/** How one argument type takes JS values. */
export interface TypeRule {
  /** What a person reads: `number`, `Tensor`, ... */
  accepts: string;
  /** Whether the value is fit; lists are looked through. */
  fits(value: unknown, size: number | null): boolean;
  /** The value for the native call; absent when the value goes as it is. */
  convert?(value: unknown): unknown;
}

const isInt = (v: unknown): boolean =>
  Number.isSafeInteger(v) || (typeof v === "bigint" && BigInt.asIntN(64, v) === v);
const isScalar = (v: unknown): boolean =>
  typeof v === "number" ||
  typeof v === "boolean" ||
  (typeof v === "bigint" && BigInt.asIntN(64, v) === v) ||
  isComplexValue(v);
const isIntView = (v: unknown): boolean =>
  ArrayBuffer.isView(v) &&
  !(v instanceof DataView) &&
  !(v instanceof Float32Array) &&
  !(v instanceof Float64Array);
const listOf =
  (each: (v: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(each);
const toHandles = (value: unknown): unknown =>
  (value as readonly Tensor[]).map((t) => Tensor.handleOf(t));

const RULES = new Map<string, TypeRule>([
  ["Tensor", { accepts: "Tensor", fits: isTensor, convert: (v) => Tensor.handleOf(v as Tensor) }],
  ["Tensor[]", { accepts: "Tensor[]", fits: listOf(isTensor), convert: toHandles }],
  [
    "Tensor?[]",
    {
      accepts: "(Tensor | null)[]",
      fits: listOf((v) => v == null || isTensor(v)),
      convert: (v) =>
        (v as readonly (Tensor | null)[]).map((t) => (t == null ? null : Tensor.handleOf(t))),
    },
  ],
  ["int", { accepts: "integer", fits: isInt }],
  [
    "int[]",
    {
      accepts: "integer[]",
      fits: (v, size) =>
        (Array.isArray(v) ? v.every(isInt) : size !== null && isInt(v)) || isIntView(v),
      convert: (v) =>
        ArrayBuffer.isView(v) ? Array.from(v as unknown as ArrayLike<number | bigint>) : v,
    },
  ],
  ["float", { accepts: "number", fits: (v) => typeof v === "number" }],
  ["float[]", { accepts: "number[]", fits: listOf((v) => typeof v === "number") }],
  ["bool", { accepts: "boolean", fits: (v) => typeof v === "boolean" }],
  ["bool[]", { accepts: "boolean[]", fits: listOf((v) => typeof v === "boolean") }],
  ["Scalar", { accepts: "number | bigint | boolean", fits: isScalar }],
  ["Scalar[]", { accepts: "(number | bigint | boolean)[]", fits: listOf(isScalar) }],
  ["str", { accepts: "string", fits: (v) => typeof v === "string" }],
  ["str[]", { accepts: "string[]", fits: listOf((v) => typeof v === "string") }],
  ["ScalarType", { accepts: "dtype", fits: isDType, convert: dtypeCode }],
  ["Device", { accepts: "device", fits: isDevice, convert: deviceCode }],
  [
    "Layout",
    {
      accepts: "layout",
      fits: (v) => typeof v === "string" && layoutCode(v) !== undefined,
      convert: (v) => layoutCode(v as string),
    },
  ],
  [
    "MemoryFormat",
    {
      accepts: "memory format",
      fits: (v) => typeof v === "string" && memoryFormatCode(v) !== undefined,
      convert: (v) => memoryFormatCode(v as string),
    },
  ],
  [
    "Generator",
    {
      accepts: "Generator",
      fits: (v) => v instanceof Generator,
      convert: (v) => (v as Generator).native,
    },
  ],
]);
RULES.set("SymInt", RULES.get("int") as TypeRule);
RULES.set("SymInt[]", RULES.get("int[]") as TypeRule);

/** A type that JavaScript cannot make: the overload never matches. */
const UNSUPPORTED: TypeRule = { accepts: "(not available)", fits: () => false };

/** The rule of a schema type without its trailing `?`. */
export function ruleOf(type: string): TypeRule {
  return RULES.get(type) ?? UNSUPPORTED;
}
