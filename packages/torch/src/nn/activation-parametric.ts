// Activations with settings or weights.

import { empty } from "../creation.js";
import {
  celu,
  elu,
  elu_,
  gelu,
  glu,
  hardshrink,
  hardtanh,
  leakyRelu,
  leakyRelu_,
  logSoftmax,
  prelu,
  softmax,
  softplus,
  softshrink,
  threshold,
} from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import type { InplaceOptions } from "./activation.js";
import {
  checkChoice,
  checkInteger,
  checkNumber,
  checkOptions,
  type FactoryOptions,
  factory,
  settle,
} from "./arguments.js";
import { softmin } from "./functional/activation.js";
import { constant_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** `x * Phi(x)`, exactly or by the tanh approximation. */
export class GELU extends Module {
  /** Whether the tanh approximation is used. */
  readonly approximate: "none" | "tanh";

  constructor(options: { approximate?: "none" | "tanh" } = {}) {
    super();
    const { approximate = "none" } = checkOptions("GELU", options, ["approximate"]);
    this.approximate = checkChoice("GELU", "approximate", approximate, ["none", "tanh"]);
  }

  override forward(input: Tensor): Tensor {
    return this.approximate === "none"
      ? gelu(input)
      : gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return describeOptions({ approximate: this.approximate });
  }
}

/** Options of {@link LeakyReLU}; the number may also stand first. */
export interface LeakyReLUOptions extends InplaceOptions {
  /** Slope of the negative side. */
  negativeSlope?: number;
}

/** `x` where positive, `negativeSlope * x` elsewhere; the slope defaults to 0.01. */
export class LeakyReLU extends Module {
  /** Slope of the negative side. */
  readonly negativeSlope: number;
  /** Whether the input is written into. */
  readonly inplace: boolean;

  constructor(negativeSlope?: number | LeakyReLUOptions, options?: LeakyReLUOptions) {
    super();
    const settled = settle<LeakyReLUOptions>(
      "LeakyReLU",
      [negativeSlope, options],
      ["negativeSlope"],
      ["inplace"],
    );
    this.negativeSlope = checkNumber("LeakyReLU", "negativeSlope", settled.negativeSlope ?? 0.01);
    this.inplace = settled.inplace ?? false;
  }

  override forward(input: Tensor): Tensor {
    return this.inplace
      ? leakyRelu_(input, this.negativeSlope)
      : leakyRelu(input, this.negativeSlope);
  }

  override extraRepr(): string {
    return describeOptions({ negativeSlope: this.negativeSlope });
  }
}

/** Options of {@link ELU}; the number may also stand first. */
export interface ELUOptions extends InplaceOptions {
  /** Height of the negative side. */
  alpha?: number;
}

/** `x` where positive, `alpha * (exp(x) - 1)` elsewhere; `alpha` defaults to 1. */
export class ELU extends Module {
  /** Height of the negative side. */
  readonly alpha: number;
  /** Whether the input is written into. */
  readonly inplace: boolean;

  constructor(alpha?: number | ELUOptions, options?: ELUOptions) {
    super();
    const settled = settle<ELUOptions>("ELU", [alpha, options], ["alpha"], ["inplace"]);
    this.alpha = checkNumber("ELU", "alpha", settled.alpha ?? 1);
    this.inplace = settled.inplace ?? false;
  }

  override forward(input: Tensor): Tensor {
    return this.inplace ? elu_(input, this.alpha) : elu(input, this.alpha);
  }

  override extraRepr(): string {
    return describeOptions({ alpha: this.alpha });
  }
}

/** `max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`; `alpha` defaults to 1. */
export class CELU extends Module {
  /** Height of the negative side. */
  readonly alpha: number;

  constructor(alpha?: number | { alpha?: number }) {
    super();
    const settled = settle<{ alpha?: number }>("CELU", [alpha], ["alpha"]);
    this.alpha = checkNumber("CELU", "alpha", settled.alpha ?? 1);
  }

  override forward(input: Tensor): Tensor {
    return celu(input, this.alpha);
  }
}

/** `log(1 + exp(beta * x)) / beta`, linear above `threshold`; they default to 1 and 20. */
export class Softplus extends Module {
  /** Sharpness. */
  readonly beta: number;
  /** Where the shape changes. */
  readonly threshold: number;

  constructor(
    beta?: number | { beta?: number; threshold?: number },
    threshold?: number | { beta?: number; threshold?: number },
  ) {
    super();
    const settled = settle<{ beta?: number; threshold?: number }>(
      "Softplus",
      [beta, threshold],
      ["beta", "threshold"],
    );
    this.beta = checkNumber("Softplus", "beta", settled.beta ?? 1);
    this.threshold = checkNumber("Softplus", "threshold", settled.threshold ?? 20);
  }

  override forward(input: Tensor): Tensor {
    return softplus(input, this.beta, this.threshold);
  }

  override extraRepr(): string {
    return describeOptions({ beta: this.beta, threshold: this.threshold });
  }
}

/** `min(max(minVal, x), maxVal)`; they default to -1 and 1. */
export class Hardtanh extends Module {
  /** Smallest result. */
  readonly minVal: number;
  /** Largest result. */
  readonly maxVal: number;

  constructor(
    minVal?: number | { minVal?: number; maxVal?: number },
    maxVal?: number | { minVal?: number; maxVal?: number },
  ) {
    super();
    const settled = settle<{ minVal?: number; maxVal?: number }>(
      "Hardtanh",
      [minVal, maxVal],
      ["minVal", "maxVal"],
    );
    this.minVal = checkNumber("Hardtanh", "minVal", settled.minVal ?? -1);
    this.maxVal = checkNumber("Hardtanh", "maxVal", settled.maxVal ?? 1);
  }

  override forward(input: Tensor): Tensor {
    return hardtanh(input, this.minVal, this.maxVal);
  }
}

/** Zero within `+-lambd`, `x` elsewhere; `lambd` defaults to 0.5. */
export class Hardshrink extends Module {
  /** Width of the zero zone. */
  readonly lambd: number;

  constructor(lambd?: number | { lambd?: number }) {
    super();
    const settled = settle<{ lambd?: number }>("Hardshrink", [lambd], ["lambd"]);
    this.lambd = checkNumber("Hardshrink", "lambd", settled.lambd ?? 0.5);
  }

  override forward(input: Tensor): Tensor {
    return hardshrink(input, this.lambd);
  }
}

/** Zero within `+-lambd`, `x` moved towards zero by `lambd` elsewhere; it defaults to 0.5. */
export class Softshrink extends Module {
  /** Width of the zero zone. */
  readonly lambd: number;

  constructor(lambd?: number | { lambd?: number }) {
    super();
    const settled = settle<{ lambd?: number }>("Softshrink", [lambd], ["lambd"]);
    this.lambd = checkNumber("Softshrink", "lambd", settled.lambd ?? 0.5);
  }

  override forward(input: Tensor): Tensor {
    return softshrink(input, this.lambd);
  }
}

/** `x` where above `threshold`, `value` elsewhere. */
export class Threshold extends Module {
  /** Where the shape changes. */
  readonly threshold: number;
  /** What is put in. */
  readonly value: number;

  constructor(thresholdValue: number, value: number) {
    super();
    this.threshold = checkNumber("Threshold", "threshold", thresholdValue);
    this.value = checkNumber("Threshold", "value", value);
  }

  override forward(input: Tensor): Tensor {
    return threshold(input, this.threshold, this.value);
  }
}

/** `a * sigmoid(b)` of the two halves of dimension `dim`, by default the last. */
export class GLU extends Module {
  /** Dimension that is worked along. */
  readonly dim: number;

  constructor(dim?: number | { dim?: number }) {
    super();
    this.dim = checkDim("GLU", settle<{ dim: number }>("GLU", [dim], ["dim"]).dim ?? -1);
  }

  override forward(input: Tensor): Tensor {
    return glu(input, this.dim);
  }
}

/** Exponentials scaled to sum to one along `dim`. */
export class Softmax extends Module {
  /** Dimension that is worked along. */
  readonly dim: number;

  constructor(dim: number | { dim: number }) {
    super();
    this.dim = checkDim("Softmax", settle<{ dim: number }>("Softmax", [dim], ["dim"]).dim);
  }

  override forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }

  override extraRepr(): string {
    return describeOptions({ dim: this.dim });
  }
}

/** `softmax(-x)` along `dim`. */
export class Softmin extends Module {
  /** Dimension that is worked along. */
  readonly dim: number;

  constructor(dim: number | { dim: number }) {
    super();
    this.dim = checkDim("Softmin", settle<{ dim: number }>("Softmin", [dim], ["dim"]).dim);
  }

  override forward(input: Tensor): Tensor {
    return softmin(input, this.dim);
  }
}

/** Logarithm of the softmax along `dim`. */
export class LogSoftmax extends Module {
  /** Dimension that is worked along. */
  readonly dim: number;

  constructor(dim: number | { dim: number }) {
    super();
    this.dim = checkDim("LogSoftmax", settle<{ dim: number }>("LogSoftmax", [dim], ["dim"]).dim);
  }

  override forward(input: Tensor): Tensor {
    return logSoftmax(input, this.dim);
  }

  override extraRepr(): string {
    return describeOptions({ dim: this.dim });
  }
}

/** Options of {@link PReLU}. */
export interface PReLUOptions extends FactoryOptions {
  /** One slope for all channels (1, the default) or one each. */
  numParameters?: number;
  /** First value of the slopes, default 0.25. */
  init?: number;
}

/** `x` where positive, a learned multiple of it elsewhere; `weight` is `[numParameters]`. */
export class PReLU extends Module {
  /** How many slopes are learned. */
  readonly numParameters: number;
  /** `[numParameters]`, the slopes. */
  weight: Parameter;

  constructor(options: PReLUOptions = {}) {
    super();
    checkOptions("PReLU", options, ["numParameters", "init", "device", "dtype"]);
    this.numParameters = checkInteger("PReLU", "numParameters", options.numParameters ?? 1, 1);
    this.weight = new Parameter(empty([this.numParameters], factory(options)));
    constant_(this.weight, checkNumber("PReLU", "init", options.init ?? 0.25));
  }

  override forward(input: Tensor): Tensor {
    return prelu(input, this.weight);
  }
}

function checkDim(layer: string, dim: number | undefined): number {
  return checkInteger(layer, "dim", dim, Number.MIN_SAFE_INTEGER);
}
