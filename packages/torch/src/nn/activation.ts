// Activations without parameters of their own kind: one operator each.

import {
  hardsigmoid,
  hardsigmoid_,
  hardswish,
  hardswish_,
  logSigmoid,
  mish,
  mish_,
  relu,
  relu_,
  relu6,
  selu,
  selu_,
  sigmoid,
  silu,
  silu_,
  tanh,
} from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkOptions } from "./arguments.js";
import { softsign, tanhshrink } from "./functional/activation.js";
import { Module } from "./module.js";

/** Options of activations that can write into their input. */
export interface InplaceOptions {
  /** Write into the input; default false. */
  inplace?: boolean;
}

/** Base of activations that can write into their input; not meant to be extended from outside. */
export abstract class InplaceActivation extends Module {
  /** Whether the input is written into. */
  readonly inplace: boolean;

  constructor(options: InplaceOptions = {}) {
    super();
    this.inplace = checkOptions(new.target.name, options, ["inplace"]).inplace ?? false;
  }

  override extraRepr(): string {
    return this.inplace ? "inplace: true" : "";
  }
}

/** `max(0, x)`. */
export class ReLU extends InplaceActivation {
  override forward(input: Tensor): Tensor {
    return this.inplace ? relu_(input) : relu(input);
  }
}

/** `min(max(0, x), 6)`. */
export class ReLU6 extends Module {
  override forward(input: Tensor): Tensor {
    return relu6(input);
  }
}

/** `x * sigmoid(x)`. */
export class SiLU extends InplaceActivation {
  override forward(input: Tensor): Tensor {
    return this.inplace ? silu_(input) : silu(input);
  }
}

/** `tanh(x)`. */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return tanh(input);
  }
}

/** `1 / (1 + exp(-x))`. */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return sigmoid(input);
  }
}

/** `x * tanh(softplus(x))`. */
export class Mish extends InplaceActivation {
  override forward(input: Tensor): Tensor {
    return this.inplace ? mish_(input) : mish(input);
  }
}

/** `x * min(max(0, x + 3), 6) / 6`. */
export class Hardswish extends InplaceActivation {
  override forward(input: Tensor): Tensor {
    return this.inplace ? hardswish_(input) : hardswish(input);
  }
}

/** `min(max(0, x + 3), 6) / 6`. */
export class Hardsigmoid extends InplaceActivation {
  override forward(input: Tensor): Tensor {
    return this.inplace ? hardsigmoid_(input) : hardsigmoid(input);
  }
}

/** The self-normalising ELU: `scale * (max(0, x) + min(0, alpha * (exp(x) - 1)))` with its fixed constants. */
export class SELU extends InplaceActivation {
  override forward(input: Tensor): Tensor {
    return this.inplace ? selu_(input) : selu(input);
  }
}

/** `log(1 / (1 + exp(-x)))`. */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return logSigmoid(input);
  }
}

/** `x / (1 + |x|)`. */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return softsign(input);
  }
}

/** `x - tanh(x)`. */
export class Tanhshrink extends Module {
  override forward(input: Tensor): Tensor {
    return tanhshrink(input);
  }
}
