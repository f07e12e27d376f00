// Codes of 8 bits with one scale a block.
import { noGrad, type Tensor } from "@fabric/torch";
import { operatorFor } from "../operators.js";
import type { Fp8DType } from "./cast.js";

/**
 * How a block's scale follows from its largest magnitude: the quotient that takes it to the largest code, that rounded down to a power of two, or
 * the 8-bit exponent of OCP's microscaling formats, whose inverse is rounded up.
 */
export type BlockScaling = "float32" | "power_of_two" | "e8m0";

/** Options of {@link castBlocksToFp8}. */
export interface BlockCastOptions {
  /** Rows and columns that share a scale. */
  block: readonly [rows: number, columns: number];
  /** Format; default `"float8_e4m3fn"`. */
  dtype?: Fp8DType;
  /** Default `"power_of_two"`. */
  scaling?: BlockScaling;
}

/**
 * A matrix in FP8, each block cast as `castToFp8` does with a scale of its own. Blocks at the edges may be smaller.
 *
 * @param x - a matrix of float32, float16, bfloat16 or float64.
 * @returns codes in the shape of `x`, and what they are multiplied with to be read: float32 `[rows / block rows, columns / block columns]`, rounded up.
 * @throws FabricError `FABRIC_MISSING_KERNELS`; TorchError for other dtypes or sizes.
 */
export function castBlocksToFp8(
  x: Tensor,
  { block, dtype = "float8_e4m3fn", scaling = "power_of_two" }: BlockCastOptions,
): { codes: Tensor; scaleInv: Tensor } {
  const [codes, scaleInv] = noGrad(
    () => operatorFor("fp8_cast_blocks", x)(x, block[0], block[1], dtype, scaling) as Tensor[],
  ) as [Tensor, Tensor];
  return { codes, scaleInv };
}
