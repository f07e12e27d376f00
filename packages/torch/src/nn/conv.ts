// Convolutions over one, two and three spatial dimensions.

import { conv1d, conv2d, conv3d } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { ConvBase, type ConvOptions, type Size } from "./conv-base.js";

/**
 * Convolves `[B, C, L]` (the batch dimension may be absent) with `outChannels` kernels.
 *
 * `weight` is `[outChannels, inChannels / groups, K]`, `bias` `[outChannels]` or null; both start uniform in
 * `+-1 / sqrt(fan in)`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument, named with what was expected.
 */
export class Conv1d extends ConvBase {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions = {},
  ) {
    super(
      { cls: Conv1d, dimensions: 1, transposed: false },
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }

  override forward(input: Tensor): Tensor {
    if (this.paddingMode !== "zeros") {
      return conv1d(
        this.padded(input),
        this.weight,
        this.bias,
        this.stride,
        0,
        this.dilation,
        this.groups,
      );
    }
    return conv1d(
      input,
      this.weight,
      this.bias,
      this.stride,
      this.padding,
      this.dilation,
      this.groups,
    );
  }
}

/**
 * Convolves `[B, C, H, W]` (the batch dimension may be absent) with `outChannels` kernels.
 *
 * `weight` is `[outChannels, inChannels / groups, KH, KW]`, `bias` `[outChannels]` or null; both start uniform in
 * `+-1 / sqrt(fan in)`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument, named with what was expected.
 */
export class Conv2d extends ConvBase {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions = {},
  ) {
    super(
      { cls: Conv2d, dimensions: 2, transposed: false },
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }

  override forward(input: Tensor): Tensor {
    if (this.paddingMode !== "zeros") {
      return conv2d(
        this.padded(input),
        this.weight,
        this.bias,
        this.stride,
        0,
        this.dilation,
        this.groups,
      );
    }
    return conv2d(
      input,
      this.weight,
      this.bias,
      this.stride,
      this.padding,
      this.dilation,
      this.groups,
    );
  }
}

/**
 * Convolves `[B, C, D, H, W]` (the batch dimension may be absent) with `outChannels` kernels.
 *
 * `weight` is `[outChannels, inChannels / groups, KD, KH, KW]`, `bias` `[outChannels]` or null; both start uniform in
 * `+-1 / sqrt(fan in)`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument, named with what was expected.
 */
export class Conv3d extends ConvBase {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvOptions = {},
  ) {
    super(
      { cls: Conv3d, dimensions: 3, transposed: false },
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }

  override forward(input: Tensor): Tensor {
    if (this.paddingMode !== "zeros") {
      return conv3d(
        this.padded(input),
        this.weight,
        this.bias,
        this.stride,
        0,
        this.dilation,
        this.groups,
      );
    }
    return conv3d(
      input,
      this.weight,
      this.bias,
      this.stride,
      this.padding,
      this.dilation,
      this.groups,
    );
  }
}
