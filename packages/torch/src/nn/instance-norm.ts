// Instance normalisation.

import { instanceNorm } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { RunningNorm, type RunningNormOptions } from "./running-norm.js";

/** Options of the instance normalisations: `affine` and `trackRunningStats` default to false. */
export type InstanceNormModuleOptions = RunningNormOptions;

/** Base of the instance normalisations; not meant to be extended from outside. */
export abstract class InstanceNormBase extends RunningNorm {
  constructor(numFeatures: number, options: InstanceNormModuleOptions = {}) {
    super(numFeatures, options, { affine: false, trackRunningStats: false });
  }

  /** Normalises each channel of each sample; an input of `unbatchedDims` dimensions is one sample. @internal */
  protected normalize(input: Tensor, unbatchedDims: number): Tensor {
    const unbatched = input.ndim === unbatchedDims;
    const batched = unbatched ? input.unsqueeze(0) : input;
    const { weight, bias, runningMean, runningVar } = this;
    const usesInput = this.training || runningMean === null;
    const momentum = this.momentum ?? 0;
    const result = instanceNorm(
      batched,
      weight,
      bias,
      runningMean,
      runningVar,
      usesInput,
      momentum,
      this.eps,
      true,
    );
    return unbatched ? result.squeeze(0) : result;
  }
}

/** Normalises each channel of each sample of `[B, C, L]` or `[C, L]` over its positions. */
export class InstanceNorm1d extends InstanceNormBase {
  override forward(input: Tensor): Tensor {
    this.checkRank(input, [2, 3], "[C, L] or [B, C, L]");
    return this.normalize(input, 2);
  }
}

/** Normalises each channel of each sample of `[B, C, H, W]` or `[C, H, W]` over its positions. */
export class InstanceNorm2d extends InstanceNormBase {
  override forward(input: Tensor): Tensor {
    this.checkRank(input, [3, 4], "[C, H, W] or [B, C, H, W]");
    return this.normalize(input, 3);
  }
}

/** Normalises each channel of each sample of `[B, C, D, H, W]` or `[C, D, H, W]` over its positions. */
export class InstanceNorm3d extends InstanceNormBase {
  override forward(input: Tensor): Tensor {
    this.checkRank(input, [4, 5], "[C, D, H, W] or [B, C, D, H, W]");
    return this.normalize(input, 4);
  }
}
