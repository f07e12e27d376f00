// Dropout layers: active in training, the identity in evaluation.

import {
  alphaDropout,
  dropout,
  dropout_,
  featureDropout,
  featureDropout_,
} from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkProbability, settle } from "./arguments.js";
import { dropChannels } from "./functional/dropout.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

/** Options of the dropout layers. */
export interface DropoutModuleOptions {
  /** Probability of a zero, default 0.5; may also stand first. */
  p?: number;
  /** Write into the input; default false. */
  inplace?: boolean;
}

const DEFAULT_P = 0.5;

/** Base of the dropout layers; not meant to be extended from outside. */
export abstract class DropoutBase extends Module {
  /** Probability of a zero. */
  readonly p: number;
  /** Whether the input is written into. */
  readonly inplace: boolean;

  constructor(p?: number | DropoutModuleOptions, options?: DropoutModuleOptions) {
    super();
    const layer = new.target.name;
    const settled = settle<Required<DropoutModuleOptions>>(layer, [p, options], ["p"], ["inplace"]);
    this.p = checkProbability(layer, "p", settled.p ?? DEFAULT_P);
    this.inplace = settled.inplace ?? false;
  }

  override extraRepr(): string {
    return describeOptions({ p: this.p, inplace: this.inplace || undefined });
  }
}

/** Zeroes each element with probability `p` (default 0.5) and scales the rest by `1 / (1 - p)`. */
export class Dropout extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return this.inplace
      ? dropout_(input, this.p, this.training)
      : dropout(input, this.p, this.training);
  }
}

/** Zeroes whole channels of `[B, C, L]` or `[C, L]` with probability `p` (default 0.5). */
export class Dropout1d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropChannels(input, this.p, this.training, this.inplace, 2);
  }
}

/** Zeroes whole channels of `[B, C, H, W]` with probability `p` (default 0.5). */
export class Dropout2d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return this.inplace
      ? featureDropout_(input, this.p, this.training)
      : featureDropout(input, this.p, this.training);
  }
}

/** Zeroes whole channels of `[B, C, D, H, W]` or `[C, D, H, W]` with probability `p` (default 0.5). */
export class Dropout3d extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return dropChannels(input, this.p, this.training, this.inplace, 4);
  }
}

/** Dropout that keeps mean and variance of SELU activations. */
export class AlphaDropout extends DropoutBase {
  override forward(input: Tensor): Tensor {
    return alphaDropout(input, this.p, this.training);
  }
}
