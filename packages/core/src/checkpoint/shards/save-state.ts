// A state of which every process has a part, as a sharded checkpoint.

import { mapLeaves } from "../../collections.js";
import type { Strategy } from "../../strategy/strategy.js";
import { FabricError, isTensor, nn, type Tensor, torch } from "../../torch.js";
import { encodeTree } from "../tree.js";
import { finishShards, type LocalShard, newShardSave, writeShard } from "./write-shards.js";

/**
 * Writes this process's part, then, on rank 0, the description. All processes call it, and all throw if one of them fails.
 *
 * @param state - the tensors of sharded parameters are noted with their rows; others come from rank 0, and what the strategy says is alike
 * everywhere from whichever rank has least to write.
 * @throws FabricError `FABRIC_CHECKPOINT_WRITE` and whatever a rank threw, named with it. @internal
 */
export async function saveShards(
  folder: string,
  state: Record<string, unknown>,
  header: { readonly precision: string },
  strategy: Strategy,
): Promise<void> {
  const rank = strategy.globalRank;
  // What cannot be stored is reported with what the ranks wrote.
  const encoded = attempt(() => encodeTree(state).tensors);
  const plan = await strategy.broadcast(
    rank === 0 ? { save: newShardSave(), writers: planWriters(encoded, strategy) } : NO_PLAN,
    0,
  );
  const written =
    "error" in encoded
      ? encoded
      : attempt(() => {
          const shards = localShards(encoded.value, rank, new Map(plan.writers));
          return writeShard(folder, plan.save, rank, shards);
        });
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

/** What rank 0 decides, as it reaches the others. */
interface Plan {
  readonly save: string;
  /** Which rank writes a tensor that is whole in all processes; rank 0 where it says nothing. */
  readonly writers: [name: string, rank: number][];
}

type Tensors = ReadonlyMap<string, Tensor>;

const NO_PLAN: Plan = { save: "", writers: [] };

/** Deals tensors out, the largest first, each to the rank with the fewest bytes so far. */
function planWriters(encoded: Attempt<Tensors>, strategy: Strategy): Plan["writers"] {
  if ("error" in encoded) return [];
  const bytes = new Array<number>(strategy.worldSize).fill(0);
  const alike: [name: string, size: number][] = [];
  for (const [name, tensor] of encoded.value) {
    if (strategy.isAlikeEverywhere(tensor)) alike.push([name, tensor.nbytes]);
    else if (nn.shardRows(tensor) === null) bytes[0] = (bytes[0] ?? 0) + tensor.nbytes;
  }
  alike.sort(([, a], [, b]) => b - a);
  return alike.map(([name, size]) => {
    const rank = bytes.indexOf(Math.min(...bytes));
    bytes[rank] = (bytes[rank] ?? 0) + size;
    return [name, rank];
  });
}

/** The parts that this process writes. */
function localShards(
  tensors: Tensors,
  rank: number,
  writers: ReadonlyMap<string, number>,
): Record<string, LocalShard> {
  const shards: Record<string, LocalShard> = {};
  for (const [name, tensor] of tensors) {
    const shard = localShard(tensor, rank, writers.get(name) ?? 0);
    if (shard !== null)
      Object.defineProperty(shards, name, { value: shard, enumerable: true, configurable: true });
  }
  return shards;
}

function localShard(tensor: Tensor, rank: number, writer: number): LocalShard | null {
  const rows = nn.shardRows(tensor);
  if (rows === null || rows.shape.some((size) => size === 0)) {
    const shape = rows?.shape ?? tensor.shape;
    const whole = rows === null ? tensor : torch.empty([...shape], { dtype: tensor.dtype });
    return rank === writer ? { tensor: whole, shape, offsets: shape.map(() => 0) } : null;
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

type Attempt<T> = { readonly value: T } | { readonly error: string };

function attempt<T>(fn: () => T): Attempt<T> {
  try {
    return { value: fn() };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
