// Losses over classes and probabilities.

import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions, settle } from "../arguments.js";
import { type LossOptions, type Reduction, reductionCode } from "./reduction.js";

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends LossOptions {
  /** `[C]`, a weight for each class. */
  weight?: Tensor | null;
  /** Targets of this class count for nothing; default -100. */
  ignoreIndex?: number;
  /** Share of the target spread evenly over all classes; default 0. */
  labelSmoothing?: number;
}

/** Options of {@link nllLoss}. */
export interface NllOptions extends LossOptions {
  /** `[C]`, a weight for each class. */
  weight?: Tensor | null;
  /** Targets of this class count for nothing; default -100. */
  ignoreIndex?: number;
}

/** Options of {@link binaryCrossEntropy}. */
export interface BceOptions extends LossOptions {
  /** Broadcast to the shape of the input, a factor for each element. */
  weight?: Tensor | null;
}

/** Options of {@link binaryCrossEntropyWithLogits}. */
export interface BceWithLogitsOptions extends BceOptions {
  /** Factor of the positive term, broadcast over the input. */
  posWeight?: Tensor | null;
}

/** Options of {@link klDiv}. */
export interface KlDivOptions {
  /** As for other losses, and `"batchmean"`, the sum over `input.shape[0]`, which is the true divergence. */
  reduction?: Reduction | "batchmean";
  /** Whether the target holds logarithms as well; default false. */
  logTarget?: boolean;
}

const DEFAULT_IGNORE = -100;

/**
 * Cross-entropy of unnormalised `input` against classes or class probabilities, in nats:
 * `-log softmax(input)[target]`.
 *
 * @param input - `[B, C]`, `[C]` or `[B, C, d1, ...]`, floating.
 * @param target - int64 class indices of the same shape without `C`, or probabilities of the same shape as `input`.
 * @returns a scalar, or one loss per position with `reduction: "none"`.
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for an unknown option or reduction; TorchError if shapes do not fit.
 */
export function crossEntropy(input: Tensor, target: Tensor, options?: CrossEntropyOptions): Tensor;
export function crossEntropy(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  options?: CrossEntropyOptions,
): Tensor;
export function crossEntropy(input: Tensor, target: Tensor, ...args: unknown[]): Tensor {
  if (args.length === 0) return aten.crossEntropyLoss(input, target);
  const options = settle<CrossEntropyOptions>(
    "crossEntropy",
    args,
    ["weight"],
    ["ignoreIndex", "reduction", "labelSmoothing"],
  );
  const { weight = null, ignoreIndex = DEFAULT_IGNORE, reduction, labelSmoothing = 0 } = options;
  return aten.crossEntropyLoss(
    input,
    target,
    weight,
    reductionCode(reduction),
    ignoreIndex,
    labelSmoothing,
  );
}

/**
 * Negative log-likelihood of log-probabilities: `-input[target]`.
 *
 * @param input - `[B, C]`, `[C]` or `[B, C, d1, ...]`, log-probabilities.
 * @param target - int64 class indices.
 */
export function nllLoss(input: Tensor, target: Tensor, options?: NllOptions): Tensor;
export function nllLoss(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  options?: NllOptions,
): Tensor;
export function nllLoss(input: Tensor, target: Tensor, ...args: unknown[]): Tensor {
  if (args.length === 0) return aten.nllLossNd(input, target);
  const options = settle<NllOptions>("nllLoss", args, ["weight"], ["ignoreIndex", "reduction"]);
  const { weight = null, ignoreIndex = DEFAULT_IGNORE, reduction } = options;
  return aten.nllLossNd(input, target, weight, reductionCode(reduction), ignoreIndex);
}

/** Cross-entropy of probabilities in `[0, 1]` against targets in `[0, 1]` of the same shape. */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options?: BceOptions): Tensor;
export function binaryCrossEntropy(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  options?: BceOptions,
): Tensor;
export function binaryCrossEntropy(input: Tensor, target: Tensor, ...args: unknown[]): Tensor {
  if (args.length === 0) return aten.binaryCrossEntropy(input, target);
  const options = settle<BceOptions>("binaryCrossEntropy", args, ["weight"], ["reduction"]);
  return aten.binaryCrossEntropy(
    input,
    target,
    options.weight ?? null,
    reductionCode(options.reduction),
  );
}

/** Cross-entropy of `sigmoid(input)` against targets in `[0, 1]`, computed without overflow. */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options?: BceWithLogitsOptions,
): Tensor;
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  options?: BceWithLogitsOptions,
): Tensor;
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  ...args: unknown[]
): Tensor {
  if (args.length === 0) return aten.binaryCrossEntropyWithLogits(input, target);
  const options = settle<BceWithLogitsOptions>(
    "binaryCrossEntropyWithLogits",
    args,
    ["weight"],
    ["posWeight", "reduction"],
  );
  const { weight = null, posWeight = null, reduction } = options;
  return aten.binaryCrossEntropyWithLogits(
    input,
    target,
    weight,
    posWeight,
    reductionCode(reduction),
  );
}

/** Kullback-Leibler divergence of `target` from the log-probabilities `input`: `target * (log target - input)`. */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  checkOptions("klDiv", options, ["reduction", "logTarget"]);
  const { reduction, logTarget = false } = options;
  if (reduction !== "batchmean")
    return aten.klDiv(input, target, reductionCode(reduction), { logTarget });
  const total = aten.klDiv(input, target, reductionCode("sum"), { logTarget });
  return input.ndim === 0 ? total : total.div(input.shape[0] as number);
}
