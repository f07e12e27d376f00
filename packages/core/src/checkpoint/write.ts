// Writes a checkpoint so that a process killed at any moment leaves the old or the new one whole.

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

import { FabricError, isTensor, safetensors, type Tensor, torch } from "../torch.js";
import type { CheckpointHeader } from "./checkpoint-io.js";
import {
  ASIDE_FILE,
  type CheckpointBody,
  DATA_FILE,
  FORMAT_VERSION,
  MANIFEST,
  METADATA_KEY,
  tensorSum,
  writeManifest,
} from "./format.js";
import { isShardFile } from "./shards/format.js";
import { plainTensor } from "./snapshot.js";
import { encodeTree } from "./tree.js";

/** Stores a state as a folder, or as one file if the path ends in `.safetensors`. @internal */
export function writeCheckpoint(
  path: string,
  state: Record<string, unknown>,
  header: CheckpointHeader,
): void {
  writeEncoded(path, encodeTree(state), header);
}

/** Values by name, as they are or to be made in turn. @internal */
export type TensorSource = Tensor | safetensors.LazyTensor;

/** Stores a state that was taken apart. @internal */
export function writeEncoded(
  path: string,
  {
    json,
    tensors,
  }: { readonly json: unknown; readonly tensors: ReadonlyMap<string, TensorSource> },
  header: CheckpointHeader,
): void {
  torch.scope(() => write(path, json, tensors, header));
}

function write(
  path: string,
  json: unknown,
  tensors: ReadonlyMap<string, TensorSource>,
  header: CheckpointHeader,
): void {
  const target = resolve(path);
  const sums: Record<string, number> = {};
  const record: Record<string, safetensors.LazyTensor> = {};
  for (const [name, source] of tensors) record[name] = summed(source, (sum) => (sums[name] = sum));
  const body: CheckpointBody = {
    format: "fabric-checkpoint",
    version: FORMAT_VERSION,
    precision: header.precision,
    file: null,
    sums,
    state: json,
  };
  try {
    if (target.endsWith(".safetensors")) writeFile(target, record, body);
    else writeFolder(target, record, body);
  } catch (error) {
    throw writeError(path, error);
  }
}

/** A tensor as it is written, whose sum is told when it is made: while the disk is busy with the one before. */
function summed(source: TensorSource, tell: (sum: number) => void): safetensors.LazyTensor {
  const { dtype, shape } = source;
  const make = (): Tensor => {
    const plain = isTensor(source) ? torch.scope(() => plainTensor(source)) : source.make();
    tell(tensorSum(plain));
    return plain;
  };
  return { dtype, shape, make };
}

/** `safetensors.save` itself writes aside, flushes and renames. */
function writeFile(
  target: string,
  record: Record<string, safetensors.LazyTensor>,
  body: CheckpointBody,
): void {
  mkdirSync(dirname(target), { recursive: true });
  // The sums stand in the header, before the data.
  for (const source of Object.values(record)) source.make().dispose();
  safetensors.save(target, record, { [METADATA_KEY]: writeManifest(body) });
}

/** New data goes beside the old; renaming the manifest is the one moment at which the new checkpoint takes its place. */
function writeFolder(
  target: string,
  record: Record<string, safetensors.LazyTensor>,
  body: CheckpointBody,
): void {
  mkdirSync(target, { recursive: true });
  const file =
    Object.keys(record).length === 0
      ? null
      : `tensors-${randomBytes(8).toString("hex")}.safetensors`;
  const aside = join(target, `${MANIFEST}.tmp`);
  try {
    if (file !== null) safetensors.save(join(target, file), record);
    writeFileSync(aside, `${writeManifest({ ...body, file })}\n`);
    flush(aside);
    flush(target);
    renameSync(aside, join(target, MANIFEST));
  } catch (error) {
    rmSync(aside, { force: true });
    if (file !== null) rmSync(join(target, file), { force: true });
    throw error;
  }
  flush(target);
  flush(dirname(target));
  // What an earlier save, finished or killed, left behind.
  for (const name of readdirSync(target)) {
    const isOurs = DATA_FILE.test(name) || ASIDE_FILE.test(name) || isShardFile(name);
    if (isOurs && name !== file) rmSync(join(target, name), { force: true });
  }
}

/** Waits until a file's content, or a folder's entries, are on the disk. @internal */
export function flush(path: string): void {
  const isFolder = statSync(path).isDirectory();
  // Windows cannot open folders; there the rename itself is journalled.
  if (isFolder && process.platform === "win32") return;
  const descriptor = openSync(path, isFolder ? "r" : "r+");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** What could not be written, with the path. @internal */
export function writeError(path: string, error: unknown): unknown {
  if (error instanceof FabricError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new FabricError(
    "FABRIC_CHECKPOINT_WRITE",
    `The checkpoint "${path}" could not be written: ${reason}. One that was there before is unharmed. Check the path, the rights and the free space.`,
    { cause: error },
  );
}
