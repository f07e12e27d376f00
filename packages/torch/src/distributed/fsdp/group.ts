// What sharding needs of a group of processes.

import type { Tensor } from "../../tensor.js";

/** An exchange under way. */
export interface Pending {
  /** Blocks until it is complete; throws what made it fail. */
  wait(): void;
}

/** The processes that share parameters. */
export interface ShardGroup {
  /** Rank of this process in the group. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Fills `output`, uint8 `[size, n]`, with the `input`, uint8 `[n]`, of each rank. */
  allGather(output: Tensor, input: Tensor): Pending;
  /** Averages `input`, `[size, n]`, over the ranks and puts row `rank` of the result into `output`, `[n]`. */
  reduceScatter(output: Tensor, input: Tensor): Pending;
  /** Gives `tensor` the content it has on rank 0. */
  broadcast(tensor: Tensor): Pending;
  /** Replaces `tensor` by the sum, or the largest, over the ranks. */
  allReduce(tensor: Tensor, op: "sum" | "max"): Pending;
}

/** Nothing to wait for. @internal */
export const DONE: Pending = Object.freeze({ wait: () => {} });

/** The group of one process. @internal */
export const LONE: ShardGroup = Object.freeze({
  rank: 0,
  size: 1,
  allGather(output: Tensor, input: Tensor): Pending {
    output.copy_(input.view([1, -1]));
    return DONE;
  },
  reduceScatter(output: Tensor, input: Tensor): Pending {
    output.copy_(input.select(0, 0));
    return DONE;
  },
  broadcast: () => DONE,
  allReduce: () => DONE,
});
