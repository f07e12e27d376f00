// LayerNorm and RMSNorm: normalisation over the last dimensions.

import { empty } from "../creation.js";
import { layerNorm, rmsNorm } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import {
  argumentError,
  checkInteger,
  checkNumber,
  checkOptions,
  type FactoryOptions,
  factory,
} from "./arguments.js";
import { replacementFor } from "./construction-hook.js";
import { ones_, zeros_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions extends FactoryOptions {
  /** Added to the variance; default 1e-5. */
  eps?: number;
  /** Learn a weight and a bias; default true. */
  elementwiseAffine?: boolean;
  /** Learn a bias, where there is a weight; default true. */
  bias?: boolean;
}

/** Options of {@link RMSNorm}. */
export interface RMSNormOptions extends FactoryOptions {
  /** Added to the mean square; by default the machine epsilon of the input's dtype. */
  eps?: number | null;
  /** Learn a weight; default true. */
  elementwiseAffine?: boolean;
}

const DEFAULT_EPS = 1e-5;

/**
 * `(x - mean) / sqrt(var + eps) * weight + bias`, over the last dimensions, whose sizes are `normalizedShape`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument.
 */
export class LayerNorm extends Module {
  /** Sizes of the dimensions normalised over. */
  readonly normalizedShape: number[];
  /** Added to keep the division finite. */
  readonly eps: number;
  /** Whether there is a learned weight. */
  readonly elementwiseAffine: boolean;
  /** Learned weight. */
  weight: Parameter | null = null;
  /** Learned bias, or null without one. */
  bias: Parameter | null = null;

  constructor(normalizedShape: number | readonly number[], options: LayerNormOptions = {}) {
    super();
    checkOptions("LayerNorm", options, ["eps", "elementwiseAffine", "bias", "device", "dtype"]);
    this.normalizedShape = checkShape("LayerNorm", normalizedShape);
    this.eps = checkNumber("LayerNorm", "eps", options.eps ?? DEFAULT_EPS);
    this.elementwiseAffine = options.elementwiseAffine ?? true;
    const replacement = replacementFor(new.target, LayerNorm, [normalizedShape, options]);
    // biome-ignore lint/correctness/noConstructorReturn: this is how a plugin's layer takes the place of this one
    if (replacement !== undefined) return replacement as LayerNorm;
    if (!this.elementwiseAffine) return;
    this.weight = new Parameter(empty(this.normalizedShape, factory(options)));
    if (options.bias ?? true)
      this.bias = new Parameter(empty(this.normalizedShape, factory(options)));
    this.resetParameters();
  }

  /** Sets the weight to one and the bias to zero. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
    if (this.bias !== null) zeros_(this.bias);
  }

  override forward(input: Tensor): Tensor {
    return layerNorm(input, this.normalizedShape, this.weight, this.bias, this.eps);
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return describeOptions({ normalizedShape, eps, elementwiseAffine });
  }
}

/**
 * `x / sqrt(mean(x^2) + eps) * weight`, over the last dimensions, whose sizes are `normalizedShape`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument.
 */
export class RMSNorm extends Module {
  /** Sizes of the dimensions normalised over. */
  readonly normalizedShape: number[];
  /** Added to keep the division finite. */
  readonly eps: number | null;
  /** Whether there is a learned weight. */
  readonly elementwiseAffine: boolean;
  /** Learned weight. */
  weight: Parameter | null = null;

  constructor(normalizedShape: number | readonly number[], options: RMSNormOptions = {}) {
    super();
    checkOptions("RMSNorm", options, ["eps", "elementwiseAffine", "device", "dtype"]);
    this.normalizedShape = checkShape("RMSNorm", normalizedShape);
    this.eps =
      options.eps === undefined || options.eps === null
        ? null
        : checkNumber("RMSNorm", "eps", options.eps);
    this.elementwiseAffine = options.elementwiseAffine ?? true;
    const replacement = replacementFor(new.target, RMSNorm, [normalizedShape, options]);
    // biome-ignore lint/correctness/noConstructorReturn: this is how a plugin's layer takes the place of this one
    if (replacement !== undefined) return replacement as RMSNorm;
    if (!this.elementwiseAffine) return;
    this.weight = new Parameter(empty(this.normalizedShape, factory(options)));
    this.resetParameters();
  }

  /** Sets the weight to one. */
  resetParameters(): void {
    if (this.weight !== null) ones_(this.weight);
  }

  override forward(input: Tensor): Tensor {
    return rmsNorm(input, this.normalizedShape, this.weight, this.eps);
  }

  override extraRepr(): string {
    const { normalizedShape, eps, elementwiseAffine } = this;
    return describeOptions({ normalizedShape, eps, elementwiseAffine });
  }
}

function checkShape(layer: string, shape: number | readonly number[]): number[] {
  const sizes = typeof shape === "number" ? [shape] : shape;
  if (!Array.isArray(sizes) || sizes.length === 0) {
    throw argumentError(layer, "normalizedShape", "a size or a non-empty array of sizes", shape);
  }
  return sizes.map((size) => checkInteger(layer, "normalizedShape", size, 0));
}
