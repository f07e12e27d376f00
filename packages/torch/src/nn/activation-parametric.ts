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
} from "./arguments.js";
import { constant_ } from "./init/fill.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";
import { Parameter } from "./parameter.js";

/** `x * Phi(x)`, exactly or by the tanh approximation. */
export class GELU extends Module {
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

/** `x` where positive, `negativeSlope * x` elsewhere; the slope defaults to 0.01. */
export class LeakyReLU extends Module {
  readonly negativeSlope: number;
  readonly inplace: boolean;

  constructor(negativeSlope = 0.01, options: InplaceOptions = {}) {
    super();
    this.negativeSlope = checkNumber("LeakyReLU", "negativeSlope", negativeSlope);
    this.inplace = checkOptions("LeakyReLU", options, ["inplace"]).inplace ?? false;
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

/** `x` where positive, `alpha * (exp(x) - 1)` elsewhere; `alpha` defaults to 1. */
export class ELU extends Module {
  readonly alpha: number;
  readonly inplace: boolean;

  constructor(alpha = 1, options: InplaceOptions = {}) {
    super();
    this.alpha = checkNumber("ELU", "alpha", alpha);
    this.inplace = checkOptions("ELU", options, ["inplace"]).inplace ?? false;
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
  readonly alpha: number;

  constructor(alpha = 1) {
    super();
    this.alpha = checkNumber("CELU", "alpha", alpha);
  }

  override forward(input: Tensor): Tensor {
    return celu(input, this.alpha);
  }
}

/** `log(1 + exp(beta * x)) / beta`, linear above `threshold`; they default to 1 and 20. */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  constructor(beta = 1, threshold = 20) {
    super();
    this.beta = checkNumber("Softplus", "beta", beta);
    this.threshold = checkNumber("Softplus", "threshold", threshold);
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
  readonly minVal: number;
  readonly maxVal: number;

  constructor(minVal = -1, maxVal = 1) {
    super();
    this.minVal = checkNumber("Hardtanh", "minVal", minVal);
    this.maxVal = checkNumber("Hardtanh", "maxVal", maxVal);
  }

  override forward(input: Tensor): Tensor {
    return hardtanh(input, this.minVal, this.maxVal);
  }
}

/** Zero within `+-lambd`, `x` elsewhere; `lambd` defaults to 0.5. */
export class Hardshrink extends Module {
  readonly lambd: number;

  constructor(lambd = 0.5) {
    super();
    this.lambd = checkNumber("Hardshrink", "lambd", lambd);
  }

  override forward(input: Tensor): Tensor {
    return hardshrink(input, this.lambd);
  }
}

/** Zero within `+-lambd`, `x` moved towards zero by `lambd` elsewhere; it defaults to 0.5. */
export class Softshrink extends Module {
  readonly lambd: number;

  constructor(lambd = 0.5) {
    super();
    this.lambd = checkNumber("Softshrink", "lambd", lambd);
  }

  override forward(input: Tensor): Tensor {
    return softshrink(input, this.lambd);
  }
}

/** `x` where above `threshold`, `value` elsewhere. */
export class Threshold extends Module {
  readonly threshold: number;
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
  readonly dim: number;

  constructor(dim = -1) {
    super();
    this.dim = checkDim("GLU", dim);
  }

  override forward(input: Tensor): Tensor {
    return glu(input, this.dim);
  }
}

/** Exponentials scaled to sum to one along `dim`. */
export class Softmax extends Module {
  readonly dim: number;

  constructor(dim: number) {
    super();
    this.dim = checkDim("Softmax", dim);
  }

  override forward(input: Tensor): Tensor {
    return softmax(input, this.dim);
  }

  override extraRepr(): string {
    return describeOptions({ dim: this.dim });
  }
}

/** Logarithm of the softmax along `dim`. */
export class LogSoftmax extends Module {
  readonly dim: number;

  constructor(dim: number) {
    super();
    this.dim = checkDim("LogSoftmax", dim);
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
  readonly numParameters: number;
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

function checkDim(layer: string, dim: number): number {
  return checkInteger(layer, "dim", dim, Number.MIN_SAFE_INTEGER);
}
