// Layers that only change the shape.

import { pixelShuffle, pixelUnshuffle } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { checkInteger, checkSizes, settle } from "./arguments.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

const ANY = Number.MIN_SAFE_INTEGER;

/** Options of {@link Flatten}; the numbers may also stand first. */
export interface FlattenOptions {
  /** First dimension joined. */
  startDim?: number;
  /** Last dimension joined. */
  endDim?: number;
}

/** Joins dimensions `startDim` (default 1) to `endDim` (default the last) into one. */
export class Flatten extends Module {
  /** First dimension joined. */
  readonly startDim: number;
  /** Last dimension joined. */
  readonly endDim: number;

  constructor(startDim?: number | FlattenOptions, endDim?: number | FlattenOptions) {
    super();
    const settled = settle<FlattenOptions>("Flatten", [startDim, endDim], ["startDim", "endDim"]);
    this.startDim = checkInteger("Flatten", "startDim", settled.startDim ?? 1, ANY);
    this.endDim = checkInteger("Flatten", "endDim", settled.endDim ?? -1, ANY);
  }

  override forward(input: Tensor): Tensor {
    return input.flatten(this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return describeOptions({ startDim: this.startDim, endDim: this.endDim });
  }
}

/** Splits dimension `dim` into the given sizes, one of which may be -1. */
export class Unflatten extends Module {
  /** Dimension that is worked along. */
  readonly dim: number;
  /** Sizes the dimension is split into. */
  readonly unflattenedSize: number[];

  constructor(dim: number, unflattenedSize: readonly number[]) {
    super();
    this.dim = checkInteger("Unflatten", "dim", dim, ANY);
    this.unflattenedSize = checkSizes(
      "Unflatten",
      "unflattenedSize",
      unflattenedSize,
      unflattenedSize?.length ?? 0,
      -1,
    );
  }

  override forward(input: Tensor): Tensor {
    return input.unflatten(this.dim, this.unflattenedSize);
  }

  override extraRepr(): string {
    return describeOptions({ dim: this.dim, unflattenedSize: this.unflattenedSize });
  }
}

/** `[B, C * r^2, H, W]` to `[B, C, H * r, W * r]`. */
export class PixelShuffle extends Module {
  /** Factor of height and width. */
  readonly upscaleFactor: number;

  constructor(upscaleFactor: number) {
    super();
    this.upscaleFactor = checkInteger("PixelShuffle", "upscaleFactor", upscaleFactor, 1);
  }

  override forward(input: Tensor): Tensor {
    return pixelShuffle(input, this.upscaleFactor);
  }
}

/** `[B, C, H * r, W * r]` to `[B, C * r^2, H, W]`. */
export class PixelUnshuffle extends Module {
  /** Divisor of height and width. */
  readonly downscaleFactor: number;

  constructor(downscaleFactor: number) {
    super();
    this.downscaleFactor = checkInteger("PixelUnshuffle", "downscaleFactor", downscaleFactor, 1);
  }

  override forward(input: Tensor): Tensor {
    return pixelUnshuffle(input, this.downscaleFactor);
  }
}
