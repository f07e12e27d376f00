// Signed 8-bit codes with one scale a row or a column, and their exact products: LLM.int8() (Dettmers et al. 2022).
import {
  checkOptions,
  type DType,
  describeValue,
  FabricError,
  finfo,
  isTensor,
  noGrad,
  scope,
  type Tensor,
} from "@fabric/torch";
import { operatorFor } from "../operators.js";
import { checkFloat, FLOAT_DTYPES } from "./arguments.js";

/** The smallest normal float16: rows with smaller scales are not rounded to float16 before they are quantised. */
const LEAST_HALF = 2 ** -14;

/** Options of {@link int8VectorwiseQuant} and {@link int8DoubleQuant}. */
export interface Int8QuantOptions {
  /** Elements of at least this magnitude are outliers; default 0: there are none. */
  threshold?: number;
  /**
   * Round to float16 first, as `Linear8bitLt` does, except rows (columns) whose largest magnitude lies outside of its normal numbers; default
   * false.
   */
  roundHalf?: boolean;
}

/** Options of {@link int8ScaledMm} and {@link int8MmDequant}. */
export interface Int8MmOptions {
  /** Added to each row, `[N]`, any float dtype; default none. */
  bias?: Tensor | null;
  /** Dtype of the result; default `"float16"`. */
  dtype?: DType;
}

/**
 * Codes by rows: `q = rint(x * (127 / stats))` with `stats` the largest magnitude of the row. A row of zeros gets codes 0 and scale 0, one with a
 * NaN or an infinity codes 0 and that as its scale.
 *
 * With a threshold, outliers count for no scale. The columns that hold any are listed, and are 0 in `q` throughout.
 *
 * @param A - float32, float16, bfloat16 or float64, `[..., K]`, any strides; it is not changed.
 * @returns `q`, int8 of the shape of `A`; `stats`, float32 `[rows]`; the outlier columns, int64 ascending, null without a threshold.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_THRESHOLD`, `FABRIC_CONFIG_OPTION`, `FABRIC_MISSING_KERNELS`.
 */
export function int8VectorwiseQuant(
  A: Tensor,
  options: Int8QuantOptions = {},
): [q: Tensor, stats: Tensor, outlierCols: Tensor | null] {
  const { threshold, roundHalf } = checkQuant("int8VectorwiseQuant", A, options);
  return noGrad(
    () =>
      operatorFor("int8_vectorwise_quant", A)(A, threshold, roundHalf) as [
        Tensor,
        Tensor,
        Tensor | null,
      ],
  );
}

/**
 * Codes by rows and by columns, of `[..., K]` with the leading dimensions as rows. Outliers are 0 in the codes by columns; other elements of
 * their columns are not.
 *
 * @returns codes by rows, codes by columns (both int8, where their elements are), float32 `[rows]`, float32 `[K]`, outlier columns or null.
 * @throws FabricError as {@link int8VectorwiseQuant}.
 */
export function int8DoubleQuant(
  A: Tensor,
  options: Int8QuantOptions = {},
): [
  rowCodes: Tensor,
  colCodes: Tensor,
  rowStats: Tensor,
  colStats: Tensor,
  outlierCols: Tensor | null,
] {
  const { threshold, roundHalf } = checkQuant("int8DoubleQuant", A, options);
  return noGrad(
    () =>
      operatorFor("int8_double_quant", A)(A, threshold, roundHalf) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor | null,
      ],
  );
}

/**
 * Values of codes by rows: `q * stats / 127` in float32, rounded once to `dtype`.
 *
 * @param q - int8 `[..., K]`.
 * @param stats - float32, one value a row.
 * @param dtype - of the result; default `"float32"`.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_DTYPE`, `FABRIC_MISSING_KERNELS`; TorchError if sizes do not fit.
 */
export function int8VectorwiseDequant(q: Tensor, stats: Tensor, dtype: DType = "float32"): Tensor {
  checkTensor("int8VectorwiseDequant", "q", q, "int8");
  checkTensor("int8VectorwiseDequant", "stats", stats, "float32");
  checkDtype("int8VectorwiseDequant", dtype);
  return noGrad(() => operatorFor("int8_vectorwise_dequant", q)(q, stats, dtype) as Tensor);
}

/** Dtype for the values of codes that were made of a float16 weight, as most are: float32 where float16 cannot hold them. @internal */
export function plainDtype(stats: Tensor): DType {
  if (stats.numel() === 0) return "float16";
  const [least, most] = noGrad(() =>
    scope(() => {
      const sizes = stats.detach().float().abs();
      const isZero = sizes.eq(0);
      return [
        sizes.maskedFill(isZero, LEAST_HALF).amin().item<number>(),
        sizes.amax().item<number>(),
      ] as const;
    }),
  );
  return least >= LEAST_HALF && most <= finfo("float16").max ? "float16" : "float32";
}

/**
 * `A B^T` of codes, exact.
 *
 * @param A - int8 `[..., K]`, K up to 131071.
 * @param B - int8 `[N, K]`.
 * @returns int32 `[..., N]`.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_MISSING_KERNELS`; TorchError if sizes do not fit.
 */
export function int8LinearMatmul(A: Tensor, B: Tensor): Tensor {
  checkTensor("int8LinearMatmul", "A", A, "int8");
  checkTensor("int8LinearMatmul", "B", B, "int8");
  return noGrad(() => operatorFor("int8_linear_matmul", A)(A, B) as Tensor);
}

/**
 * Values of a product of codes: `A * rowStats * colStats / 127^2 + bias` in float32, rounded once to `dtype`.
 *
 * @param A - int32 `[..., N]`.
 * @param rowStats - float32, one value a row.
 * @param colStats - float32 `[N]`.
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT`, `FABRIC_CONFIG_DTYPE`, `FABRIC_CONFIG_OPTION`, `FABRIC_MISSING_KERNELS`; TorchError if sizes do
 * not fit.
 */
export function int8MmDequant(
  A: Tensor,
  rowStats: Tensor,
  colStats: Tensor,
  options: Int8MmOptions = {},
): Tensor {
  checkTensor("int8MmDequant", "A", A, "int32");
  const { bias, dtype } = checkMm("int8MmDequant", rowStats, colStats, options);
  return noGrad(
    () => operatorFor("int8_mm_dequant", A)(A, rowStats, colStats, bias, dtype) as Tensor,
  );
}

/**
 * {@link int8LinearMatmul} and {@link int8MmDequant} in one pass, for any K.
 *
 * @returns `[..., N]` of `dtype`.
 * @throws FabricError as {@link int8MmDequant}.
 */
export function int8ScaledMm(
  A: Tensor,
  B: Tensor,
  rowStats: Tensor,
  colStats: Tensor,
  options: Int8MmOptions = {},
): Tensor {
  checkTensor("int8ScaledMm", "A", A, "int8");
  checkTensor("int8ScaledMm", "B", B, "int8");
  const { bias, dtype } = checkMm("int8ScaledMm", rowStats, colStats, options);
  return noGrad(
    () => operatorFor("int8_scaled_mm", A)(A, B, rowStats, colStats, bias, dtype) as Tensor,
  );
}

/** @throws FabricError `FABRIC_CONFIG_THRESHOLD`. @internal */
export function checkThreshold(operation: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new FabricError(
    "FABRIC_CONFIG_THRESHOLD",
    `${operation}: expected a threshold of at least 0 but received ${describeValue(value)}. 0 means that there are no outliers, 6 is the usual value.`,
  );
}

function checkQuant(
  operation: string,
  A: unknown,
  options: Int8QuantOptions,
): { threshold: number; roundHalf: boolean } {
  checkFloat(operation, A);
  checkOptions(operation, options, ["threshold", "roundHalf"]);
  return {
    threshold: checkThreshold(operation, options.threshold ?? 0),
    roundHalf: options.roundHalf ?? false,
  };
}

function checkMm(
  operation: string,
  rowStats: unknown,
  colStats: unknown,
  options: Int8MmOptions,
): { bias: Tensor | null; dtype: DType } {
  checkTensor(operation, "rowStats", rowStats, "float32");
  checkTensor(operation, "colStats", colStats, "float32");
  checkOptions(operation, options, ["bias", "dtype"]);
  const { bias = null, dtype = "float16" } = options;
  if (bias !== null) checkFloat(operation, bias);
  return { bias, dtype: checkDtype(operation, dtype) };
}

function checkTensor(operation: string, name: string, value: unknown, dtype: DType): void {
  if (isTensor(value) && value.dtype === dtype) return;
  throw new FabricError(
    "FABRIC_TENSOR_ARGUMENT",
    `${operation}: expected \`${name}\` to be a tensor of ${dtype} but received ${describeValue(value)}.`,
  );
}

function checkDtype(operation: string, dtype: DType): DType {
  if (FLOAT_DTYPES.includes(dtype)) return dtype;
  throw new FabricError(
    "FABRIC_CONFIG_DTYPE",
    `${operation}: expected ${FLOAT_DTYPES.join(", ")} as the dtype of the result but received ${describeValue(dtype)}.`,
  );
}
