// Distances and similarities as layers.

import { cosineSimilarity, pairwiseDistance } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkNumber, checkOptions } from "./arguments.js";
import { Module } from "./module.js";

/** `x1 x2 / (|x1| |x2|)` along `dim`, by default 1. */
export class CosineSimilarity extends Module {
  /** Dimension that is worked along. */
  readonly dim: number;
  /** Added to keep the division finite. */
  readonly eps: number;

  constructor(options: { dim?: number; eps?: number } = {}) {
    super();
    checkOptions("CosineSimilarity", options, ["dim", "eps"]);
    this.dim = checkNumber("CosineSimilarity", "dim", options.dim ?? 1);
    this.eps = checkNumber("CosineSimilarity", "eps", options.eps ?? 1e-8);
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, this.dim, this.eps);
  }
}

/** `|x1 - x2 + eps|_p` along the last dimension. */
export class PairwiseDistance extends Module {
  /** Degree of the norm. */
  readonly norm: number;
  /** Added to keep the division finite. */
  readonly eps: number;
  /** Whether the reduced dimension stays with size one. */
  readonly keepdim: boolean;

  constructor(options: { p?: number; eps?: number; keepdim?: boolean } = {}) {
    super();
    checkOptions("PairwiseDistance", options, ["p", "eps", "keepdim"]);
    this.norm = checkNumber("PairwiseDistance", "p", options.p ?? 2);
    this.eps = checkNumber("PairwiseDistance", "eps", options.eps ?? 1e-6);
    this.keepdim = options.keepdim ?? false;
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, this.norm, this.eps, this.keepdim);
  }
}
