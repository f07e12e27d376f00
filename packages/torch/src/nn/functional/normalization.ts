// Normalisations whose arguments nn.functional orders otherwise than the operator.

import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions, settle } from "../arguments.js";

/** Options of {@link batchNorm}. */
export interface BatchNormOptions {
  /** `[C]`, multiplied after normalising. */
  weight?: Tensor | null;
  /** `[C]`, added after normalising. */
  bias?: Tensor | null;
  /** Use and track statistics of this batch; default false. */
  training?: boolean;
  /** Share of the new statistics in the running ones; default 0.1. */
  momentum?: number;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/** Options of {@link instanceNorm}. */
export interface InstanceNormOptions {
  /** `[C]`, multiplied after normalising. */
  weight?: Tensor | null;
  /** `[C]`, added after normalising. */
  bias?: Tensor | null;
  /** Use statistics of each instance; default true. */
  useInputStats?: boolean;
  /** Share of the new statistics in the running ones; default 0.1. */
  momentum?: number;
  /** Added to the variance; default 1e-5. */
  eps?: number;
}

/** Options of {@link normalize}. */
export interface NormalizeOptions {
  /** Degree of the norm, default 2. */
  p?: number;
  /** Dimension reduced, default 1. */
  dim?: number;
  /** Smallest norm divided by; default 1e-12. */
  eps?: number;
}

const MOMENTUM = 0.1;
const EPS = 1e-5;

/**
 * Normalises each channel of `[B, C, ...]` over the batch and positions.
 *
 * @param runningMean - `[C]`, updated in place when `training`; null to use batch statistics only.
 * @param runningVar - as `runningMean`.
 */
export function batchNorm(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  options?: BatchNormOptions,
): Tensor;
export function batchNorm(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  weight: Tensor | null,
  bias?: Tensor | null | BatchNormOptions,
  training?: boolean | BatchNormOptions,
  momentum?: number | BatchNormOptions,
  eps?: number | BatchNormOptions,
): Tensor;
export function batchNorm(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  ...args: unknown[]
): Tensor {
  const names = ["weight", "bias", "training", "momentum", "eps"];
  const settled = settle<BatchNormOptions>("batchNorm", args, names);
  const { weight = null, bias = null, training = false, momentum = MOMENTUM, eps = EPS } = settled;
  return aten.batchNorm(
    input,
    weight,
    bias,
    runningMean,
    runningVar,
    training,
    momentum,
    eps,
    true,
  );
}

/** Normalises each channel of each sample of `[B, C, ...]` over its positions. */
export function instanceNorm(
  input: Tensor,
  runningMean: Tensor | null = null,
  runningVar: Tensor | null = null,
  options: InstanceNormOptions = {},
): Tensor {
  checkOptions("instanceNorm", options, ["weight", "bias", "useInputStats", "momentum", "eps"]);
  const {
    weight = null,
    bias = null,
    useInputStats = true,
    momentum = MOMENTUM,
    eps = EPS,
  } = options;
  return aten.instanceNorm(
    input,
    weight,
    bias,
    runningMean,
    runningVar,
    useInputStats,
    momentum,
    eps,
    true,
  );
}

/** Divides by the norm along one dimension: `input / max(|input|_p, eps)`. */
export function normalize(input: Tensor, options?: NormalizeOptions): Tensor;
export function normalize(
  input: Tensor,
  p: number,
  dim?: number | NormalizeOptions,
  eps?: number | NormalizeOptions,
): Tensor;
export function normalize(input: Tensor, ...args: unknown[]): Tensor {
  const settled = settle<NormalizeOptions>("normalize", args, ["p", "dim", "eps"]);
  const { p = 2, dim = 1, eps = 1e-12 } = settled;
  return input.div(input.norm(p, [dim], true).clampMin(eps));
}

/** Options of {@link localResponseNorm}. */
export interface LocalResponseNormOptions {
  /** Factor of the mean square, default 1e-4. */
  alpha?: number;
  /** Exponent, default 0.75. */
  beta?: number;
  /** Added to it, default 1. */
  k?: number;
}

/** Divides each channel by `(k + alpha * mean of squares over `size` neighbouring channels)^beta`. */
export function localResponseNorm(
  input: Tensor,
  size: number,
  options: LocalResponseNormOptions = {},
): Tensor {
  checkOptions("localResponseNorm", options, ["alpha", "beta", "k"]);
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  const channels = input.shape[1] as number;
  const flat = input.square().reshape([input.shape[0] as number, 1, channels, -1]); // [B, 1, C, positions]
  const padded = aten.pad(flat, [0, 0, Math.floor(size / 2), Math.floor((size - 1) / 2)]);
  const mean = aten.avgPool2d(padded, [size, 1], [1, 1]).reshape([...input.shape]);
  return input.div(mean.mul(alpha).add(k).pow(beta));
}
