// Average pooling.

import { avgPool1d, avgPool2d, avgPool3d } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkInteger, checkOptions, checkSizes } from "./arguments.js";
import type { Size } from "./conv-base.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

/** Options of the average pooling layers. */
export interface AvgPoolOptions {
  /** Step of the window; default: its size. */
  stride?: Size | null;
  /** Border of zeros, default 0. */
  padding?: Size;
  /** Let the last window hang over the end; default false. */
  ceilMode?: boolean;
  /** Count the border as values; default true. */
  countIncludePad?: boolean;
  /** Divide by this instead of the number of values; not for AvgPool1d. */
  divisorOverride?: number | null;
}

const OPTIONS = ["stride", "padding", "ceilMode", "countIncludePad"];

/** Base of the average pooling layers; not meant to be extended from outside. */
export abstract class AvgPoolBase extends Module {
  /** Size of the window, one for each spatial dimension. */
  readonly kernelSize: number[];
  /** Step of the window, one for each spatial dimension. */
  readonly stride: number[];
  /** Border, one for each spatial dimension. */
  readonly padding: number[];
  /** Whether the last window may hang over the end. */
  readonly ceilMode: boolean;
  /** Whether the border counts as values. */
  readonly countIncludePad: boolean;
  /** What is divided by instead of the number of values, or null. */
  readonly divisorOverride: number | null;

  protected constructor(
    layer: string,
    dimensions: number,
    kernelSize: Size,
    options: AvgPoolOptions,
  ) {
    super();
    checkOptions(layer, options, dimensions === 1 ? OPTIONS : [...OPTIONS, "divisorOverride"]);
    this.kernelSize = checkSizes(layer, "kernelSize", kernelSize, dimensions, 1);
    this.stride = checkSizes(layer, "stride", options.stride ?? kernelSize, dimensions, 1);
    this.padding = checkSizes(layer, "padding", options.padding ?? 0, dimensions, 0);
    this.ceilMode = options.ceilMode ?? false;
    this.countIncludePad = options.countIncludePad ?? true;
    const divisor = options.divisorOverride ?? null;
    this.divisorOverride =
      divisor === null ? null : checkInteger(layer, "divisorOverride", divisor, 1);
  }

  override extraRepr(): string {
    const { kernelSize, stride, padding } = this;
    return describeOptions({ kernelSize, stride, padding });
  }
}

/** Mean of each window over `[B, C, L]`. */
export class AvgPool1d extends AvgPoolBase {
  constructor(kernelSize: Size, options: AvgPoolOptions = {}) {
    super("AvgPool1d", 1, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this;
    return avgPool1d(input, kernelSize, stride, padding, ceilMode, countIncludePad);
  }
}

/** Mean of each window over `[B, C, H, W]`. */
export class AvgPool2d extends AvgPoolBase {
  constructor(kernelSize: Size, options: AvgPoolOptions = {}) {
    super("AvgPool2d", 2, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this;
    return avgPool2d(
      input,
      kernelSize,
      stride,
      padding,
      ceilMode,
      countIncludePad,
      this.divisorOverride,
    );
  }
}

/** Mean of each window over `[B, C, D, H, W]`. */
export class AvgPool3d extends AvgPoolBase {
  constructor(kernelSize: Size, options: AvgPoolOptions = {}) {
    super("AvgPool3d", 3, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { kernelSize, stride, padding, ceilMode, countIncludePad } = this;
    return avgPool3d(
      input,
      kernelSize,
      stride,
      padding,
      ceilMode,
      countIncludePad,
      this.divisorOverride,
    );
  }
}
