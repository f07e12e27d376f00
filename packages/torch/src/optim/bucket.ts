// Parameters that one foreach or fused call can take together.
import type { DType } from "../dtype.js";
import type { Tensor } from "../tensor.js";

/** Parameters of one dtype and device with their gradients. */
export interface Bucket {
  params: Tensor[];
  grads: Tensor[];
  dtype: DType;
  device: string;
  /** Gradients are all dense. */
  isDense: boolean;
}

/** Splits a group's parameters that have gradients. */
export function buckets(params: readonly Tensor[], grads: readonly (Tensor | null)[]): Bucket[] {
  const found = new Map<string, Bucket>();
  params.forEach((param, i) => {
    const grad = grads[i];
    if (grad == null) return;
    const { dtype, device } = param;
    const key = dtype + device;
    let bucket = found.get(key);
    if (bucket === undefined) {
      bucket = { params: [], grads: [], dtype, device, isDense: true };
      found.set(key, bucket);
    }
    bucket.params.push(param);
    bucket.grads.push(grad);
    if (grad.layout !== "strided") bucket.isDense = false;
  });
  return [...found.values()];
}
