// Truncated normal initialisation.

import { emptyLike, where } from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { settle } from "../arguments.js";
import { fill, generatorOf, type NormalOptions, type RandomOptions } from "./fill.js";

/** Above this share of accepted draws, plain rejection from the normal is used; PyTorch's own threshold. */
const REJECTION_SHARE = 0.3;

/** Options of {@link truncNormal_}; the numbers may also stand first. */
export interface TruncNormalOptions extends NormalOptions {
  /** Smallest value kept, default -2. */
  a?: number;
  /** Largest value kept, default 2. */
  b?: number;
}

/**
 * Normal with the given mean and standard deviation, values outside `[a, b]` drawn again.
 * Draws what PyTorch 2.13 draws from the same seed; earlier versions used another algorithm.
 */
export function truncNormal_(
  tensor: Tensor,
  mean?: number | TruncNormalOptions,
  std?: number | TruncNormalOptions,
  a?: number | TruncNormalOptions,
  b?: number | TruncNormalOptions,
  options?: TruncNormalOptions,
): Tensor {
  const names = ["mean", "std", "a", "b"];
  const given = [mean, std, a, b, options];
  const settled = settle<TruncNormalOptions>("truncNormal_", given, names, ["generator"]);
  return truncated(tensor, settled);
}

function truncated(tensor: Tensor, options: TruncNormalOptions): Tensor {
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  if (tensor.device === "meta") return tensor;
  const share = normalCdf((b - mean) / std) - normalCdf((a - mean) / std);
  return fill(tensor, () => {
    if (share > REJECTION_SHARE) rejectNormal(tensor, mean, std, a, b, options);
    else rejectUniform(tensor, mean, std, a, b, options);
  });
}

/** Draws normals until all lie inside: cheap while few fall outside. */
function rejectNormal(
  tensor: Tensor,
  mean: number,
  std: number,
  a: number,
  b: number,
  options: RandomOptions,
): void {
  const generator = generatorOf(options);
  // The bounds as the tensor's dtype represents them, so that the comparison is exact.
  const low = tensor.newFull([], a).item();
  const high = tensor.newFull([], b).item();
  tensor.normal_(mean, std, generator);
  for (;;) {
    const outside = tensor.lt(low).logicalOr(tensor.gt(high));
    if (!outside.any().item<boolean>()) return;
    tensor.copy_(where(outside, emptyLike(tensor).normal_(mean, std, generator), tensor));
  }
}

/** Draws uniforms accepted with probability proportional to the density: for a narrow or far interval. */
function rejectUniform(
  tensor: Tensor,
  mean: number,
  std: number,
  a: number,
  b: number,
  options: RandomOptions,
): void {
  const generator = generatorOf(options);
  const mode = Math.max(a, Math.min(mean, b));
  const logPeak = -0.5 * ((mode - mean) / std) ** 2;
  const candidates = emptyLike(tensor);
  const uniforms = emptyLike(tensor);
  const accept = (): Tensor => {
    candidates.sub_(mean).div_(std).pow_(2).mul_(-0.5).sub_(logPeak); // log density relative to its peak
    return uniforms.uniform_(0, 1, generator).log_().gt(candidates);
  };
  tensor.uniform_(a, b, generator);
  candidates.copy_(tensor);
  let pending = accept();
  while (pending.any().item<boolean>()) {
    candidates.uniform_(a, b, generator);
    tensor.copy_(where(pending, candidates, tensor));
    pending = where(pending, accept(), pending);
  }
}

function normalCdf(x: number): number {
  return (1 + erf(x / Math.SQRT2)) / 2;
}

/** Error function, to double precision. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  // erf(x) = 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (2n+1)!!, all terms of one sign: no cancellation.
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
