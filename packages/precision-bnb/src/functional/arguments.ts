// Checks of what callers pass.
import { type DType, describeValue, FabricError, isTensor, type Tensor } from "@fabric/torch";

/** A 4-bit data type. */
export type QuantType = "nf4" | "fp4";
/** A dtype that packed 4-bit codes may be stored as; the bytes are the same. */
export type QuantStorage = "uint8" | "float16" | "bfloat16" | "float32";

/** Elements of one block of 4-bit codes. */
export const BLOCKSIZES_4BIT = [32, 64, 128, 256, 512, 1024, 2048, 4096] as const;
/** Elements of one block of doubly quantised scales; fixed, whatever the blocks of the codes are. */
export const NESTED_BLOCKSIZE = 256;
/** Dtypes that can be quantised, and that a state can record. */
export const FLOAT_DTYPES: readonly DType[] = ["float32", "float16", "bfloat16", "float64"];
/** Where packed codes can be stored. */
export const STORAGES: readonly QuantStorage[] = ["uint8", "float16", "bfloat16", "float32"];

/** Elements of a tensor of that shape. */
export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** @throws FabricError `FABRIC_CONFIG_QUANT_TYPE`. */
export function checkQuantType(value: unknown): QuantType {
  if (value === "nf4" || value === "fp4") return value;
  throw new FabricError(
    "FABRIC_CONFIG_QUANT_TYPE",
    `Expected "nf4" or "fp4" as the 4-bit type but received ${describeValue(value)}.`,
  );
}

/** @throws FabricError `FABRIC_CONFIG_BLOCKSIZE`. */
export function checkBlocksize4bit(value: unknown): number {
  if (BLOCKSIZES_4BIT.some((size) => size === value)) return value as number;
  throw new FabricError(
    "FABRIC_CONFIG_BLOCKSIZE",
    `Expected a blocksize of ${BLOCKSIZES_4BIT.slice(0, -1).join(", ")} or ${BLOCKSIZES_4BIT.at(-1)} but received ${describeValue(value)}.`,
  );
}

/** @throws FabricError `FABRIC_CONFIG_BLOCKSIZE`. */
export function checkBlocksize(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw new FabricError(
    "FABRIC_CONFIG_BLOCKSIZE",
    `Expected a blocksize that is a positive integer but received ${describeValue(value)}.`,
  );
}

/** @throws FabricError `FABRIC_CONFIG_QUANT_STORAGE`. */
export function checkStorage(value: unknown): QuantStorage {
  if (STORAGES.some((dtype) => dtype === value)) return value as QuantStorage;
  throw new FabricError(
    "FABRIC_CONFIG_QUANT_STORAGE",
    `Expected one of ${STORAGES.map((dtype) => `"${dtype}"`).join(", ")} as quantStorage but received ${describeValue(value)}.`,
  );
}

/** @throws FabricError `FABRIC_TENSOR_ARGUMENT`. */
export function checkFloat(operation: string, value: unknown): Tensor {
  if (isTensor(value) && FLOAT_DTYPES.includes(value.dtype)) return value;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${operation}: expected a tensor of ${FLOAT_DTYPES.join(", ")} but received ${describeValue(value)}. Cast it first, for example with tensor.float().`,
  );
}

/** @throws FabricError `FABRIC_CONFIG_ARGUMENT` unless it is true or false. */
export function checkBoolean(owner: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new FabricError(
    "FABRIC_CONFIG_ARGUMENT",
    `${owner}: expected true or false as ${name} but received ${describeValue(value)}.`,
  );
}
