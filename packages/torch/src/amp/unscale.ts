// Unscaling, the look for inf and nan, and the norm of gradients in one pass: the operator `fabric::amp_unscale_norm_`.

import { noGrad } from "../contexts.js";
import { op } from "../dispatch/op.js";
import { stack } from "../generated/functions.js";
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
 * Multiplies gradients in place by `invScale` and looks for inf and nan on the way. On the CPU float32 gradients are read once; elsewhere
 * libtorch's `_amp_foreach_non_finite_check_and_unscale_` and `_foreach_norm` do it, a pass each.
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
  return noGrad(() => unscaleNorm(grads, foundInf, invScale, options.write ?? true));
}

/**
 * Whether dividing by a scale and multiplying by its inverse give the same: for powers of two, which scales are unless told otherwise. Only
 * then may a step divide where {@link unscaleGrads_} would have multiplied.
 */
export function isExactScale(scale: number): boolean {
  return scale > 0 && Number.isInteger(Math.log2(scale));
}

/** The 2-norm of vectors whose norms are given: `[]`, on the first one's device. */
export function normOfNorms(norms: readonly Tensor[]): Tensor {
  const [first] = norms as readonly [Tensor];
  if (norms.length === 1) return first;
  return noGrad(() =>
    scope(() => stack(norms.map((norm) => norm.to({ device: first.device }))).norm(2)),
  );
}
