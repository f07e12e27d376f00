// Initialisers that fill a tensor in place; each draws the numbers PyTorch would draw from the same seed.

import { noGrad } from "../../contexts.js";
import { FabricError } from "../../errors.js";
import type { Generator } from "../../random.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions, settle } from "../arguments.js";
import {
  calculateFanInAndFanOut,
  calculateGain,
  type FanMode,
  fanOf,
  type Nonlinearity,
} from "./fans.js";
import { isInitSkipped } from "./skip.js";

/** Where the random numbers come from; default: the global generator. */
export interface RandomOptions {
  /** Source of the random numbers. */
  generator?: Generator;
}

/** Options of the Kaiming initialisers. */
export interface KaimingOptions extends RandomOptions {
  /** Negative slope of the leakyRelu that follows; default 0. */
  a?: number;
  /** Default `"fanIn"`. */
  mode?: FanMode;
  /** Default `"leakyRelu"`. */
  nonlinearity?: Nonlinearity;
}

/** Options of {@link uniform_}; the numbers may also stand first. */
export interface UniformOptions extends RandomOptions {
  /** Lower bound, default 0. */
  a?: number;
  /** Upper bound, default 1. */
  b?: number;
}

/** Options of {@link normal_}; the numbers may also stand first. */
export interface NormalOptions extends RandomOptions {
  /** Default 0. */
  mean?: number;
  /** Standard deviation, default 1. */
  std?: number;
}

/** Options of initialisers with a gain; the gain may also stand first. */
export interface GainOptions extends RandomOptions {
  /** Default 1. */
  gain?: number;
}

const KAIMING_OPTIONS = ["a", "mode", "nonlinearity", "generator"];

/** Uniform in `[a, b)`. */
export function uniform_(
  tensor: Tensor,
  a?: number | UniformOptions,
  b?: number | UniformOptions,
  options?: UniformOptions,
): Tensor {
  const settled = settle<UniformOptions>("uniform_", [a, b, options], ["a", "b"], ["generator"]);
  return fill(tensor, () => tensor.uniform_(settled.a ?? 0, settled.b ?? 1, generatorOf(settled)));
}

/** Normal with the given mean and standard deviation. */
export function normal_(
  tensor: Tensor,
  mean?: number | NormalOptions,
  std?: number | NormalOptions,
  options?: NormalOptions,
): Tensor {
  const settled = settle<NormalOptions>(
    "normal_",
    [mean, std, options],
    ["mean", "std"],
    ["generator"],
  );
  return fill(tensor, () =>
    tensor.normal_(settled.mean ?? 0, settled.std ?? 1, generatorOf(settled)),
  );
}

/** Every element `value`. */
export function constant_(tensor: Tensor, value: number): Tensor {
  return fill(tensor, () => tensor.fill_(value));
}

/** Every element 1. */
export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

/** Every element 0. */
export function zeros_(tensor: Tensor): Tensor {
  return fill(tensor, () => tensor.zero_());
}

/** Glorot: uniform in `+-gain * sqrt(6 / (fanIn + fanOut))`. */
export function xavierUniform_(
  tensor: Tensor,
  gain?: number | GainOptions,
  options?: GainOptions,
): Tensor {
  const settled = settle<GainOptions>("xavierUniform_", [gain, options], ["gain"], ["generator"]);
  const [fanIn, fanOut] = calculateFanInAndFanOut(tensor);
  const bound = Math.sqrt(3) * ((settled.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut)));
  return uniform_(tensor, -bound, bound, generatorOf(settled));
}

/** Glorot: normal with standard deviation `gain * sqrt(2 / (fanIn + fanOut))`. */
export function xavierNormal_(
  tensor: Tensor,
  gain?: number | GainOptions,
  options?: GainOptions,
): Tensor {
  const settled = settle<GainOptions>("xavierNormal_", [gain, options], ["gain"], ["generator"]);
  const [fanIn, fanOut] = calculateFanInAndFanOut(tensor);
  return normal_(
    tensor,
    0,
    (settled.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut)),
    generatorOf(settled),
  );
}

/** He: uniform in `+-gain * sqrt(3 / fan)`. */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  checkOptions("kaimingUniform_", options, KAIMING_OPTIONS);
  if (tensor.numel() === 0) return tensor;
  const bound = Math.sqrt(3) * kaimingStd(tensor, options);
  return uniform_(tensor, -bound, bound, generatorOf(options));
}

/** He: normal with standard deviation `gain / sqrt(fan)`. */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  checkOptions("kaimingNormal_", options, KAIMING_OPTIONS);
  if (tensor.numel() === 0) return tensor;
  return normal_(tensor, 0, kaimingStd(tensor, options), generatorOf(options));
}

/** Ones on the diagonal of a matrix, zeros elsewhere. @throws FabricError `FABRIC_TENSOR_SHAPE` unless 2 dimensions. */
export function eye_(tensor: Tensor): Tensor {
  if (tensor.ndim !== 2) throw shapeError("eye_", "exactly 2 dimensions", tensor);
  return fill(tensor, () => {
    tensor.zero_();
    tensor.detach().diagonal().fill_(1);
    return tensor;
  });
}

/** Runs an initialiser without autograd and returns the tensor; does nothing while initialisers are off. @internal */
export function fill(tensor: Tensor, body: () => unknown): Tensor {
  if (!isInitSkipped()) noGrad(() => void body());
  return tensor;
}

/** The generator option as operators take it. @internal */
export function generatorOf({ generator }: RandomOptions): { generator?: Generator } {
  return generator === undefined ? {} : { generator };
}

/** The error for a tensor of the wrong rank. @internal */
export function shapeError(name: string, expected: string, tensor: Tensor): FabricError {
  return new FabricError(
    "FABRIC_TENSOR_SHAPE",
    `${name}: expected a tensor of ${expected} but received [${tensor.shape.join(", ")}].`,
  );
}

function kaimingStd(
  tensor: Tensor,
  { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions,
): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(fanOf(tensor, mode));
}
