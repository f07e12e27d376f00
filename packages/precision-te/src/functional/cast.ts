// Codes of 8 bits with one scale a tensor.
import { describeValue, FabricError, isTensor, noGrad, type Tensor } from "@fabric/torch";
import { operatorFor } from "../operators.js";

/** The two formats (Micikevicius et al. 2022, "FP8 Formats for Deep Learning"): E4M3 for precision, E5M2 for range. */
export type Fp8DType = "float8_e4m3fn" | "float8_e5m2";

/** The largest finite value of a format. */
export function fp8Max(dtype: Fp8DType): number {
  return dtype === "float8_e4m3fn" ? 448 : 57344;
}

/** Options of {@link castToFp8}. */
export interface CastOptions {
  /** Format; default `"float8_e4m3fn"`. */
  dtype?: Fp8DType;
  /** Float32 `[slots]`: what values are multiplied with, one for each tensor that shares the history. */
  scale: Tensor;
  /** Which of them; default 0. */
  slot?: number;
  /** Float32 `[length, slots]`, contiguous: the largest magnitude is kept in row 0, if it is larger than what is there. Default: none. */
  history?: Tensor | null;
  /** Return the transpose as well, made in the same pass; default false. */
  transpose?: boolean;
}

/** What {@link castToFp8} returns. */
export interface Fp8Cast {
  /** Codes, in the shape of the input. */
  readonly codes: Tensor;
  /** Codes of the transpose, `[last dimension, all the others]`; null unless asked for. */
  readonly transposed: Tensor | null;
  /** 1 / scale, float32 `[1]`: what codes are multiplied with to read them. */
  readonly scaleInv: Tensor;
}

/**
 * `x * scale` in FP8: rounded once to float32 and once, to the nearest code, ties to even. Beyond the largest finite value that value, infinities
 * too; NaN stays NaN. No gradient flows through it.
 *
 * @param x - float32, float16, bfloat16 or float64, any shape and strides.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_MISSING_KERNELS`; TorchError if scale or history do not fit.
 */
export function castToFp8(x: Tensor, options: CastOptions): Fp8Cast {
  checkFloat("castToFp8", x);
  const { scale, slot = 0, history = null, dtype = "float8_e4m3fn", transpose = false } = options;
  const [codes, transposed, scaleInv] = noGrad(
    () => operatorFor("fp8_cast", x)(x, scale, slot, history, dtype, transpose) as Tensor[],
  ) as [Tensor, Tensor, Tensor];
  if (transpose) return { codes, transposed, scaleInv };
  transposed.dispose();
  return { codes, transposed: null, scaleInv };
}

/**
 * Values of codes times `scaleInv`, in float32, rounded once to `dtype`.
 *
 * @throws FabricError `FABRIC_MISSING_KERNELS`; TorchError for other dtypes or sizes.
 */
export function dequantizeFp8(
  codes: Tensor,
  scaleInv: Tensor,
  dtype: "float32" | "float16" | "bfloat16" | "float64" = "float32",
): Tensor {
  return noGrad(() => operatorFor("fp8_dequantize", codes)(codes, scaleInv, dtype) as Tensor);
}

/** The largest magnitude, float32 `[1]`; NaNs do not count. @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_MISSING_KERNELS`. */
export function amax(x: Tensor): Tensor {
  checkFloat("amax", x);
  return noGrad(() => operatorFor("fp8_amax", x)(x) as Tensor);
}

/**
 * The scale that takes the largest magnitude of `x` to the largest value of the format, float32 `[1]`; 1 for tensors of zeros and with
 * infinities.
 *
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_MISSING_KERNELS`.
 */
export function currentScale(
  x: Tensor,
  dtype: Fp8DType = "float8_e4m3fn",
  { powerOfTwo = false, epsilon = 0 }: { powerOfTwo?: boolean; epsilon?: number } = {},
): Tensor {
  checkFloat("currentScale", x);
  return noGrad(() => operatorFor("fp8_current_scale", x)(x, dtype, powerOfTwo, epsilon) as Tensor);
}

const FLOATS: readonly string[] = ["float32", "float16", "bfloat16", "float64"];

function checkFloat(operation: string, value: unknown): void {
  if (isTensor(value) && FLOATS.includes(value.dtype)) return;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${operation}: expected a tensor of ${FLOATS.join(", ")} but received ${describeValue(value)}. Cast it first, for example with tensor.float().`,
  );
}
