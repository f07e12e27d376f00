// Losses over differences, as modules: their options are given once.

import type { Tensor } from "../tensor.js";
import { checkNumber, checkOptions } from "./arguments.js";
import type { LossOptions, Reduction } from "./functional/reduction.js";
import {
  type GaussianNllOptions,
  gaussianNllLoss,
  huberLoss,
  l1Loss,
  mseLoss,
  type PoissonNllOptions,
  poissonNllLoss,
  smoothL1Loss,
} from "./functional/regression-loss.js";
import { checkReduction } from "./loss-classification.js";
import { Module } from "./module.js";

/** Base of losses whose only option is the reduction; not meant to be extended from outside. */
export abstract class ReducedLoss extends Module {
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;

  constructor(options: LossOptions = {}) {
    super();
    checkOptions(new.target.name, options, ["reduction"]);
    this.reduction = checkReduction(options.reduction);
  }
}

/** Squared difference. */
export class MSELoss extends ReducedLoss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return this.reduction === "mean"
      ? mseLoss(input, target)
      : mseLoss(input, target, { reduction: this.reduction });
  }
}

/** Absolute difference. */
export class L1Loss extends ReducedLoss {
  override forward(input: Tensor, target: Tensor): Tensor {
    return l1Loss(input, target, { reduction: this.reduction });
  }
}

/** Squared below `beta` (default 1), absolute above; see `functional.smoothL1Loss`. */
export class SmoothL1Loss extends Module {
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;
  /** Where the square ends. */
  readonly beta: number;

  constructor(options: LossOptions & { beta?: number } = {}) {
    super();
    checkOptions("SmoothL1Loss", options, ["reduction", "beta"]);
    this.reduction = checkReduction(options.reduction);
    this.beta = checkNumber("SmoothL1Loss", "beta", options.beta ?? 1);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(input, target, { reduction: this.reduction, beta: this.beta });
  }
}

/** Squared below `delta` (default 1), absolute above; see `functional.huberLoss`. */
export class HuberLoss extends Module {
  /** How the loss is gathered over its elements. */
  readonly reduction: Reduction;
  /** Where the square ends. */
  readonly delta: number;

  constructor(options: LossOptions & { delta?: number } = {}) {
    super();
    checkOptions("HuberLoss", options, ["reduction", "delta"]);
    this.reduction = checkReduction(options.reduction);
    this.delta = checkNumber("HuberLoss", "delta", options.delta ?? 1);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return huberLoss(input, target, { reduction: this.reduction, delta: this.delta });
  }
}

/** Negative log-likelihood of counts; see `functional.poissonNllLoss`. */
export class PoissonNLLLoss extends Module {
  /** The options given at construction. */
  readonly options: Readonly<PoissonNllOptions>;

  constructor(options: PoissonNllOptions = {}) {
    super();
    checkOptions("PoissonNLLLoss", options, ["logInput", "full", "eps", "reduction"]);
    checkReduction(options.reduction);
    this.options = { ...options };
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return poissonNllLoss(input, target, this.options);
  }
}

/** Negative log-likelihood under a normal; see `functional.gaussianNllLoss`. */
export class GaussianNLLLoss extends Module {
  /** The options given at construction. */
  readonly options: Readonly<GaussianNllOptions>;

  constructor(options: GaussianNllOptions = {}) {
    super();
    checkOptions("GaussianNLLLoss", options, ["full", "eps", "reduction"]);
    checkReduction(options.reduction);
    this.options = { ...options };
  }

  override forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return gaussianNllLoss(input, target, variance, this.options);
  }
}
