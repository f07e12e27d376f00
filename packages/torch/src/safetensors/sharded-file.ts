// A checkpoint of several files, opened lazily: a tensor is mapped by itself, so that its pages go when it does.

import { statSync } from "node:fs";
import { basename } from "node:path";

import { FabricError } from "../errors.js";
import { openMapped } from "../mapped-file.js";
import type { Tensor } from "../tensor.js";
import { fileError, quote } from "./failure.js";
import type { SafetensorsInfo } from "./header.js";
import { normalizeBool, place, type SafetensorsReadOptions } from "./read.js";
import { SafetensorsFile } from "./safetensors-file.js";
import { badIndex, findShards, type ShardIndex } from "./shards.js";

/** One file of a checkpoint, and what tells whether it has changed. */
export interface SafetensorsShard {
  /** Without the folder. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** When it was last written, in milliseconds since 1970. */
  readonly mtimeMs: number;
}

/** A tensor in one of several files. */
export interface ShardedInfo extends SafetensorsInfo {
  /** The file. */
  readonly shard: SafetensorsShard;
}

/** Safetensors files that make one checkpoint, of which tensors are read one by one; made by {@link openSharded}. A lazy state dict. */
export class ShardedFile implements Disposable {
  /** The path given. */
  readonly path: string;
  /** The folder of the files; null if a single file was named. */
  readonly folder: string | null;
  /** The files, sorted by name. */
  readonly shards: readonly SafetensorsShard[];
  /** The texts under `__metadata__` of the first file. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly #entries = new Map<string, ShardedInfo>();
  #isClosed = false;

  /** @internal use {@link openSharded} */
  constructor(path: string) {
    const { folder, paths, index } = findShards(path);
    const files = paths.map((file) => readShard(file));
    for (const { shard, entries } of files)
      for (const [key, info] of entries)
        if (isListed(index, key, shard, this.#entries.get(key)?.shard))
          this.#entries.set(key, { ...info, shard });
    if (index !== null) checkComplete(index, this.#entries);
    this.path = path;
    this.folder = folder;
    this.shards = files.map(({ shard }) => shard);
    this.metadata = files[0]?.metadata ?? {};
  }

  /** The keys, in the order of the files, and of the data in each. */
  keys(): string[] {
    return [...this.#entries.keys()];
  }
  /** Whether there is such a key. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }
  /** Dtype, shape and place of a tensor, without reading it. @throws FabricError `FABRIC_CHECKPOINT_KEY` for a key that is not there. */
  info(key: string): ShardedInfo {
    const info = this.#entries.get(key);
    if (info !== undefined) return info;
    const keys = this.keys();
    const some = keys.slice(0, 10).map(quote).join(", ");
    throw new FabricError(
      "FABRIC_CHECKPOINT_KEY",
      `\`${this.path}\` has no entry ${quote(key)}; it has ${keys.length}: ${some}${keys.length > 10 ? ", ..." : ""}.`,
    );
  }

  /**
   * A tensor. On the CPU it is a view of its file, mapped for this call: bytes are read when they are touched, and leave the memory of the
   * process when the last handle of the tensor goes (`dispose`, the end of a `torch.scope`, or the garbage collector). The rest is as for
   * {@link SafetensorsFile.get}.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_KEY` for a key that is not there, `FABRIC_CHECKPOINT_FILE` if its file was written to or removed since
   * it was opened, `FABRIC_USAGE_CLOSED` after `close`.
   */
  get(key: string, { device = "cpu" }: SafetensorsReadOptions = {}): Tensor {
    const { dtype, shape, offset, nbytes, shard } = this.info(key);
    if (this.#isClosed) {
      throw new FabricError(
        "FABRIC_USAGE_CLOSED",
        `\`${this.path}\` was closed; read ${quote(key)} before that, or open it again.`,
      );
    }
    const { size, mtimeMs } = stampOf(shard.path);
    if (size !== shard.size || mtimeMs !== shard.mtimeMs) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_FILE",
        `\`${shard.path}\` was written to after it was opened, so that ${quote(key)} may be elsewhere. Open it again.`,
      );
    }
    using file = openMapped(shard.path);
    if (dtype === "bool")
      return place(normalizeBool(file.tensor(offset, nbytes, "uint8", shape)), device);
    return place(file.tensor(offset, nbytes, dtype, shape), device);
  }

  /** Gives no more tensors; those made from it stay valid. Closing twice does nothing. */
  close(): void {
    this.#isClosed = true;
  }
  /** `using checkpoint = openSharded(path)` */
  [Symbol.dispose](): void {
    this.close();
  }
}

interface ReadShard {
  readonly shard: SafetensorsShard;
  readonly entries: readonly [string, SafetensorsInfo][];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Reads a header. */
function readShard(path: string): ReadShard {
  const shard = { name: basename(path), path, ...stampOf(path) };
  using file = new SafetensorsFile(path);
  const entries = file.keys().map((key): [string, SafetensorsInfo] => [key, file.info(key)]);
  return { shard, entries, metadata: file.metadata };
}

/** Whether a tensor of a file is part of the checkpoint; what the index does not list is not. @param known - a file that has it as well. */
function isListed(
  index: ShardIndex | null,
  key: string,
  shard: SafetensorsShard,
  known: SafetensorsShard | undefined,
): boolean {
  if (index === null) return true;
  const listed = index.files.get(key);
  if (listed === undefined) return false;
  if (known !== undefined)
    throw badIndex(
      index.path,
      `${quote(key)} is in two files, \`${known.name}\` and \`${shard.name}\``,
    );
  if (listed !== shard.name)
    throw badIndex(
      index.path,
      `${quote(key)} is in \`${shard.name}\`, but listed under \`${listed}\``,
    );
  return true;
}

function checkComplete(index: ShardIndex, entries: ReadonlyMap<string, ShardedInfo>): void {
  for (const [key, file] of index.files)
    if (!entries.has(key)) throw badIndex(index.path, `\`${file}\` has no tensor \`${key}\``);
}

function stampOf(path: string): { size: number; mtimeMs: number } {
  try {
    const { size, mtimeMs } = statSync(path);
    return { size, mtimeMs };
  } catch (error) {
    throw fileError(path, "read", error);
  }
}

/**
 * Opens a checkpoint of one or several safetensors files in the layout of Hugging Face: a folder with `model.safetensors` or
 * `model.safetensors.index.json`, such an index, or one file. Reads the index and the header of every file and checks them against each other,
 * so that a missing file is noticed here, before anything is loaded. Tensors that no index lists are left out.
 *
 * The result is a lazy state dict: `model.loadStateDict(checkpoint)` reads it layer by layer, with the tensors of one layer in memory at a time.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_FILE` if nothing is there, `FABRIC_CHECKPOINT_INDEX` for an index that does not fit its files (one is
 * missing or outside of the folder, a tensor is missing, in two files, or not where it is listed), `FABRIC_CHECKPOINT_CORRUPT` and
 * `FABRIC_CHECKPOINT_DTYPE` as {@link load}.
 * @example
 * using checkpoint = torch.safetensors.openSharded("Llama-3.2-1B");
 * model.loadStateDict(checkpoint);
 */
export function openSharded(path: string): ShardedFile {
  return new ShardedFile(path);
}
