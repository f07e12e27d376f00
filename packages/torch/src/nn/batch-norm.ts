// Batch normalisation.

import { FabricError } from "../errors.js";
import { batchNorm } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { RunningNorm, type RunningNormOptions } from "./running-norm.js";

/** Options of the batch normalisations: `affine` and `trackRunningStats` default to true. */
export type BatchNormModuleOptions = RunningNormOptions;

/** Base of the batch normalisations; not meant to be extended from outside. */
export abstract class BatchNormBase extends RunningNorm {
  constructor(numFeatures: number, options: BatchNormModuleOptions = {}) {
    super(numFeatures, options, { affine: true, trackRunningStats: true });
  }

  /** Normalises and, in training, updates the running statistics. @internal */
  protected normalize(input: Tensor): Tensor {
    const { runningMean, runningVar, numBatchesTracked, training } = this;
    const usesBatch = training || runningMean === null || runningVar === null;
    if (usesBatch && input.numel() === input.shape[1]) throw singleValueError(this, input);
    let momentum = this.momentum ?? 0;
    if (training && numBatchesTracked !== null) {
      numBatchesTracked.add_(1);
      // Without a momentum every batch counts the same.
      if (this.momentum === null) momentum = 1 / numBatchesTracked.item();
    }
    return batchNorm(
      input,
      this.weight,
      this.bias,
      runningMean,
      runningVar,
      usesBatch,
      momentum,
      this.eps,
      true,
    );
  }
}

/** Normalises each channel of `[B, C]` or `[B, C, L]` over the batch (and positions). */
export class BatchNorm1d extends BatchNormBase {
  override forward(input: Tensor): Tensor {
    this.checkRank(input, [2, 3], "[B, C] or [B, C, L]");
    return this.normalize(input);
  }
}

/** Normalises each channel of `[B, C, H, W]` over the batch and positions. */
export class BatchNorm2d extends BatchNormBase {
  override forward(input: Tensor): Tensor {
    this.checkRank(input, [4], "[B, C, H, W]");
    return this.normalize(input);
  }
}

/** Normalises each channel of `[B, C, D, H, W]` over the batch and positions. */
export class BatchNorm3d extends BatchNormBase {
  override forward(input: Tensor): Tensor {
    this.checkRank(input, [5], "[B, C, D, H, W]");
    return this.normalize(input);
  }
}

function singleValueError(layer: BatchNormBase, input: Tensor): FabricError {
  return new FabricError(
    "FABRIC_TENSOR_SHAPE",
    `${layer.constructor.name}: expected more than one value per channel in training but received [${input.shape.join(", ")}]. Use a larger batch, or call eval() first.`,
  );
}
