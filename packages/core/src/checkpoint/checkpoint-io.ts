// Reads and writes checkpoints; a plugin may replace it, to store them elsewhere.

import { resolve } from "node:path";

import type { nn } from "../torch.js";
import { writeInBackground } from "./background.js";
import { openForeign } from "./open-foreign.js";
import { isSharded, readCheckpoint } from "./read.js";
import { ShardsFolder } from "./shards/read-shards.js";
import { writeCheckpoint } from "./write.js";

/** What is known about a checkpoint besides its state. */
export interface CheckpointHeader {
  /** Alias of the precision that it was saved with. */
  readonly precision: string;
}

/** Reads and writes the state of a training run. */
export interface CheckpointIO {
  /** Stores `state` at `path`: whole, or not at all. */
  save(
    path: string,
    state: Record<string, unknown>,
    header: CheckpointHeader,
  ): void | Promise<void>;
  /**
   * As `save`, but what is in `state` may change once this returned: it takes down at once what it needs. The promise ends when the
   * checkpoint is stored. Optional: without it `fabric.saveAsync` copies the state and calls `save`.
   */
  saveAsync?(path: string, state: Record<string, unknown>, header: CheckpointHeader): Promise<void>;
  /**
   * Returns what was stored at `path`. Tensors are on the CPU; they are copied before they are used, so that they may be views of a file.
   * With `verify: false` it may leave out checks that read all of the data.
   */
  load(
    path: string,
    options?: { readonly verify?: boolean | undefined },
  ): Record<string, unknown> | Promise<Record<string, unknown>>;
  /**
   * As `load` for a checkpoint that several processes wrote: its tensors are read when they are used, until it is disposed. Null if there is no
   * such at `path`. Optional: without it processes that share a model read all of it.
   */
  openShards?(path: string): ShardsFolder | null;
  /**
   * The tensors of another program's checkpoint, made one by one when asked for; null if there is none such at `path`. Optional: without it
   * `fabric.loadRaw` takes all that `load` returns.
   */
  openRaw?(path: string): (nn.LazyStateDict & Disposable) | null;
}

/**
 * The default: tensors as safetensors, the rest as JSON. A path that ends in `.safetensors` becomes one file, any other
 * a folder.
 */
export class FileCheckpointIO implements CheckpointIO {
  /** Writes aside, flushes to the disk, then renames: a process killed at any moment leaves the old or the new one whole. */
  save(path: string, state: Record<string, unknown>, header: CheckpointHeader): void {
    writeCheckpoint(path, state, header);
  }

  /** Copies the tensors at once, and writes them in a thread of its own, in the order of the calls. */
  saveAsync(path: string, state: Record<string, unknown>, header: CheckpointHeader): Promise<void> {
    return writeInBackground(path, state, header);
  }

  /**
   * Reads a folder or a file, checking lengths and, unless `verify` is false, the checksum of every tensor. A safetensors file of another
   * program gives its tensors by name. Tensors are views of the mapped file.
   */
  load(
    path: string,
    { verify = true }: { readonly verify?: boolean | undefined } = {},
  ): Record<string, unknown> {
    return readCheckpoint(path, verify);
  }

  /** A folder that several processes wrote. */
  openShards(path: string): ShardsFolder | null {
    return isSharded(resolve(path)) ? new ShardsFolder(resolve(path)) : null;
  }

  /** Safetensors files of other programs: one, or a folder in the layout of Hugging Face. */
  openRaw(path: string): (nn.LazyStateDict & Disposable) | null {
    return openForeign(path);
  }
}
