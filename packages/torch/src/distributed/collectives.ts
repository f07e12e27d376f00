// Collectives on one tensor a rank: every rank of the group calls them, in the same order.
import { show } from "../errors.js";
import type { Tensor } from "../tensor.js";
import { describeValue } from "../translate.js";
import {
  type CollectiveOptions,
  collective,
  type ReduceOptions,
  reduceOp,
  requireTensor,
  usage,
} from "./start.js";
import type { Work } from "./work.js";

/** Done when every rank has called it. */
export function barrier(options: CollectiveOptions = {}): Work {
  return collective(
    "barrier",
    options,
    "barrier",
    () => [],
    () => "",
  );
}

/**
 * Gives every rank the values that `src` has.
 *
 * @param tensor - written on other ranks; same shape and dtype everywhere.
 * @param src - a global rank.
 * @throws FabricError `FABRIC_USAGE_RANK`, `FABRIC_USAGE_COLLECTIVE`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export function broadcast(tensor: Tensor, src: number, options: CollectiveOptions = {}): Work {
  requireTensor("broadcast", "tensor", tensor);
  return collective(
    "broadcast",
    options,
    "broadcast",
    (group) => [tensor, group.rankOf(src, "broadcast")],
    () => `${describeValue(tensor)}, src ${src}`,
  );
}

/**
 * Reduces over the ranks, in place on every one: all get the same bits.
 *
 * @param tensor - any layout; same shape and dtype everywhere. 16-bit floats are added in 16 bits, as PyTorch does; bool `sum` is "or", `product` "and".
 * @throws FabricError `FABRIC_USAGE_COLLECTIVE`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`; TorchError for a dtype that has no such reduction.
 */
export function allReduce(tensor: Tensor, options: ReduceOptions = {}): Work {
  requireTensor("allReduce", "tensor", tensor);
  const op = reduceOp("allReduce", options.op);
  return collective(
    "allReduce",
    options,
    "all_reduce",
    () => [tensor, op],
    () => `${describeValue(tensor)}, ${op}`,
  );
}

/** {@link allReduce} of several tensors of one dtype in one transfer. */
export function allReduceCoalesced(tensors: readonly Tensor[], options: ReduceOptions = {}): Work {
  if (!Array.isArray(tensors))
    throw usage("allReduceCoalesced", `tensors is ${show(tensors)}; expected an array of tensors.`);
  for (const t of tensors) requireTensor("allReduceCoalesced", "tensors", t);
  const dtypes = new Set(tensors.map((t) => t.dtype));
  if (dtypes.size !== 1)
    throw usage(
      "allReduceCoalesced",
      `the tensors have ${[...dtypes].join(", ") || "no"} dtypes; expected one or more tensors of one dtype.`,
    );
  const op = reduceOp("allReduceCoalesced", options.op);
  return collective(
    "allReduceCoalesced",
    options,
    "all_reduce_coalesced",
    () => [tensors, op],
    () => `${tensors.map(describeValue).join(" ")}, ${op}`,
  );
}

/**
 * Reduces over the ranks, in place on `dst`; other ranks' tensors stay as they are.
 *
 * @param dst - a global rank.
 * @throws as {@link allReduce}, and `FABRIC_USAGE_RANK`.
 */
export function reduce(tensor: Tensor, dst: number, options: ReduceOptions = {}): Work {
  requireTensor("reduce", "tensor", tensor);
  const op = reduceOp("reduce", options.op);
  return collective(
    "reduce",
    options,
    "reduce",
    (group) => [tensor, group.rankOf(dst, "reduce"), op],
    () => `${describeValue(tensor)}, ${op}, dst ${dst}`,
  );
}
