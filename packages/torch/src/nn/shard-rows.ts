// Which parameters hold only some rows of what they stand for. Kept apart from how they are spread, so that loading can look.

import type { Tensor } from "../tensor.js";

/** The rows of a tensor that one process holds. */
export interface ShardRows {
  /** Shape of the whole. */
  readonly shape: readonly number[];
  /** First row: index in dimension 0. */
  readonly offset: number;
  /** Rows held; 0 where there are fewer rows than processes. */
  readonly length: number;
}

const rows = new WeakMap<Tensor, ShardRows>();

/** Which rows of the whole a tensor holds; null if it is whole. A scalar counts as one row: its shard has the shape `[1]` or `[0]`. */
export function shardRows(tensor: Tensor): ShardRows | null {
  return rows.get(tensor) ?? null;
}

/** Notes that `tensor` holds only some rows. @internal */
export function noteShardRows(tensor: Tensor, held: ShardRows): void {
  rows.set(tensor, held);
}

/** Shape of a shard. @internal */
export function shapeOfRows({ shape, length }: ShardRows): number[] {
  return [length, ...shape.slice(1)];
}

/** The held rows of a tensor with the shape of the whole: a view. @internal */
export function rowsOf(whole: Tensor, { shape, offset, length }: ShardRows): Tensor {
  return whole.reshape([shape[0] ?? 1, ...shape.slice(1)]).narrow(0, offset, length);
}
