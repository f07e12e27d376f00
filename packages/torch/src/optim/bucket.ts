// Parameters that one foreach or fused call can take together.
import type { DType } from "../dtype.js";
import type { Tensor } from "../tensor.js";

const FUSED_DTYPES: ReadonlySet<DType> = new Set(["float32", "float64", "float16", "bfloat16"]);

/** Parameters of one dtype and device with their gradients. */
export interface Bucket {
  params: Tensor[];
  grads: Tensor[];
  dtype: DType;
  device: string;
  /** Gradients are all dense. */
  isDense: boolean;
}

/**
 * Whether a fused step takes a bucket. For float16 and bfloat16 on the CPU the kernels are ours (native/torch/fused), since libtorch 2.13's are
 * wrong there: momentum is lost in the vectorised part of `_fused_sgd_`, and float16 `_fused_adam_` is off by whole units.
 * @param asked - the group's `fused` option; false refuses.
 */
export function takesFused(bucket: Bucket, asked: boolean | null = true): boolean {
  if (!bucket.isDense || asked === false) return false;
  return FUSED_DTYPES.has(bucket.dtype);
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
