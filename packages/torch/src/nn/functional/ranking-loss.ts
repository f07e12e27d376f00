// Losses over pairs, triplets and margins.

import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions } from "../arguments.js";
import { type LossOptions, reductionCode } from "./reduction.js";

/** Options of losses with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far apart is far enough. */
  margin?: number;
}

/** `1 - cos` for pairs marked 1, `max(0, cos - margin)` for pairs marked -1; `margin` defaults to 0. */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkOptions("cosineEmbeddingLoss", options, ["margin", "reduction"]);
  return aten.cosineEmbeddingLoss(
    input1,
    input2,
    target,
    options.margin ?? 0,
    reductionCode(options.reduction),
  );
}

/** `max(0, -target * (input1 - input2) + margin)`; `margin` defaults to 0. */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkOptions("marginRankingLoss", options, ["margin", "reduction"]);
  return aten.marginRankingLoss(
    input1,
    input2,
    target,
    options.margin ?? 0,
    reductionCode(options.reduction),
  );
}

/** The input where the target is 1, `max(0, margin - input)` where it is -1; `margin` defaults to 1. */
export function hingeEmbeddingLoss(
  input: Tensor,
  target: Tensor,
  options: MarginOptions = {},
): Tensor {
  checkOptions("hingeEmbeddingLoss", options, ["margin", "reduction"]);
  return aten.hingeEmbeddingLoss(
    input,
    target,
    options.margin ?? 1,
    reductionCode(options.reduction),
  );
}

/** `log(1 + exp(-target * input))`. */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkOptions("softMarginLoss", options, ["reduction"]);
  return aten.softMarginLoss(input, target, reductionCode(options.reduction));
}

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginOptions extends MarginOptions {
  /** Power of each term, 1 (default) or 2. */
  p?: number;
  /** `[C]`, a weight for each class. */
  weight?: Tensor | null;
}

/** Hinge loss over classes: mean over wrong classes of `max(0, margin - x[target] + x[i])^p`; `margin` defaults to 1. */
export function multiMarginLoss(
  input: Tensor,
  target: Tensor,
  options: MultiMarginOptions = {},
): Tensor {
  checkOptions("multiMarginLoss", options, ["p", "margin", "weight", "reduction"]);
  const { p = 1, margin = 1, weight = null, reduction } = options;
  return aten.multiMarginLoss(input, target, p, margin, weight, reductionCode(reduction));
}

/** Options of {@link tripletMarginLoss}. */
export interface TripletOptions extends MarginOptions {
  /** Degree of the norm, default 2. */
  p?: number;
  /** Keeps the norm's gradient finite; default 1e-6. */
  eps?: number;
  /** Use the nearer of anchor and positive as the anchor of the negative; default false. */
  swap?: boolean;
}

/** `max(0, |anchor - positive| - |anchor - negative| + margin)`; `margin` defaults to 1. */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletOptions = {},
): Tensor {
  checkOptions("tripletMarginLoss", options, ["margin", "p", "eps", "swap", "reduction"]);
  const { margin = 1, p = 2, eps = 1e-6, swap = false, reduction } = options;
  return aten.tripletMarginLoss(
    anchor,
    positive,
    negative,
    margin,
    p,
    eps,
    swap,
    reductionCode(reduction),
  );
}

/** Options of {@link ctcLoss}. */
export interface CtcOptions extends LossOptions {
  /** Class of the blank, default 0. */
  blank?: number;
  /** Replace infinite losses by zero; default false. */
  zeroInfinity?: boolean;
}

/** Connectionist temporal classification. @param logProbs - `[T, B, C]`. @param targets - `[B, S]` or concatenated. */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: number[] | Tensor,
  targetLengths: number[] | Tensor,
  options: CtcOptions = {},
): Tensor {
  checkOptions("ctcLoss", options, ["blank", "zeroInfinity", "reduction"]);
  const { blank = 0, zeroInfinity = false, reduction } = options;
  const code = reductionCode(reduction);
  if (Array.isArray(inputLengths)) {
    return aten.ctcLoss(
      logProbs,
      targets,
      inputLengths,
      targetLengths as number[],
      blank,
      code,
      zeroInfinity,
    );
  }
  return aten.ctcLoss(
    logProbs,
    targets,
    inputLengths,
    targetLengths as Tensor,
    blank,
    code,
    zeroInfinity,
  );
}
