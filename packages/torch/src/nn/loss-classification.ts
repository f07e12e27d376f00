// Losses over classes and probabilities, as modules: their options are given once.

import type { Tensor } from "../tensor.js";
import { checkOptions } from "./arguments.js";
import {
  type BceOptions,
  type BceWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type CrossEntropyOptions,
  crossEntropy,
  type KlDivOptions,
  klDiv,
  type NllOptions,
  nllLoss,
} from "./functional/classification-loss.js";
import { type Reduction, reductionCode } from "./functional/reduction.js";
import { Module } from "./module.js";

/** Cross-entropy of unnormalised scores against classes or class probabilities; see `functional.crossEntropy`. */
export class CrossEntropyLoss extends Module {
  /** `[C]`, a buffer, or null. */
  declare weight: Tensor | null;
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;
  /** Class that counts for nothing. */
  readonly ignoreIndex: number;
  /** Share of the target spread over all classes. */
  readonly labelSmoothing: number;
  private readonly plain: boolean;

  constructor(options: CrossEntropyOptions = {}) {
    super();
    checkOptions("CrossEntropyLoss", options, [
      "weight",
      "ignoreIndex",
      "reduction",
      "labelSmoothing",
    ]);
    this.reduction = checkReduction(options.reduction);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.labelSmoothing = options.labelSmoothing ?? 0;
    this.registerBuffer("weight", options.weight ?? null);
    this.plain = Object.keys(options).length === 0;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    if (this.plain) return crossEntropy(input, target);
    const { weight, ignoreIndex, reduction, labelSmoothing } = this;
    return crossEntropy(input, target, { weight, ignoreIndex, reduction, labelSmoothing });
  }
}

/** Negative log-likelihood of log-probabilities; see `functional.nllLoss`. */
export class NLLLoss extends Module {
  /** `[C]`, a buffer, or null. */
  declare weight: Tensor | null;
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;
  /** Class that counts for nothing. */
  readonly ignoreIndex: number;

  constructor(options: NllOptions = {}) {
    super();
    checkOptions("NLLLoss", options, ["weight", "ignoreIndex", "reduction"]);
    this.reduction = checkReduction(options.reduction);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.registerBuffer("weight", options.weight ?? null);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, ignoreIndex, reduction } = this;
    return nllLoss(input, target, { weight, ignoreIndex, reduction });
  }
}

/** Cross-entropy of probabilities against targets in `[0, 1]`; see `functional.binaryCrossEntropy`. */
export class BCELoss extends Module {
  /** Broadcast over the input, a buffer, or null. */
  declare weight: Tensor | null;
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;

  constructor(options: BceOptions = {}) {
    super();
    checkOptions("BCELoss", options, ["weight", "reduction"]);
    this.reduction = checkReduction(options.reduction);
    this.registerBuffer("weight", options.weight ?? null);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(input, target, { weight: this.weight, reduction: this.reduction });
  }
}

/** Cross-entropy of sigmoids of the input; see `functional.binaryCrossEntropyWithLogits`. */
export class BCEWithLogitsLoss extends Module {
  static override readonly stateNames: Readonly<Record<string, string>> = {
    posWeight: "pos_weight",
  };

  /** Broadcast over the input, a buffer, or null. */
  declare weight: Tensor | null;
  /** Factor of the positive term, a buffer, or null. */
  declare posWeight: Tensor | null;
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;

  constructor(options: BceWithLogitsOptions = {}) {
    super();
    checkOptions("BCEWithLogitsLoss", options, ["weight", "posWeight", "reduction"]);
    this.reduction = checkReduction(options.reduction);
    this.registerBuffer("weight", options.weight ?? null);
    this.registerBuffer("posWeight", options.posWeight ?? null);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(input, target, { weight, posWeight, reduction });
  }
}

/** Kullback-Leibler divergence of targets from log-probabilities; see `functional.klDiv`. */
export class KLDivLoss extends Module {
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction | "batchmean";
  /** Whether targets are logarithms. */
  readonly logTarget: boolean;

  constructor(options: KlDivOptions = {}) {
    super();
    checkOptions("KLDivLoss", options, ["reduction", "logTarget"]);
    this.reduction =
      options.reduction === "batchmean" ? "batchmean" : checkReduction(options.reduction);
    this.logTarget = options.logTarget ?? false;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return klDiv(input, target, { reduction: this.reduction, logTarget: this.logTarget });
  }
}

/** Checks a reduction at construction, where the mistake was made. @internal */
export function checkReduction(reduction: Reduction | undefined): Reduction {
  reductionCode(reduction);
  return reduction ?? "mean";
}
