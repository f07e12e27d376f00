// libtorch's foreach operators under short names: one call for all tensors of a list.
import { tensor } from "../creation.js";
import { op } from "../dispatch/op.js";
import type { Scalar, Tensor } from "../tensor.js";

type List = readonly Tensor[];

export const add_: (
  self: List,
  other: List | Tensor | Scalar,
  options?: { alpha?: number },
) => void = op("_foreach_add_");
export const add: (self: List, other: List | Scalar, options?: { alpha?: number }) => Tensor[] =
  op("_foreach_add");
export const sub: (self: List, other: List, options?: { alpha?: number }) => Tensor[] =
  op("_foreach_sub");
const foreachMul_: (self: List, other: Tensor | number) => void = op("_foreach_mul_");
/** Multiplies by a number. */
export function mul_(self: List, factor: number): void {
  // The overload for numbers rounds the factor itself to the tensors' dtype on the CPU; a scalar tensor keeps it, as `tensor.mul_(0.9)` does
  // in PyTorch. With 8 or 11 bits that is a different decay rate.
  const isExact = isHalf(self) && self[0]?.device === "cpu";
  foreachMul_(self, isExact ? tensor(factor, { dtype: "float64" }) : factor);
}
/** Multiplies all by one tensor of a single number. */
export const mulByOne_: (self: List, factor: Tensor) => void = foreachMul_;
export const mulByOne: (self: List, factor: Tensor) => Tensor[] = op("_foreach_mul");
export const sub_: (self: List, other: List | Scalar) => void = op("_foreach_sub_");
/** A number to the power of each tensor. */
export const powers: (self: number, exponents: List) => Tensor[] = op("_foreach_pow");
/** Multiplies one by one. */
export const mulBy_: (self: List, other: List) => void = op("_foreach_mul_");
export const mul: (self: List, other: List | Scalar) => Tensor[] = op("_foreach_mul");
export const div: (self: List, other: List | Scalar | readonly number[]) => Tensor[] =
  op("_foreach_div");
export const addcmul_: (self: List, a: List, b: List, value?: Scalar) => void =
  op("_foreach_addcmul_");
/** One factor a tensor. */
export const addcmulScalars_: (self: List, a: List, b: List, scalars: readonly number[]) => void =
  op("_foreach_addcmul_");
export const addcdiv_: (self: List, a: List, b: List, value?: Scalar | readonly number[]) => void =
  op("_foreach_addcdiv_");
export const lerp_: (self: List, end: List, weight: Scalar) => void = op("_foreach_lerp_");
export const sqrt: (self: List) => Tensor[] = op("_foreach_sqrt");
export const sqrt_: (self: List) => void = op("_foreach_sqrt_");
export const copy_: (self: List, src: List) => void = op("_foreach_copy_");
export const neg: (self: List) => Tensor[] = op("_foreach_neg");
/** One minus each, as new tensors. */
export function onesMinus(list: List): Tensor[] {
  const result = neg(list);
  add_(result, 1);
  return result;
}
export const sign_: (self: List) => void = op("_foreach_sign_");
export const abs: (self: List) => Tensor[] = op("_foreach_abs");
export const div_: (self: List, other: List | Scalar) => void = op("_foreach_div_");
export const maximum_: (self: List, other: List) => void = op("_foreach_maximum_");

/** Weight decay apart from the gradient, as in AdamW. The rate may be a tensor `[]`. */
export function decay_(params: List, rate: Tensor | number, weightDecay: number): void {
  if (weightDecay === 0) return;
  if (typeof rate === "number") mul_(params, 1 - rate * weightDecay);
  else if (isHalf(params)) descend_(params, params, rate.mul(weightDecay));
  else mulByOne_(params, rate.mul(-weightDecay).add_(1));
}

/** Subtracts `rate` times the updates. The rate may be a tensor `[]`. */
export function descend_(params: List, updates: List, rate: Tensor | number): void {
  if (typeof rate === "number") add_(params, updates, { alpha: -rate });
  else sub_(params, mulByOne(widened(updates), rate));
}

/**
 * 16-bit tensors in float32, for what is computed with numbers in the device's memory: CUDA's kernels round such a number to the dtype of the
 * tensor that it meets, and a rate of 1e-7 to nothing.
 */
export function widened(list: List): List {
  return isHalf(list) ? list.map((t) => t.to("float32")) : list;
}

function isHalf(list: List): boolean {
  const dtype = list[0]?.dtype;
  return dtype === "bfloat16" || dtype === "float16";
}

/** Gradients for descent: negated to climb; with `weightDecay` times the parameter added, as L2 regularisation does. */
export function descent(
  params: List,
  grads: List,
  maximize: boolean,
  weightDecay = 0,
): readonly Tensor[] {
  const signed = maximize ? neg(grads) : grads;
  return weightDecay === 0 ? signed : add(signed, params, { alpha: weightDecay });
}
