// Linear and bilinear maps, and the identity.

import { empty } from "../creation.js";
import { bilinear, linear } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkInteger, checkOptions, type FactoryOptions, factory } from "./arguments.js";
import { replacementFor } from "./construction-hook.js";
import { uniform_ } from "./init/fill.js";
import { kaimingUniform_ } from "./init/index.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** Options of {@link Linear} and {@link Bilinear}. */
export interface LinearOptions extends FactoryOptions {
  /** Add a learned bias; default true. */
  bias?: boolean;
}

const OPTIONS = ["bias", "device", "dtype"] as const;

/**
 * `y = x W^T + b`, on the last dimension: `[..., inFeatures]` to `[..., outFeatures]`.
 *
 * `weight` is `[outFeatures, inFeatures]`, `bias` `[outFeatures]` or null; both start uniform in `+-1 / sqrt(inFeatures)`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for sizes that are not integers >= 0 or an unknown option.
 */
export class Linear extends Module {
  /** Width of the input. */
  readonly inFeatures: number;
  /** Width of the result. */
  readonly outFeatures: number;
  /** Learned weight. */
  weight!: Parameter;
  /** Learned bias, or null without one. */
  bias: Parameter | null = null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    this.inFeatures = checkInteger("Linear", "inFeatures", inFeatures, 0);
    this.outFeatures = checkInteger("Linear", "outFeatures", outFeatures, 0);
    const { bias = true } = checkOptions("Linear", options, OPTIONS);
    const replacement = replacementFor(new.target, Linear, [inFeatures, outFeatures, options]);
    if (replacement !== undefined) {
      // biome-ignore lint/correctness/noConstructorReturn: this is how a plugin's layer takes the place of this one
      return replacement as Linear;
    }
    this.weight = new Parameter(empty([outFeatures, inFeatures], factory(options)));
    if (bias) this.bias = new Parameter(empty([outFeatures], factory(options)));
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    kaimingUniform_(this.weight, { a: Math.sqrt(5) });
    if (this.bias === null) return;
    const bound = this.inFeatures > 0 ? 1 / Math.sqrt(this.inFeatures) : 0;
    uniform_(this.bias, -bound, bound);
  }

  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { inFeatures, outFeatures } = this;
    return describeOptions({ inFeatures, outFeatures, bias: this.bias !== null });
  }
}

/** `y = x1^T A x2 + b`; `weight` is `[outFeatures, in1Features, in2Features]`. */
export class Bilinear extends Module {
  /** Width of the first input. */
  readonly in1Features: number;
  /** Width of the second input. */
  readonly in2Features: number;
  /** Width of the result. */
  readonly outFeatures: number;
  /** Learned weight. */
  weight: Parameter;
  /** Learned bias, or null without one. */
  bias: Parameter | null;

  constructor(
    in1Features: number,
    in2Features: number,
    outFeatures: number,
    options: LinearOptions = {},
  ) {
    super();
    this.in1Features = checkInteger("Bilinear", "in1Features", in1Features, 1);
    this.in2Features = checkInteger("Bilinear", "in2Features", in2Features, 1);
    this.outFeatures = checkInteger("Bilinear", "outFeatures", outFeatures, 1);
    const { bias = true } = checkOptions("Bilinear", options, OPTIONS);
    this.weight = new Parameter(empty([outFeatures, in1Features, in2Features], factory(options)));
    this.bias = bias ? new Parameter(empty([outFeatures], factory(options))) : null;
    this.resetParameters();
  }

  /** Draws the weights anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, -bound, bound);
    if (this.bias !== null) uniform_(this.bias, -bound, bound);
  }

  override forward(input1: Tensor, input2: Tensor): Tensor {
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures } = this;
    return describeOptions({ in1Features, in2Features, outFeatures, bias: this.bias !== null });
  }
}

/** Returns its input. */
export class Identity extends Module {
  override forward(input: Tensor): Tensor {
    return input;
  }
}
