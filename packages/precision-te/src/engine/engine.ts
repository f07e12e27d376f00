// The one interface through which products of FP8 codes are computed.
import type { DType, Tensor } from "@fabric/torch";

/** Codes of a matrix, the dimension that products sum over last, and what reads them. */
export interface Codes {
  /** FP8 `[rows, K]`. */
  readonly data: Tensor;
  /** What codes are multiplied with: float32 `[1]`, or one for each block, `[rows / block rows, K / block columns]`, rounded up. */
  readonly scaleInv: Tensor;
  /** Sizes of blocks, `[rows, columns]`; without them one scale serves all. */
  readonly block?: readonly [number, number];
}

/** Options of {@link Fp8Engine.multiply}. */
export interface MultiplyOptions {
  /** Dtype of the result. */
  readonly dtype: DType;
  /** Added to each row, `[N]`; float32 results take it rounded to bfloat16. */
  readonly bias?: Tensor | null;
  /** Let hardware keep partial sums in fewer bits; default false. */
  readonly fastAccumulation?: boolean;
}

/** Names of engines. */
export type EngineName = "emulation" | "scaled_mm";

/** Multiplies codes. */
export interface Fp8Engine {
  /** Which one. */
  readonly name: EngineName;
  /** Whether codes must be contiguous, so that transposes are copies. */
  readonly needsTransposes: boolean;
  /** `a b^T` of `[M, K]` and `[N, K]`: `[M, N]`. Sums in float32, times both scales, plus the bias, rounded once to `dtype`. */
  multiply(a: Codes, b: Codes, options: MultiplyOptions): Tensor;
}

/** The bias as it is added: in the dtype of the result, bfloat16 for float32 (as Transformer Engine does). */
export function roundedBias(bias: Tensor | null | undefined, dtype: DType): Tensor | null {
  if (bias === null || bias === undefined) return null;
  const rounded = dtype === "float32" || dtype === "float64" ? "bfloat16" : dtype;
  return bias.dtype === rounded ? bias : bias.to(rounded);
}
