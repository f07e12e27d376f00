// Pooling to a given size, whatever the size of the input.

import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
} from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { argumentError, checkInteger } from "./arguments.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

/** Wanted size: one number, or one per spatial dimension, where null keeps the input's. */
export type OutputSize = number | readonly (number | null)[];

/** Base of the adaptive pooling layers; not meant to be extended from outside. */
export abstract class AdaptivePoolBase extends Module {
  /** Size of the result, one for each spatial dimension; null keeps the input's. */
  readonly outputSize: readonly (number | null)[];
  private readonly fixed: number[] | null;

  protected constructor(layer: string, dimensions: number, outputSize: OutputSize) {
    super();
    const sizes =
      typeof outputSize === "number" ? new Array<number>(dimensions).fill(outputSize) : outputSize;
    if (!Array.isArray(sizes) || sizes.length !== dimensions) {
      throw argumentError(
        layer,
        "outputSize",
        `an integer >= 0 or an array of ${dimensions}`,
        outputSize,
      );
    }
    for (const size of sizes) if (size !== null) checkInteger(layer, "outputSize", size, 0);
    this.outputSize = sizes;
    this.fixed = sizes.includes(null) ? null : (sizes as number[]);
  }

  /** The output size for this input. @internal */
  protected sizeFor(input: Tensor): number[] {
    if (this.fixed !== null) return this.fixed;
    const spatial = input.shape.slice(-this.outputSize.length);
    return this.outputSize.map((size, i) => size ?? (spatial[i] as number));
  }

  override extraRepr(): string {
    return describeOptions({ outputSize: this.outputSize });
  }
}

/** Mean of each of `outputSize` equal parts of `[B, C, L]`. */
export class AdaptiveAvgPool1d extends AdaptivePoolBase {
  constructor(outputSize: OutputSize) {
    super("AdaptiveAvgPool1d", 1, outputSize);
  }

  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool1d(input, this.sizeFor(input));
  }
}

/** Mean of each of `outputSize` equal parts of `[B, C, H, W]`. */
export class AdaptiveAvgPool2d extends AdaptivePoolBase {
  constructor(outputSize: OutputSize) {
    super("AdaptiveAvgPool2d", 2, outputSize);
  }

  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool2d(input, this.sizeFor(input));
  }
}

/** Mean of each of `outputSize` equal parts of `[B, C, D, H, W]`. */
export class AdaptiveAvgPool3d extends AdaptivePoolBase {
  constructor(outputSize: OutputSize) {
    super("AdaptiveAvgPool3d", 3, outputSize);
  }

  override forward(input: Tensor): Tensor {
    return adaptiveAvgPool3d(input, this.sizeFor(input));
  }
}

/** Largest value of each of `outputSize` equal parts of `[B, C, L]`. */
export class AdaptiveMaxPool1d extends AdaptivePoolBase {
  constructor(outputSize: OutputSize) {
    super("AdaptiveMaxPool1d", 1, outputSize);
  }

  override forward(input: Tensor): Tensor {
    return adaptiveMaxPool1d(input, this.sizeFor(input))[0];
  }
}

/** Largest value of each of `outputSize` equal parts of `[B, C, H, W]`. */
export class AdaptiveMaxPool2d extends AdaptivePoolBase {
  constructor(outputSize: OutputSize) {
    super("AdaptiveMaxPool2d", 2, outputSize);
  }

  override forward(input: Tensor): Tensor {
    return adaptiveMaxPool2d(input, this.sizeFor(input))[0];
  }
}

/** Largest value of each of `outputSize` equal parts of `[B, C, D, H, W]`. */
export class AdaptiveMaxPool3d extends AdaptivePoolBase {
  constructor(outputSize: OutputSize) {
    super("AdaptiveMaxPool3d", 3, outputSize);
  }

  override forward(input: Tensor): Tensor {
    return adaptiveMaxPool3d(input, this.sizeFor(input))[0];
  }
}
