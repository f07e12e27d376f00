// Data types: names, codes of c10::ScalarType, limits.
import { FabricError, show } from "./errors.js";
import { runtime } from "./runtime.js";

/** Element type of a tensor. */
export type DType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "float8_e4m3fn"
  | "float8_e5m2"
  | "complex64"
  | "complex128"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool"
  | "complex32"
  | "uint16"
  | "uint32"
  | "uint64"
  | "float8_e4m3fnuz"
  | "float8_e5m2fnuz"
  | "float8_e8m0fnu";

/** Memory layout of a tensor. */
export type Layout =
  | "strided"
  | "sparse_coo"
  | "sparse_csr"
  | "sparse_csc"
  | "sparse_bsr"
  | "sparse_bsc"
  | "mkldnn"
  | "jagged";
/** Order of dimensions in memory. */
export type MemoryFormat =
  | "contiguous_format"
  | "preserve_format"
  | "channels_last"
  | "channels_last_3d";

interface DTypeInfo {
  code: number;
  bytes: number;
  kind: "float" | "complex" | "int" | "bool";
}

const DTYPES: Record<DType, DTypeInfo> = {
  uint8: { code: 0, bytes: 1, kind: "int" },
  int8: { code: 1, bytes: 1, kind: "int" },
  int16: { code: 2, bytes: 2, kind: "int" },
  int32: { code: 3, bytes: 4, kind: "int" },
  int64: { code: 4, bytes: 8, kind: "int" },
  float16: { code: 5, bytes: 2, kind: "float" },
  float32: { code: 6, bytes: 4, kind: "float" },
  float64: { code: 7, bytes: 8, kind: "float" },
  complex32: { code: 8, bytes: 4, kind: "complex" },
  complex64: { code: 9, bytes: 8, kind: "complex" },
  complex128: { code: 10, bytes: 16, kind: "complex" },
  bool: { code: 11, bytes: 1, kind: "bool" },
  bfloat16: { code: 15, bytes: 2, kind: "float" },
  float8_e5m2: { code: 23, bytes: 1, kind: "float" },
  float8_e4m3fn: { code: 24, bytes: 1, kind: "float" },
  float8_e5m2fnuz: { code: 25, bytes: 1, kind: "float" },
  float8_e4m3fnuz: { code: 26, bytes: 1, kind: "float" },
  uint16: { code: 27, bytes: 2, kind: "int" },
  uint32: { code: 28, bytes: 4, kind: "int" },
  uint64: { code: 29, bytes: 8, kind: "int" },
  float8_e8m0fnu: { code: 44, bytes: 1, kind: "float" },
};

const BY_CODE = new Map<number, DType>(
  Object.entries(DTYPES).map(([name, info]) => [info.code, name as DType]),
);
const CODES = new Map<string, number>(
  Object.entries(DTYPES).map(([name, info]) => [name, info.code]),
);
const LAYOUTS = new Map<string, number>([
  ["strided", 0],
  ["sparse_coo", 1],
  ["sparse_csr", 2],
  ["mkldnn", 3],
  ["sparse_csc", 4],
  ["sparse_bsr", 5],
  ["sparse_bsc", 6],
  ["jagged", 7],
]);
const LAYOUT_NAMES = new Map<number, Layout>(
  [...LAYOUTS].map(([name, code]) => [code, name as Layout]),
);
const MEMORY_FORMATS = new Map<string, number>([
  ["contiguous_format", 0],
  ["preserve_format", 1],
  ["channels_last", 2],
  ["channels_last_3d", 3],
]);

/** Whether `value` names a dtype. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && CODES.has(value);
}

/** The c10::ScalarType of a dtype. @throws FabricError `FABRIC_TENSOR_ARGUMENT` for an unknown name. */
export function dtypeCode(dtype: unknown): number {
  const code = typeof dtype === "string" ? CODES.get(dtype) : undefined;
  if (code === undefined) {
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `expected a dtype but received ${show(dtype)}; dtypes are ${[...CODES.keys()].map((d) => `"${d}"`).join(", ")}.`,
    );
  }
  return code;
}

/** The dtype of a c10::ScalarType. */
export function dtypeName(code: number): DType {
  const name = BY_CODE.get(code);
  if (name === undefined)
    throw new FabricError(
      "FABRIC_UNSUPPORTED_DTYPE",
      `libtorch's scalar type number ${code} has no name here.`,
    );
  return name;
}

/** The c10::Layout of a layout's name, or undefined. */
export function layoutCode(layout: string): number | undefined {
  return LAYOUTS.get(layout);
}
/** The name of a c10::Layout. */
export function layoutName(code: number): Layout {
  return LAYOUT_NAMES.get(code) ?? "strided";
}
/** The c10::MemoryFormat of a name, or undefined. */
export function memoryFormatCode(format: string): number | undefined {
  return MEMORY_FORMATS.get(format);
}

function info(dtype: DType): DTypeInfo {
  dtypeCode(dtype);
  return DTYPES[dtype];
}

/** Bytes an element takes. */
export function itemsize(dtype: DType): number {
  return info(dtype).bytes;
}
/** Whether `dtype` is a real floating-point dtype; complex ones are not. */
export function isFloatingPoint(dtype: DType): boolean {
  return info(dtype).kind === "float";
}
/** Whether `dtype` is complex. */
export function isComplex(dtype: DType): boolean {
  return info(dtype).kind === "complex";
}
/** Whether `dtype` is an integer dtype; bool is not. */
export function isInteger(dtype: DType): boolean {
  return info(dtype).kind === "int";
}

/** Limits of a floating-point dtype, as `torch.finfo` tells them. */
export interface FInfo {
  bits: number;
  /** Difference between 1 and the next larger number. */
  eps: number;
  max: number;
  min: number;
  /** Smallest positive normal number. */
  tiny: number;
  smallestNormal: number;
  /** Decimal digits that survive. */
  resolution: number;
  dtype: DType;
}

/** Limits of an integer dtype; bigint for the 64-bit ones. */
export interface IInfo {
  bits: number;
  max: number | bigint;
  min: number | bigint;
  dtype: DType;
}

// [bits, mantissa bits, exponent of the smallest normal, max, resolution]
const FLOAT_LIMITS: Partial<Record<DType, [number, number, number, number, number]>> = {
  float64: [64, 52, -1022, Number.MAX_VALUE, 1e-15],
  float32: [32, 23, -126, (2 - 2 ** -23) * 2 ** 127, 1e-6],
  float16: [16, 10, -14, 65504, 1e-3],
  bfloat16: [16, 7, -126, (2 - 2 ** -7) * 2 ** 127, 1e-2],
  float8_e4m3fn: [8, 3, -6, 448, 1],
  float8_e5m2: [8, 2, -14, 57344, 1],
};

/** Limits of a floating-point dtype (of the parts, for a complex one). @throws FabricError `FABRIC_TENSOR_ARGUMENT` for others. */
export function finfo(dtype: DType = getDefaultDtype()): FInfo {
  const real: DType =
    dtype === "complex64"
      ? "float32"
      : dtype === "complex128"
        ? "float64"
        : dtype === "complex32"
          ? "float16"
          : dtype;
  const limits = FLOAT_LIMITS[real];
  if (limits === undefined)
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `finfo: expected a floating-point dtype but received ${show(dtype)}; use iinfo for integers.`,
    );
  const [bits, mantissa, exponent, max, resolution] = limits;
  const tiny = 2 ** exponent;
  return {
    bits,
    eps: 2 ** -mantissa,
    max,
    min: -max,
    tiny,
    smallestNormal: tiny,
    resolution,
    dtype: real,
  };
}

/** Limits of an integer dtype. @throws FabricError `FABRIC_TENSOR_ARGUMENT` for others. */
export function iinfo(dtype: DType): IInfo {
  if (!isInteger(dtype))
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `iinfo: expected an integer dtype but received ${show(dtype)}; use finfo for floating-point dtypes.`,
    );
  const bits = itemsize(dtype) * 8;
  const unsigned = dtype.startsWith("u");
  const max = unsigned ? (1n << BigInt(bits)) - 1n : (1n << BigInt(bits - 1)) - 1n;
  const min = unsigned ? 0n : -(1n << BigInt(bits - 1));
  return bits === 64
    ? { bits, max, min, dtype }
    : { bits, max: Number(max), min: Number(min), dtype };
}

/** The dtype that new floating-point tensors get in this thread; `"float32"` unless changed. */
export function getDefaultDtype(): DType {
  return dtypeName(runtime().getDefaultDtype());
}

/** Sets the default floating-point dtype of this thread (worker threads have their own). @throws FabricError `FABRIC_TENSOR_ARGUMENT`. */
export function setDefaultDtype(dtype: DType): void {
  if (!isFloatingPoint(dtype))
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `setDefaultDtype: expected a floating-point dtype but received ${show(dtype)}.`,
    );
  runtime().setDefaultDtype(dtypeCode(dtype));
}

/** Double precision, 64 bits. */
export const float64 = "float64" as const;
/** Single precision, 32 bits. */
export const float32 = "float32" as const;
/** Half precision, 5 exponent and 10 mantissa bits. */
export const float16 = "float16" as const;
/** Brain float, 8 exponent and 7 mantissa bits. */
export const bfloat16 = "bfloat16" as const;
/** FP8 with 4 exponent and 3 mantissa bits, no infinities. */
export const float8_e4m3fn = "float8_e4m3fn" as const;
/** FP8 with 5 exponent and 2 mantissa bits. */
export const float8_e5m2 = "float8_e5m2" as const;
/** Two float32. */
export const complex64 = "complex64" as const;
/** Two float64. */
export const complex128 = "complex128" as const;
/** 64-bit integer. */
export const int64 = "int64" as const;
/** 32-bit integer. */
export const int32 = "int32" as const;
/** 16-bit integer. */
export const int16 = "int16" as const;
/** 8-bit integer. */
export const int8 = "int8" as const;
/** Unsigned 8-bit integer. */
export const uint8 = "uint8" as const;
/** Boolean, one byte. */
export const bool = "bool" as const;
