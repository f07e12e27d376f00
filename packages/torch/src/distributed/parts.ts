// Collectives that bring a part from, or to, every rank.
import type { Tensor } from "../tensor.js";
import { describeValue } from "../translate.js";
import {
  type CollectiveOptions,
  collective,
  type ReduceOptions,
  reduceOp,
  requireLike,
  requireParts,
  requirePerRank,
  requireTensor,
  usage,
} from "./start.js";
import type { Work } from "./work.js";

/**
 * Gives every rank the tensors of all.
 *
 * @param outputs - by rank in the group, each of the shape and dtype of `tensor`; written.
 * @throws FabricError `FABRIC_USAGE_COLLECTIVE`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export function allGather(
  outputs: readonly Tensor[],
  tensor: Tensor,
  options: CollectiveOptions = {},
): Work {
  requireTensor("allGather", "tensor", tensor);
  return collective(
    "allGather",
    options,
    "all_gather",
    (group) => {
      requirePerRank("allGather", "outputs", outputs, group);
      requireLike("allGather", "outputs", outputs, tensor);
      return [outputs, tensor];
    },
    () => describeValue(tensor),
  );
}

/** {@link allGather} into one tensor: `size` times the elements of `input`, those of rank 0 first. */
export function allGatherIntoTensor(
  output: Tensor,
  input: Tensor,
  options: CollectiveOptions = {},
): Work {
  requireTensor("allGatherIntoTensor", "output", output);
  requireTensor("allGatherIntoTensor", "input", input);
  return collective(
    "allGatherIntoTensor",
    options,
    "all_gather_into_tensor",
    (group) => {
      requireParts("allGatherIntoTensor", output, input, ["output", "input"], group.size);
      return [output, input];
    },
    () => describeValue(input),
  );
}

/**
 * Gives `dst` the tensors of all ranks.
 *
 * @param outputs - on `dst` by rank in the group, each of the shape and dtype of `tensor`; null elsewhere.
 * @param dst - a global rank.
 * @throws FabricError `FABRIC_USAGE_COLLECTIVE`, `FABRIC_USAGE_RANK`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export function gather(
  tensor: Tensor,
  outputs: readonly Tensor[] | null,
  dst: number,
  options: CollectiveOptions = {},
): Work {
  requireTensor("gather", "tensor", tensor);
  return collective(
    "gather",
    options,
    "gather",
    (group) => {
      const root = group.rankOf(dst, "gather");
      if (group.rank === root) {
        requirePerRank("gather", "outputs", outputs, group);
        requireLike("gather", "outputs", outputs, tensor);
      } else if (outputs !== null)
        throw usage("gather", "outputs is given on a rank that is not dst; pass null there.");
      return [tensor, outputs ?? [], root];
    },
    () => `${describeValue(tensor)}, dst ${dst}`,
  );
}

/**
 * Gives each rank its tensor of those that `src` has.
 *
 * @param output - written.
 * @param inputs - on `src` by rank in the group, each of the shape and dtype of `output`; null elsewhere.
 * @param src - a global rank.
 * @throws FabricError `FABRIC_USAGE_COLLECTIVE`, `FABRIC_USAGE_RANK`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export function scatter(
  output: Tensor,
  inputs: readonly Tensor[] | null,
  src: number,
  options: CollectiveOptions = {},
): Work {
  requireTensor("scatter", "output", output);
  return collective(
    "scatter",
    options,
    "scatter",
    (group) => {
      const root = group.rankOf(src, "scatter");
      if (group.rank === root) {
        requirePerRank("scatter", "inputs", inputs, group);
        requireLike("scatter", "inputs", inputs, output);
      } else if (inputs !== null)
        throw usage("scatter", "inputs is given on a rank that is not src; pass null there.");
      return [output, inputs ?? [], root];
    },
    () => `${describeValue(output)}, src ${src}`,
  );
}

/**
 * Reduces over the ranks, and gives each rank its part of the result. 16-bit floats are accumulated in float32 and rounded once.
 *
 * @param output - written.
 * @param inputs - by rank in the group, what this rank adds to that rank's result; each of the shape and dtype of `output`.
 * @throws FabricError `FABRIC_USAGE_COLLECTIVE`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`; TorchError for a dtype that has no such reduction.
 */
export function reduceScatter(
  output: Tensor,
  inputs: readonly Tensor[],
  options: ReduceOptions = {},
): Work {
  requireTensor("reduceScatter", "output", output);
  const op = reduceOp("reduceScatter", options.op);
  return collective(
    "reduceScatter",
    options,
    "reduce_scatter",
    (group) => {
      requirePerRank("reduceScatter", "inputs", inputs, group);
      requireLike("reduceScatter", "inputs", inputs, output);
      return [output, inputs, op];
    },
    () => `${describeValue(output)}, ${op}`,
  );
}

/** {@link reduceScatter} from one tensor: `size` times the elements of `output`, what goes to rank 0 first. */
export function reduceScatterTensor(
  output: Tensor,
  input: Tensor,
  options: ReduceOptions = {},
): Work {
  requireTensor("reduceScatterTensor", "output", output);
  requireTensor("reduceScatterTensor", "input", input);
  const op = reduceOp("reduceScatterTensor", options.op);
  return collective(
    "reduceScatterTensor",
    options,
    "reduce_scatter_tensor",
    (group) => {
      requireParts("reduceScatterTensor", input, output, ["input", "output"], group.size);
      return [output, input, op];
    },
    () => `${describeValue(output)}, ${op}`,
  );
}

/**
 * Sends a tensor to each rank and receives one from each. Sizes may differ, as long as sender and receiver agree.
 *
 * @param outputs - by rank in the group that it comes from; written.
 * @param inputs - by rank in the group that it goes to; all of one dtype, the one of `outputs`.
 * @throws FabricError `FABRIC_USAGE_COLLECTIVE`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export function allToAll(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  options: CollectiveOptions = {},
): Work {
  return collective(
    "allToAll",
    options,
    "all_to_all",
    (group) => {
      requirePerRank("allToAll", "outputs", outputs, group);
      requirePerRank("allToAll", "inputs", inputs, group);
      const dtypes = new Set([...outputs, ...inputs].map((t) => t.dtype));
      if (dtypes.size !== 1)
        throw usage(
          "allToAll",
          `the tensors have the dtypes ${[...dtypes].join(", ")}; expected one.`,
        );
      return [outputs, inputs];
    },
    () => String(inputs[0]?.dtype),
  );
}

/** Options of {@link allToAllSingle}. */
export interface AllToAllSingleOptions extends CollectiveOptions {
  /** Rows of `output` from each rank; default equal parts. */
  outputSplits?: readonly number[];
  /** Rows of `input` for each rank; default equal parts. */
  inputSplits?: readonly number[];
}

/** {@link allToAll} between parts of two tensors, split along dimension 0. */
export function allToAllSingle(
  output: Tensor,
  input: Tensor,
  options: AllToAllSingleOptions = {},
): Work {
  requireTensor("allToAllSingle", "output", output);
  requireTensor("allToAllSingle", "input", input);
  if (output.dtype !== input.dtype)
    throw usage(
      "allToAllSingle",
      `output is ${describeValue(output)} and input ${describeValue(input)}; expected one dtype.`,
    );
  return collective(
    "allToAllSingle",
    options,
    "all_to_all_single",
    (group) => {
      const outputRows = splits("outputSplits", options.outputSplits, output, group.size);
      const inputRows = splits("inputSplits", options.inputSplits, input, group.size);
      const kept = (outputRows[group.rank] as number) * elementsOfRow(output);
      const given = (inputRows[group.rank] as number) * elementsOfRow(input);
      if (kept === given) return [output, input, outputRows, inputRows];
      throw usage(
        "allToAllSingle",
        `this rank keeps ${given} elements of input ${describeValue(input)}, and output ${describeValue(output)} has room for ${kept}; expected the same number.`,
      );
    },
    () => String(input.dtype),
  );
}

function elementsOfRow(t: Tensor): number {
  return t.shape.slice(1).reduce((a, b) => a * b, 1);
}

function splits(
  name: string,
  given: readonly number[] | undefined,
  t: Tensor,
  size: number,
): readonly number[] {
  const rows = t.shape[0] ?? 0;
  if (given === undefined) {
    if (t.shape.length > 0 && rows % size === 0) return Array(size).fill(rows / size);
    throw usage(
      "allToAllSingle",
      `${describeValue(t)} has no ${size} equal parts along dimension 0; give ${name}.`,
    );
  }
  const sum = given.reduce((a, b) => a + b, 0);
  if (given.length === size && sum === rows && given.every((n) => Number.isInteger(n) && n >= 0))
    return given;
  throw usage(
    "allToAllSingle",
    `${name} is [${given.join(", ")}]; expected ${size} numbers of rows with the sum ${rows}.`,
  );
}
