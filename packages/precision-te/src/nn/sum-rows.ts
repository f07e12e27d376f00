// Gradients of what is added to, or multiplied with, each row.
import type { DType, Tensor } from "@fabric/torch";

/** Sum of rows in float32 at least. */
export function sumRows(gradient: Tensor, dtype: DType): Tensor {
  const wide = gradient.dtype === "float64" ? "float64" : "float32";
  return gradient.sum([0], { dtype: wide }).to(dtype);
}
