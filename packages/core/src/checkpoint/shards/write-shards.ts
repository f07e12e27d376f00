// Writes a sharded checkpoint: every rank its file, then rank 0 the description, which makes the new checkpoint the one that counts.

import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { FabricError, safetensors, type Tensor, torch } from "../../torch.js";
import { ASIDE_FILE, corrupt, DATA_FILE, MANIFEST, tensorSum, wrapJson } from "../format.js";
import { plainTensor } from "../snapshot.js";
import { encodeTree } from "../tree.js";
import { flush, writeError } from "../write.js";
import {
  checkTensor,
  isShardFile,
  SHARDS_MANIFEST,
  SHARDS_VERSION,
  type ShardedTensor,
  type ShardPiece,
  type ShardsBody,
  shardFile,
} from "./format.js";
import { ShardsFolder } from "./read-shards.js";

/** A rank's part of a tensor. */
export interface LocalShard {
  /** The elements that this rank has. */
  readonly tensor: Tensor;
  /** Shape of the whole. */
  readonly shape: readonly number[];
  /** Where the part begins, in each dimension. */
  readonly offsets: readonly number[];
}

/** What a rank wrote, as JSON: to be sent to rank 0. */
export interface ShardIndex {
  readonly rank: number;
  readonly save: string;
  readonly tensors: Readonly<Record<string, ShardedTensor>>;
}

/** A name for one save, which all ranks must agree on. */
export function newShardSave(): string {
  return randomBytes(8).toString("hex");
}

/**
 * Writes a rank's file of a sharded checkpoint. Tensors that every rank has whole are given by one rank only.
 *
 * @param folder - the checkpoint.
 * @param save - what {@link newShardSave} gave on rank 0.
 * @param shards - parts by the name of their tensor.
 * @returns what {@link finishShards} needs of this rank.
 * @throws FabricError `FABRIC_CHECKPOINT_WRITE`, `FABRIC_CHECKPOINT_DTYPE` for complex128.
 */
export function writeShard(
  folder: string,
  save: string,
  rank: number,
  shards: Readonly<Record<string, LocalShard>>,
): ShardIndex {
  const target = resolve(folder);
  return torch.scope(() => {
    const record: Record<string, Tensor> = {};
    const tensors: Record<string, ShardedTensor> = {};
    for (const [name, { tensor, shape, offsets }] of Object.entries(shards)) {
      const plain = plainTensor(tensor);
      record[name] = plain;
      const piece = { rank, key: name, offsets, lengths: [...plain.shape], sum: tensorSum(plain) };
      tensors[name] = { dtype: plain.dtype, shape: [...shape], pieces: [piece] };
    }
    try {
      mkdirSync(target, { recursive: true });
      safetensors.save(join(target, shardFile(rank, save)), record);
    } catch (error) {
      throw writeError(folder, error);
    }
    return { rank, save, tensors };
  });
}

/**
 * Completes a sharded checkpoint, on rank 0, when every rank's file is written. Killed before its end, it leaves the old checkpoint.
 *
 * @param indexes - what {@link writeShard} returned, of every rank.
 * @param state - all values, with a tensor on the meta device in place of each sharded one: its path in the state, joined by dots, is the
 * name under which ranks gave their shards (`{ model: { "fc.weight": meta } }` is `model.fc.weight`).
 * @throws FabricError `FABRIC_USAGE_SHARDS` unless the indexes are of ranks 0 to N - 1 and of one save, `FABRIC_CHECKPOINT_VALUE` for a
 * tensor without shards, `FABRIC_CHECKPOINT_CORRUPT` if the parts of one do not fill it, `FABRIC_CHECKPOINT_FILE` for a rank's file that is
 * not in the folder (which must be on a disk that all ranks share), `FABRIC_CHECKPOINT_WRITE`.
 */
export function finishShards(
  folder: string,
  indexes: readonly ShardIndex[],
  state: Readonly<Record<string, unknown>>,
  { precision }: { readonly precision: string },
): void {
  const target = resolve(folder);
  const ranks = sortedRanks(indexes);
  const tensors = merge(folder, ranks);
  const { json, tensors: placeholders } = encodeTree(state);
  for (const [name, { dtype, shape }] of placeholders) {
    const found = tensors.get(name);
    if (found?.dtype === dtype && found.shape.join() === shape.join()) continue;
    throw new FabricError(
      "FABRIC_CHECKPOINT_VALUE",
      `The state has \`${name}\`, ${dtype} [${shape.join(", ")}], but ${found === undefined ? "no rank wrote a shard of it" : `its shards are of ${found.dtype} [${found.shape.join(", ")}]`}.`,
    );
  }
  const body: ShardsBody = {
    format: "fabric-shards",
    version: SHARDS_VERSION,
    precision,
    files: ranks.map(({ rank, save }) => shardFile(rank, save)),
    tensors: Object.fromEntries(tensors),
    state: json,
  };
  const aside = join(target, `${SHARDS_MANIFEST}.tmp`);
  try {
    writeFileSync(aside, `${wrapJson(body)}\n`);
    flush(aside);
    checkShards(target, basename(aside));
    flush(target);
    renameSync(aside, join(target, SHARDS_MANIFEST));
    flush(target);
    flush(dirname(target));
    removeOthers(target, body.files);
  } catch (error) {
    rmSync(aside, { force: true });
    throw writeError(folder, error);
  }
}

/** One index of each rank, of one save: with less, files of two saves would mix, or overwrite each other. */
function sortedRanks(indexes: readonly ShardIndex[]): ShardIndex[] {
  const sorted = [...indexes].sort((a, b) => a.rank - b.rank);
  if (
    sorted.some(({ rank }, i) => rank !== i) ||
    new Set(sorted.map(({ save }) => save)).size > 1
  ) {
    const given = sorted.map(({ rank, save }) => `rank ${rank} of save ${save}`).join(", ");
    throw new FabricError(
      "FABRIC_USAGE_SHARDS",
      `finishShards: expected what writeShard returned on the ranks 0 to ${sorted.length - 1}, once each and all of one save, but received ${given}. Gather the indexes of all ranks, and share what newShardSave gave on rank 0.`,
    );
  }
  return sorted;
}

/** The old checkpoint is given up for this one only if every rank's file can be seen from here. */
function checkShards(target: string, manifest: string): void {
  using shards = new ShardsFolder(target, manifest);
  shards.check();
}

/** Pieces of all ranks by tensor, each tensor whole. */
function merge(folder: string, indexes: readonly ShardIndex[]): Map<string, ShardedTensor> {
  const tensors = new Map<string, ShardedTensor & { pieces: ShardPiece[] }>();
  for (const { tensors: own } of indexes) {
    for (const [name, tensor] of Object.entries(own)) {
      const before = tensors.get(name);
      if (before === undefined) tensors.set(name, { ...tensor, pieces: [...tensor.pieces] });
      else if (before.dtype === tensor.dtype && before.shape.join() === tensor.shape.join())
        before.pieces.push(...tensor.pieces);
      else throw corrupt(folder, `ranks disagree about dtype or shape of the tensor \`${name}\``);
    }
  }
  for (const [name, tensor] of tensors) checkTensor(folder, name, tensor, indexes.length);
  return tensors;
}

/** What an earlier save, finished or killed, sharded or not, left behind. */
function removeOthers(target: string, files: readonly string[]): void {
  const names = readdirSync(target).filter((name) => !files.includes(name));
  const remove = (isOld: (name: string) => boolean): void => {
    for (const name of names.filter(isOld)) rmSync(join(target, name), { force: true });
  };
  // An unsharded checkpoint counts as long as its description is there, so that goes before its data.
  remove((name) => name === MANIFEST);
  flush(target);
  remove((name) => DATA_FILE.test(name) || ASIDE_FILE.test(name));
  remove((name) => name !== SHARDS_MANIFEST && isShardFile(name));
}
