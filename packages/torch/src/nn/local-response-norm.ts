// Local response normalisation as a layer.

import type { Tensor } from "../tensor.js";
import { checkInteger, checkOptions } from "./arguments.js";
import { type LocalResponseNormOptions, localResponseNorm } from "./functional/normalization.js";
import { Module } from "./module.js";

/** Normalises over `size` neighbouring channels; see `functional.localResponseNorm`. */
export class LocalResponseNorm extends Module {
  /** Channels normalised over. */
  readonly size: number;
  /** The options given at construction. */
  readonly options: Readonly<LocalResponseNormOptions>;

  constructor(size: number, options: LocalResponseNormOptions = {}) {
    super();
    this.size = checkInteger("LocalResponseNorm", "size", size, 1);
    this.options = { ...checkOptions("LocalResponseNorm", options, ["alpha", "beta", "k"]) };
  }

  override forward(input: Tensor): Tensor {
    return localResponseNorm(input, this.size, this.options);
  }
}
