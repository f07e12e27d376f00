// Unscaling, the look for inf and nan, and the norm of gradients in one pass: the operator `fabric::amp_unscale_norm_`.

import { noGrad } from "../contexts.js";
import { loadCudaKernels } from "../cuda-kernels.js";
import { op } from "../dispatch/op.js";
import { stack } from "../generated/functions.js";
import type { Optimizer } from "../optim/optimizer.js";
import { scope } from "../scope.js";
import type { Tensor } from "../tensor.js";

const unscaleNorm: (
  grads: readonly Tensor[],
  foundInf: Tensor,
  invScale: Tensor | null,
  write: boolean,
) => Tensor = op("fabric::amp_unscale_norm_");

/** Options of {@link unscaleGrads_}. */
export interface UnscaleOptions {
  /**
   * Write the unscaled gradients back. Default true. False reads only, for an optimizer that takes the scale into its own step: the flag
   * and the norm are those of the unscaled gradients all the same.
   */
  write?: boolean;
}

/**
 * Multiplies gradients in place by `invScale` and looks for inf and nan on the way. float32 gradients on the CPU, and all on CUDA where
 * `@fabric/kernels-cuda` is installed, are read once; else libtorch's `_amp_foreach_non_finite_check_and_unscale_` and `_foreach_norm` do it, a
 * pass each.
 *
 * @param grads - real gradients of one device and dtype; dense, or the values of sparse ones.
 * @param foundInf - `[1]`, float32, on their device: made 1 if a gradient is inf or nan, else left as it is.
 * @param invScale - `[]`, float32; null for 1.
 * @returns their 2-norm after unscaling, `[]`, float32; summed in float64 in an order that does not depend on threads. inf or nan if one of them is.
 */
export function unscaleGrads_(
  grads: readonly Tensor[],
  foundInf: Tensor,
  invScale: Tensor | null = null,
  options: UnscaleOptions = {},
): Tensor {
  if (foundInf.device !== "cpu") loadCudaKernels(import.meta.url, true);
  return noGrad(() => unscaleNorm(grads, foundInf, invScale, options.write ?? true));
}

/**
 * Whether `optimizer` should take the scale into its own step, after a look that only reads the gradients. Not for a scale that is no power of
 * two, by which dividing and multiplying by the inverse round differently. Not on the CPU: there reading and writing the gradients takes as
 * long as reading them, and libtorch's fused steps take a quarter longer with a scale (AdamW on 670,000 weights: 0.56 ms against 0.66).
 */
export function foldsScale(optimizer: Optimizer, scale: number): boolean {
  if (!optimizer.stepSupportsAmpScaling) return false;
  const isExact = scale > 0 && Number.isInteger(Math.log2(scale));
  return (
    isExact && optimizer.paramGroups.every(({ params }) => params.every((p) => p.device !== "cpu"))
  );
}

/** The 2-norm of vectors whose norms are given: `[]`, on the first one's device. */
export function normOfNorms(norms: readonly Tensor[]): Tensor {
  const [first] = norms as readonly [Tensor];
  if (norms.length === 1) return first;
  return noGrad(() =>
    scope(() => stack(norms.map((norm) => norm.to({ device: first.device }))).norm(2)),
  );
}
