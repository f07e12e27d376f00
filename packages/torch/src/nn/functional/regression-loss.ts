// Losses over differences.

import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions } from "../arguments.js";
import { type LossOptions, type Reduction, reductionCode } from "./reduction.js";

/** Squared difference. @returns a scalar, or the shape of the input with `reduction: "none"`. */
export function mseLoss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  if (options === undefined) return aten.mseLoss(input, target);
  checkOptions("mseLoss", options, ["reduction"]);
  return aten.mseLoss(input, target, reductionCode(options.reduction));
}

/** Absolute difference. */
export function l1Loss(input: Tensor, target: Tensor, options?: LossOptions): Tensor {
  if (options === undefined) return aten.l1Loss(input, target);
  checkOptions("l1Loss", options, ["reduction"]);
  return aten.l1Loss(input, target, reductionCode(options.reduction));
}

/** Half the squared difference over `beta` where it is below `beta` (default 1), else the absolute one less `beta / 2`. */
export function smoothL1Loss(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { beta?: number } = {},
): Tensor {
  checkOptions("smoothL1Loss", options, ["reduction", "beta"]);
  return aten.smoothL1Loss(input, target, reductionCode(options.reduction), options.beta ?? 1);
}

/** Half the squared difference where it is below `delta` (default 1), else `delta` times the absolute one less `delta / 2`. */
export function huberLoss(
  input: Tensor,
  target: Tensor,
  options: LossOptions & { delta?: number } = {},
): Tensor {
  checkOptions("huberLoss", options, ["reduction", "delta"]);
  return aten.huberLoss(input, target, reductionCode(options.reduction), options.delta ?? 1);
}

/** Options of {@link poissonNllLoss}. */
export interface PoissonNllOptions extends LossOptions {
  /** Whether `input` is the logarithm of the rate; default true. */
  logInput?: boolean;
  /** Whether to add Stirling's term; default false. */
  full?: boolean;
  /** Keeps the logarithm finite when `logInput` is false; default 1e-8. */
  eps?: number;
}

/** Negative log-likelihood of counts under a Poisson rate. */
export function poissonNllLoss(
  input: Tensor,
  target: Tensor,
  options: PoissonNllOptions = {},
): Tensor {
  checkOptions("poissonNllLoss", options, ["logInput", "full", "eps", "reduction"]);
  const { logInput = true, full = false, eps = 1e-8, reduction } = options;
  return aten.poissonNllLoss(input, target, logInput, full, eps, reductionCode(reduction));
}

/** Options of {@link gaussianNllLoss}. */
export interface GaussianNllOptions extends LossOptions {
  /** Whether to add the constant term `log(2 pi) / 2`; default false. */
  full?: boolean;
  /** Smallest variance, default 1e-6. */
  eps?: number;
}

/** Negative log-likelihood under a normal of mean `input` and variance `variance`: `(log var + (x - t)^2 / var) / 2`. */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllOptions = {},
): Tensor {
  checkOptions("gaussianNllLoss", options, ["full", "eps", "reduction"]);
  const { full = false, eps = 1e-6, reduction } = options;
  // The floor acts on the value only: gradients reach the variance as if it were not there.
  const raised = variance.add(variance.detach().clampMin(eps).sub(variance.detach()));
  let loss = raised.log().add(input.sub(target).square().div(raised)).mul(0.5);
  if (full) loss = loss.add(0.5 * Math.log(2 * Math.PI));
  return reduce(loss, reduction);
}

/** Gathers element losses computed in TypeScript. @internal */
export function reduce(loss: Tensor, reduction: Reduction | undefined): Tensor {
  const code = reductionCode(reduction);
  if (code === 0) return loss;
  return code === 1 ? loss.mean() : loss.sum();
}
