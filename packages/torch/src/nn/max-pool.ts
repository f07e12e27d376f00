// Max pooling.

import {
  maxPool1d,
  maxPool1dWithIndices,
  maxPool2d,
  maxPool2dWithIndices,
  maxPool3d,
  maxPool3dWithIndices,
} from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkOptions, checkSizes } from "./arguments.js";
import type { Size } from "./conv-base.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

/** Options of the max pooling layers. */
export interface MaxPoolOptions {
  /** Step of the window; default: its size. */
  stride?: Size | null;
  /** Border of -inf, default 0. */
  padding?: Size;
  /** Distance between points of the window, default 1. */
  dilation?: Size;
  /** Let the last window hang over the end; default false. */
  ceilMode?: boolean;
  /** Return `[values, indices]` instead of the values; default false. */
  returnIndices?: boolean;
}

const OPTIONS = ["stride", "padding", "dilation", "ceilMode", "returnIndices"];

/** Base of the max pooling layers; not meant to be extended from outside. */
export abstract class MaxPoolBase extends Module {
  /** Size of the window, one for each spatial dimension. */
  readonly kernelSize: number[];
  /** Step of the window, one for each spatial dimension. */
  readonly stride: number[];
  /** Border, one for each spatial dimension. */
  readonly padding: number[];
  /** Distance between points of the window, one for each spatial dimension. */
  readonly dilation: number[];
  /** Whether the last window may hang over the end. */
  readonly ceilMode: boolean;
  /** Whether the result is `[values, indices]`. */
  readonly returnIndices: boolean;

  protected constructor(
    layer: string,
    dimensions: number,
    kernelSize: Size,
    options: MaxPoolOptions,
  ) {
    super();
    checkOptions(layer, options, OPTIONS);
    this.kernelSize = checkSizes(layer, "kernelSize", kernelSize, dimensions, 1);
    this.stride = checkSizes(layer, "stride", options.stride ?? kernelSize, dimensions, 1);
    this.padding = checkSizes(layer, "padding", options.padding ?? 0, dimensions, 0);
    this.dilation = checkSizes(layer, "dilation", options.dilation ?? 1, dimensions, 1);
    this.ceilMode = options.ceilMode ?? false;
    this.returnIndices = options.returnIndices ?? false;
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    return describeOptions({ kernelSize, stride, padding, dilation, ceilMode });
  }
}

/** Largest value of each window over `[B, C, L]`. With `returnIndices` the result is `[values, indices]`. */
export class MaxPool1d extends MaxPoolBase {
  constructor(kernelSize: Size, options: MaxPoolOptions = {}) {
    super("MaxPool1d", 1, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    if (this.returnIndices) {
      // Typed as one tensor for the common case; whoever asked for indices receives the pair.
      return maxPool1dWithIndices(
        input,
        kernelSize,
        stride,
        padding,
        dilation,
        ceilMode,
      ) as unknown as Tensor;
    }
    return maxPool1d(input, kernelSize, stride, padding, dilation, ceilMode);
  }
}

/** Largest value of each window over `[B, C, H, W]`. With `returnIndices` the result is `[values, indices]`. */
export class MaxPool2d extends MaxPoolBase {
  constructor(kernelSize: Size, options: MaxPoolOptions = {}) {
    super("MaxPool2d", 2, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    if (this.returnIndices) {
      // Typed as one tensor for the common case; whoever asked for indices receives the pair.
      return maxPool2dWithIndices(
        input,
        kernelSize,
        stride,
        padding,
        dilation,
        ceilMode,
      ) as unknown as Tensor;
    }
    return maxPool2d(input, kernelSize, stride, padding, dilation, ceilMode);
  }
}

/** Largest value of each window over `[B, C, D, H, W]`. With `returnIndices` the result is `[values, indices]`. */
export class MaxPool3d extends MaxPoolBase {
  constructor(kernelSize: Size, options: MaxPoolOptions = {}) {
    super("MaxPool3d", 3, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, dilation, ceilMode } = this;
    if (this.returnIndices) {
      // Typed as one tensor for the common case; whoever asked for indices receives the pair.
      return maxPool3dWithIndices(
        input,
        kernelSize,
        stride,
        padding,
        dilation,
        ceilMode,
      ) as unknown as Tensor;
    }
    return maxPool3d(input, kernelSize, stride, padding, dilation, ceilMode);
  }
}
