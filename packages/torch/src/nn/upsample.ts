// Upsample: resampling as a layer.

import type { Tensor } from "../tensor.js";
import { checkOptions } from "./arguments.js";
import { type InterpolateOptions, interpolate } from "./functional/interpolate.js";
import { Module } from "./module.js";
import { describeOptions } from "./module-print.js";

/** Resamples to another size; see `functional.interpolate`. */
export class Upsample extends Module {
  /** The options given at construction. */
  readonly options: Readonly<InterpolateOptions>;

  constructor(options: InterpolateOptions) {
    super();
    this.options = {
      ...checkOptions("Upsample", options, ["size", "scaleFactor", "mode", "alignCorners"]),
    };
  }

  override forward(input: Tensor): Tensor {
    return interpolate(input, this.options);
  }

  override extraRepr(): string {
    return describeOptions({ ...this.options });
  }
}
