// Dropout: zeroes random elements or channels in training, scaling the rest by `1 / (1 - p)`.

import * as aten from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { checkProbability, settle } from "../arguments.js";

/** Options of the dropout functions. */
export interface DropoutOptions {
  /** Probability of a zero, default 0.5. */
  p?: number;
  /** Without training the input is returned; default true. */
  training?: boolean;
  /** Write into the input; default false. */
  inplace?: boolean;
}

/** Zeroes each element with probability `p`. */
export function dropout(input: Tensor, options?: DropoutOptions): Tensor;
export function dropout(
  input: Tensor,
  p: number,
  training?: boolean | DropoutOptions,
  inplace?: boolean | DropoutOptions,
): Tensor;
export function dropout(input: Tensor, ...args: unknown[]): Tensor {
  const { p, training, inplace } = read("dropout", args);
  return inplace ? aten.dropout_(input, p, training) : aten.dropout(input, p, training);
}

/** Zeroes whole channels of `[B, C, L]` with probability `p`. */
export function dropout1d(input: Tensor, options?: DropoutOptions): Tensor;
export function dropout1d(
  input: Tensor,
  p: number,
  training?: boolean | DropoutOptions,
  inplace?: boolean | DropoutOptions,
): Tensor;
export function dropout1d(input: Tensor, ...args: unknown[]): Tensor {
  const { p, training, inplace } = read("dropout1d", args);
  return dropChannels(input, p, training, inplace, 2);
}

/** Zeroes whole channels of `[B, C, H, W]` with probability `p`. */
export function dropout2d(input: Tensor, options?: DropoutOptions): Tensor;
export function dropout2d(
  input: Tensor,
  p: number,
  training?: boolean | DropoutOptions,
  inplace?: boolean | DropoutOptions,
): Tensor;
export function dropout2d(input: Tensor, ...args: unknown[]): Tensor {
  const { p, training, inplace } = read("dropout2d", args);
  // A three-dimensional input is [B, C, L] here, as in PyTorch's function of this name.
  return inplace
    ? aten.featureDropout_(input, p, training)
    : aten.featureDropout(input, p, training);
}

/** Zeroes whole channels of `[B, C, D, H, W]` with probability `p`. */
export function dropout3d(input: Tensor, options?: DropoutOptions): Tensor;
export function dropout3d(
  input: Tensor,
  p: number,
  training?: boolean | DropoutOptions,
  inplace?: boolean | DropoutOptions,
): Tensor;
export function dropout3d(input: Tensor, ...args: unknown[]): Tensor {
  const { p, training, inplace } = read("dropout3d", args);
  return dropChannels(input, p, training, inplace, 4);
}

/** Dropout that keeps mean and variance of SELU activations. */
export function alphaDropout(input: Tensor, options?: DropoutOptions): Tensor;
export function alphaDropout(
  input: Tensor,
  p: number,
  training?: boolean | DropoutOptions,
  inplace?: boolean | DropoutOptions,
): Tensor;
export function alphaDropout(input: Tensor, ...args: unknown[]): Tensor {
  const { p, training, inplace } = read("alphaDropout", args, false);
  return inplace ? aten.alphaDropout_(input, p, training) : aten.alphaDropout(input, p, training);
}

/** Channel dropout; an input of `unbatchedDims` dimensions has no batch dimension. @internal */
export function dropChannels(
  input: Tensor,
  p: number,
  training: boolean,
  inplace: boolean,
  unbatchedDims: number,
): Tensor {
  const unbatched = input.ndim === unbatchedDims;
  const batched = unbatched ? input.unsqueeze(0) : input;
  const result = inplace
    ? aten.featureDropout_(batched, p, training)
    : aten.featureDropout(batched, p, training);
  return unbatched ? result.squeeze(0) : result;
}

function read(
  name: string,
  args: readonly unknown[],
  trainingDefault = true,
): Required<DropoutOptions> {
  const settled = settle<DropoutOptions>(name, args, ["p", "training", "inplace"]);
  const { p = 0.5, training = trainingDefault, inplace = false } = settled;
  return { p: checkProbability(name, "p", p), training, inplace };
}
