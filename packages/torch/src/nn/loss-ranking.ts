// Losses over pairs, triplets and margins, as modules: their options are given once.

import type { Tensor } from "../tensor.js";
import { checkNumber, checkOptions } from "./arguments.js";
import {
  type CtcOptions,
  cosineEmbeddingLoss,
  ctcLoss,
  hingeEmbeddingLoss,
  type MarginOptions,
  type MultiMarginOptions,
  marginRankingLoss,
  multiMarginLoss,
  softMarginLoss,
  type TripletOptions,
  tripletMarginLoss,
} from "./functional/ranking-loss.js";
import type { Reduction } from "./functional/reduction.js";
import { checkReduction } from "./loss-classification.js";
import { ReducedLoss } from "./loss-regression.js";
import { Module } from "./module.js";

/** Base of losses with a margin; not meant to be extended from outside. */
export abstract class MarginLoss extends Module {
  /** How far apart is far enough. */
  readonly margin: number;
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;

  protected constructor(layer: string, defaultMargin: number, options: MarginOptions) {
    super();
    checkOptions(layer, options, ["margin", "reduction"]);
    this.margin = checkNumber(layer, "margin", options.margin ?? defaultMargin);
    this.reduction = checkReduction(options.reduction);
  }
}

/** Cosine distance of pairs marked 1 and -1; `margin` defaults to 0. */
export class CosineEmbeddingLoss extends MarginLoss {
  constructor(options: MarginOptions = {}) {
    super("CosineEmbeddingLoss", 0, options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return cosineEmbeddingLoss(input1, input2, target, {
      margin: this.margin,
      reduction: this.reduction,
    });
  }
}

/** `max(0, -target * (input1 - input2) + margin)`; `margin` defaults to 0. */
export class MarginRankingLoss extends MarginLoss {
  constructor(options: MarginOptions = {}) {
    super("MarginRankingLoss", 0, options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return marginRankingLoss(input1, input2, target, {
      margin: this.margin,
      reduction: this.reduction,
    });
  }
}

/** The input where the target is 1, `max(0, margin - input)` where it is -1; `margin` defaults to 1. */
export class HingeEmbeddingLoss extends MarginLoss {
  constructor(options: MarginOptions = {}) {
    super("HingeEmbeddingLoss", 1, options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return hingeEmbeddingLoss(input, target, { margin: this.margin, reduction: this.reduction });
  }
}

/** `log(1 + exp(-target * input))`. */
export class SoftMarginLoss extends ReducedLoss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return softMarginLoss(input, target, { reduction: this.reduction });
  }
}

/** Hinge loss over classes; see `functional.multiMarginLoss`. */
export class MultiMarginLoss extends Module {
  /** `[C]`, a buffer, or null. */
  declare weight: Tensor | null;
  /** The options given at construction. */
  readonly options: Readonly<Omit<MultiMarginOptions, "weight">>;

  constructor(options: MultiMarginOptions = {}) {
    super();
    checkOptions("MultiMarginLoss", options, ["p", "margin", "weight", "reduction"]);
    checkReduction(options.reduction);
    const { weight = null, ...rest } = options;
    this.options = rest;
    this.registerBuffer("weight", weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/** Distance to a positive against distance to a negative; see `functional.tripletMarginLoss`. */
export class TripletMarginLoss extends Module {
  /** The options given at construction. */
  readonly options: Readonly<TripletOptions>;

  constructor(options: TripletOptions = {}) {
    super();
    checkOptions("TripletMarginLoss", options, ["margin", "p", "eps", "swap", "reduction"]);
    checkReduction(options.reduction);
    this.options = { ...options };
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/** Connectionist temporal classification; see `functional.ctcLoss`. */
export class CTCLoss extends Module {
  /** The options given at construction. */
  readonly options: Readonly<CtcOptions>;

  constructor(options: CtcOptions = {}) {
    super();
    checkOptions("CTCLoss", options, ["blank", "zeroInfinity", "reduction"]);
    checkReduction(options.reduction);
    this.options = { ...options };
  }

  override forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: number[] | Tensor,
    targetLengths: number[] | Tensor,
  ): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, this.options);
  }
}
