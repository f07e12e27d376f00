// Transposed convolutions: the gradient of a convolution used as a layer, to make maps larger.

import { convTranspose1d, convTranspose2d, convTranspose3d } from "../generated/functions.js";
import type { Tensor } from "../tensor.js";
import { argumentError, checkSizes } from "./arguments.js";
import { ConvBase, type ConvKind, type ConvOptions, type Size } from "./conv-base.js";

/** Options of ConvTranspose1d, 2d and 3d. */
export interface ConvTransposeOptions extends Omit<ConvOptions, "padding" | "paddingMode"> {
  /** Taken off both ends of the result, default 0. */
  padding?: Size;
  /** Added at one end of the result, default 0. */
  outputPadding?: Size;
  /** Only `"zeros"`. */
  paddingMode?: "zeros";
}

/** Base of the transposed convolutions; not meant to be extended from outside. */
export abstract class ConvTransposeBase extends ConvBase {
  /** Added at one end of the result, one for each spatial dimension. */
  readonly outputPadding: number[];

  /** @internal */
  protected constructor(
    kind: ConvKind,
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvTransposeOptions,
  ) {
    super(kind, inChannels, outChannels, kernelSize, options);
    this.outputPadding = checkSizes(
      kind.cls.name,
      "outputPadding",
      options.outputPadding ?? 0,
      kind.dimensions,
      0,
    );
  }

  /** The output padding that gives a result of `outputSize`, or the layer's own. @internal */
  protected outputPaddingFor(input: Tensor, outputSize: readonly number[] | undefined): number[] {
    if (outputSize === undefined) return this.outputPadding;
    const dimensions = this.kernelSize.length;
    const spatial = outputSize.slice(-dimensions);
    const first = input.ndim - dimensions;
    return this.kernelSize.map((kernel, i) => {
      const stride = this.stride[i] as number;
      const smallest =
        ((input.shape[first + i] as number) - 1) * stride -
        2 * (this.padding[i] as number) +
        (this.dilation[i] as number) * (kernel - 1) +
        1;
      const extra = (spatial[i] as number) - smallest;
      if (extra >= 0 && extra < stride) return extra;
      const range = `sizes from ${smallest} to ${smallest + stride - 1} in spatial dimension ${i}`;
      throw argumentError(this.constructor.name, "outputSize", range, outputSize);
    });
  }
}

/**
 * Transposed convolution of `[B, C, L]`; `weight` is `[inChannels, outChannels / groups, K]`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument, named with what was expected.
 */
export class ConvTranspose1d extends ConvTransposeBase {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvTransposeOptions = {},
  ) {
    super(
      { cls: ConvTranspose1d, dimensions: 1, transposed: true },
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }

  /**
   * Enlarges the input.
   *
   * @param outputSize - wanted spatial size, where several are possible.
   */
  override forward(input: Tensor, outputSize?: readonly number[]): Tensor {
    const { weight, bias, stride, padding, groups, dilation } = this;
    const outputPadding = this.outputPaddingFor(input, outputSize);
    return convTranspose1d(
      input,
      weight,
      bias,
      stride,
      padding as number[],
      outputPadding,
      groups,
      dilation,
    );
  }
}

/**
 * Transposed convolution of `[B, C, H, W]`; `weight` is `[inChannels, outChannels / groups, KH, KW]`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument, named with what was expected.
 */
export class ConvTranspose2d extends ConvTransposeBase {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvTransposeOptions = {},
  ) {
    super(
      { cls: ConvTranspose2d, dimensions: 2, transposed: true },
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }

  /**
   * Enlarges the input.
   *
   * @param outputSize - wanted spatial size, where several are possible.
   */
  override forward(input: Tensor, outputSize?: readonly number[]): Tensor {
    const { weight, bias, stride, padding, groups, dilation } = this;
    const outputPadding = this.outputPaddingFor(input, outputSize);
    return convTranspose2d(
      input,
      weight,
      bias,
      stride,
      padding as number[],
      outputPadding,
      groups,
      dilation,
    );
  }
}

/**
 * Transposed convolution of `[B, C, D, H, W]`; `weight` is `[inChannels, outChannels / groups, KD, KH, KW]`.
 *
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a wrong argument, named with what was expected.
 */
export class ConvTranspose3d extends ConvTransposeBase {
  constructor(
    inChannels: number,
    outChannels: number,
    kernelSize: Size,
    options: ConvTransposeOptions = {},
  ) {
    super(
      { cls: ConvTranspose3d, dimensions: 3, transposed: true },
      inChannels,
      outChannels,
      kernelSize,
      options,
    );
  }

  /**
   * Enlarges the input.
   *
   * @param outputSize - wanted spatial size, where several are possible.
   */
  override forward(input: Tensor, outputSize?: readonly number[]): Tensor {
    const { weight, bias, stride, padding, groups, dilation } = this;
    const outputPadding = this.outputPaddingFor(input, outputSize);
    return convTranspose3d(
      input,
      weight,
      bias,
      stride,
      padding as number[],
      outputPadding,
      groups,
      dilation,
    );
  }
}
