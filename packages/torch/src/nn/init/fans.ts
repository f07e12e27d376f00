// Fan-in, fan-out and gains: how far initial weights may spread.

import { FabricError } from "../../errors.js";
import type { Tensor } from "../../tensor.js";

/** Names that {@link calculateGain} knows; PyTorch's own spellings work as well. */
export type Nonlinearity =
  | "linear"
  | "conv1d"
  | "conv2d"
  | "conv3d"
  | "convTranspose1d"
  | "convTranspose2d"
  | "convTranspose3d"
  | "conv_transpose1d"
  | "conv_transpose2d"
  | "conv_transpose3d"
  | "sigmoid"
  | "tanh"
  | "relu"
  | "leakyRelu"
  | "leaky_relu"
  | "selu";

/** Which side of a weight keeps its variance: `"fanIn"` the forward pass, `"fanOut"` the backward pass. */
export type FanMode = "fanIn" | "fanOut" | "fan_in" | "fan_out";

const DEFAULT_SLOPE = 0.01;

/**
 * The factor by which a nonlinearity's weights should be widened to keep variance: 1 for linear layers and sigmoid,
 * 5/3 for tanh, `sqrt 2` for relu, `sqrt(2 / (1 + slope^2))` for leakyRelu, 3/4 for selu.
 *
 * @param slope - negative slope of leakyRelu, default 0.01.
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for another name.
 */
export function calculateGain(nonlinearity: Nonlinearity, slope: number = DEFAULT_SLOPE): number {
  const name = nonlinearity.replace(/_/g, "").toLowerCase();
  if (/^(linear|conv(transpose)?[123]d|sigmoid)$/.test(name)) return 1;
  if (name === "tanh") return 5 / 3;
  if (name === "relu") return Math.sqrt(2);
  if (name === "leakyrelu") return Math.sqrt(2 / (1 + slope ** 2));
  if (name === "selu") return 3 / 4;
  throw new FabricError(
    "FABRIC_CONFIG_ARGUMENT",
    `calculateGain: expected one of "linear", "conv1d" to "conv3d", "sigmoid", "tanh", "relu", "leakyRelu", "selu" but received "${nonlinearity}".`,
  );
}

/**
 * How many inputs and outputs one unit of a weight `[out, in, ...kernel]` has, kernel positions counted.
 *
 * @throws FabricError `FABRIC_TENSOR_SHAPE` for fewer than two dimensions.
 */
export function calculateFanInAndFanOut(tensor: Tensor): [fanIn: number, fanOut: number] {
  const [out, into, ...kernel] = tensor.shape;
  if (out === undefined || into === undefined) {
    throw new FabricError(
      "FABRIC_TENSOR_SHAPE",
      `Fan in and fan out need at least 2 dimensions but the tensor is [${tensor.shape.join(", ")}]. Use uniform_ or normal_ for vectors.`,
    );
  }
  const receptive = kernel.reduce((product, size) => product * size, 1);
  return [into * receptive, out * receptive];
}

/** The fan that `mode` names. @internal */
export function fanOf(tensor: Tensor, mode: FanMode): number {
  const [fanIn, fanOut] = calculateFanInAndFanOut(tensor);
  const name = String(mode).replace("_", "").toLowerCase();
  if (name === "fanin") return fanIn;
  if (name === "fanout") return fanOut;
  throw new FabricError(
    "FABRIC_CONFIG_ARGUMENT",
    `Expected "fanIn" or "fanOut" for \`mode\` but received "${mode}".`,
  );
}
