// A state of which every process has a part, as a sharded checkpoint.

import { mapLeaves } from "../../collections.js";
import type { Strategy } from "../../strategy/strategy.js";
import { FabricError, isTensor, nn, type Tensor, torch } from "../../torch.js";
import { encodeTree } from "../tree.js";
import { finishShards, type LocalShard, newShardSave, writeShard } from "./write-shards.js";

/**
 * Writes this process's part, then, on rank 0, the description. All processes call it, and all throw if one of them fails.
 *
 * @param state - the tensors of sharded parameters are noted with their rows; others are the same everywhere and come from rank 0.
 * @throws FabricError `FABRIC_CHECKPOINT_WRITE` and whatever a rank threw, named with it. @internal
 */
export async function saveShards(
  folder: string,
  state: Record<string, unknown>,
  header: { readonly precision: string },
  strategy: Strategy,
): Promise<void> {
  const rank = strategy.globalRank;
  const save = await strategy.broadcast(rank === 0 ? newShardSave() : "", 0);
  const written = attempt(() => writeShard(folder, save, rank, localShards(state, rank)));
  const all = await strategy.gatherObject(written);
  let outcome: string | null = null;
  if (all !== null) {
    const failed = all.findIndex((each) => "error" in each);
    if (failed >= 0) outcome = `rank ${failed}: ${(all[failed] as { error: string }).error}`;
    else {
      const indexes = all.map((each) => (each as { value: ReturnType<typeof writeShard> }).value);
      const finished = attempt(() => finishShards(folder, indexes, placeholders(state), header));
      if ("error" in finished) outcome = `rank 0: ${finished.error}`;
    }
  }
  outcome = await strategy.broadcast(outcome, 0);
  if (outcome === null) return;
  throw new FabricError(
    "FABRIC_CHECKPOINT_WRITE",
    `The sharded checkpoint "${folder}" was not written; an older one there still counts. ${outcome}`,
  );
}

/** The parts that this process writes. */
function localShards(state: Record<string, unknown>, rank: number): Record<string, LocalShard> {
  const shards: Record<string, LocalShard> = {};
  for (const [name, tensor] of encodeTree(state).tensors) {
    const shard = localShard(tensor, rank);
    if (shard !== null)
      Object.defineProperty(shards, name, { value: shard, enumerable: true, configurable: true });
  }
  return shards;
}

function localShard(tensor: Tensor, rank: number): LocalShard | null {
  const rows = nn.shardRows(tensor);
  if (rows === null || rows.shape.some((size) => size === 0)) {
    const shape = rows?.shape ?? tensor.shape;
    const whole = rows === null ? tensor : torch.empty([...shape], { dtype: tensor.dtype });
    return rank === 0 ? { tensor: whole, shape, offsets: shape.map(() => 0) } : null;
  }
  if (rows.length === 0) return null;
  const { shape, offset } = rows;
  if (shape.length === 0) return { tensor: tensor.reshape([]), shape, offsets: [] };
  return { tensor, shape, offsets: shape.map((_, d) => (d === 0 ? offset : 0)) };
}

/** The state with tensors that only tell shape and dtype of the whole. */
function placeholders(state: Record<string, unknown>): Record<string, unknown> {
  return mapLeaves(state, (leaf) => {
    if (!isTensor(leaf)) return leaf;
    const shape = nn.shardRows(leaf)?.shape ?? leaf.shape;
    return torch.empty([...shape], { dtype: leaf.dtype, device: "meta" });
  }) as Record<string, unknown>;
}

function attempt<T>(fn: () => T): { readonly value: T } | { readonly error: string } {
  try {
    return { value: fn() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
