// Names of dtypes in the file format.

import type { DType } from "../dtype.js";

// In the order of the reference implementation, which sorts a file's entries by it, last first: wide dtypes come first, so that every entry
// is aligned.
const PAIRS: readonly (readonly [format: string, dtype: DType])[] = [
  ["BOOL", "bool"],
  ["U8", "uint8"],
  ["I8", "int8"],
  ["F8_E5M2", "float8_e5m2"],
  ["F8_E4M3", "float8_e4m3fn"],
  ["F8_E8M0", "float8_e8m0fnu"],
  ["F8_E4M3FNUZ", "float8_e4m3fnuz"],
  ["F8_E5M2FNUZ", "float8_e5m2fnuz"],
  ["I16", "int16"],
  ["U16", "uint16"],
  ["F16", "float16"],
  ["BF16", "bfloat16"],
  ["I32", "int32"],
  ["U32", "uint32"],
  ["F32", "float32"],
  ["C64", "complex64"],
  ["F64", "float64"],
  ["I64", "int64"],
  ["U64", "uint64"],
];

const TO_DTYPE = new Map<string, DType>(PAIRS);
const TO_FORMAT = new Map<DType, string>(PAIRS.map(([format, dtype]) => [dtype, format]));
const RANK = new Map<DType, number>(PAIRS.map(([, dtype], i) => [dtype, i]));

/** The dtype of a name in a file, if we have it. @internal */
export function dtypeOfFormat(name: string): DType | undefined {
  return TO_DTYPE.get(name);
}

/** The name in a file of a dtype; undefined if the format has none. @internal */
export function formatOfDtype(dtype: DType): string | undefined {
  return TO_FORMAT.get(dtype);
}

/** Place in the order of entries: higher comes first. @internal */
export function formatRank(dtype: DType): number {
  return RANK.get(dtype) ?? -1;
}

/** The names that files may have. @internal */
export const FORMAT_NAMES: readonly string[] = PAIRS.map(([format]) => format);
