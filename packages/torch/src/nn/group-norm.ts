// GroupNorm: normalisation over groups of channels.

import { empty } from "../creation.js";
import { FabricError } from "../errors.js";
import { groupNorm } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import {
  checkInteger,
  checkNumber,
  checkOptions,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { ones_, zeros_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of {@link GroupNorm}. */
export interface GroupNormOptions extends FactoryOptions {
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** Learn a weight and a bias per channel; default true. */
  affine?: boolean;
}

const DEFAULT_EPS = 1e-5;

/**
 * Normalises `[B, C, ...]` over each of `numGroups` groups of channels and all positions; `weight` and `bias` are `[C]`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` if `numChannels` is no multiple of `numGroups`.
 */
export class GroupNorm extends Module {
  /** Groups of channels. */
  readonly numGroups: number;
  /** Channels `C` of the input. */
  readonly numChannels: number;
  /** Added to keep the division finite. */
  readonly eps: number;
  /** Whether there is a learned weight and bias. */
  readonly affine: boolean;
  /** Learned weight. */
  weight: Parameter | null = null;
  /** Learned bias, or null without one. */
  bias: Parameter | null = null;

  constructor(numGroups: number, numChannels: number, options: GroupNormOptions = {}) {
    super();
    checkOptions("GroupNorm", options, ["eps", "affine", "device", "dtype"]);
    this.numGroups = checkInteger("GroupNorm", "numGroups", numGroups, 1);
    this.numChannels = checkInteger("GroupNorm", "numChannels", numChannels, 1);
    if (numChannels % numGroups !== 0) {
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        `GroupNorm: expected \`numChannels\` to be a multiple of \`numGroups\` but received ${numChannels} and ${numGroups}. Change one of them.`,
      );
    }
    this.eps = checkNumber("GroupNorm", "eps", options.eps ?? DEFAULT_EPS);
    this.affine = options.affine ?? true;
    if (!this.affine) return;
    this.weight = new Parameter(empty([numChannels], factory(options)));
    this.bias = new Parameter(empty([numChannels], factory(options)));
    this.resetParameters();
  }

  /** Sets the weight to one and the bias to zero. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override forward(input: Tensor): Tensor {
    return groupNorm(input, this.numGroups, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { numGroups, numChannels, eps, affine } = this;
    return describeOptions({ numGroups, numChannels, eps, affine });
  }
}
