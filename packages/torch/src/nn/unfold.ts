// Sliding blocks of images as columns, and back.

import { col2im, im2col } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkOptions, checkSizes } from "./arguments.js";
import type { Size } from "./conv-base.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

/** Options of {@link Unfold} and {@link Fold}. */
export interface UnfoldOptions {
  /** Distance between points of a block, default 1. */
  dilation?: Size;
  /** Border of zeros, default 0. */
  padding?: Size;
  /** Step between blocks, default 1. */
  stride?: Size;
}

/** Blocks of `[B, C, H, W]` as columns: `[B, C * block, blocks]`. */
export class Unfold extends Module {
  /** Size of the window, one for each spatial dimension. */
  readonly kernelSize: number[];
  /** Distance between points of the window, one for each spatial dimension. */
  readonly dilation: number[];
  /** Border, one for each spatial dimension. */
  readonly padding: number[];
  /** Step of the window, one for each spatial dimension. */
  readonly stride: number[];

  constructor(kernelSize: Size, options: UnfoldOptions = {}) {
    super();
    checkOptions("Unfold", options, ["dilation", "padding", "stride"]);
    this.kernelSize = checkSizes("Unfold", "kernelSize", kernelSize, 2, 1);
    this.dilation = checkSizes("Unfold", "dilation", options.dilation ?? 1, 2, 1);
    this.padding = checkSizes("Unfold", "padding", options.padding ?? 0, 2, 0);
    this.stride = checkSizes("Unfold", "stride", options.stride ?? 1, 2, 1);
  }

  override forward(input: Tensor): Tensor {
    return im2col(input, this.kernelSize, this.dilation, this.padding, this.stride);
  }

  override extraRepr(): string {
    const { kernelSize, dilation, padding, stride } = this;
    return describeOptions({ kernelSize, dilation, padding, stride });
  }
}

/** The sum of overlapping blocks: `[B, C * block, blocks]` to `[B, C, ...outputSize]`. */
export class Fold extends Unfold {
  /** Height and width of the result. */
  readonly outputSize: number[];

  constructor(outputSize: Size, kernelSize: Size, options: UnfoldOptions = {}) {
    super(kernelSize, options);
    this.outputSize = checkSizes("Fold", "outputSize", outputSize, 2, 1);
  }

  override forward(input: Tensor): Tensor {
    return col2im(
      input,
      this.outputSize,
      this.kernelSize,
      this.dilation,
      this.padding,
      this.stride,
    );
  }
}
