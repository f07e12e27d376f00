// What is in a checkpoint, without reading a tensor.

import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { isPlainObject } from "../collections.js";
import { isTensor, safetensors, type Tensor, torch } from "../torch.js";
import { type SavedPrecision, savedPrecision } from "./convert.js";
import { MANIFEST, readManifest } from "./format.js";
import { descriptionOf, isSharded, notFound, readCheckpoint } from "./read.js";
import { RNG_KEY } from "./rng.js";
import { ShardsFolder } from "./shards/read-shards.js";
import { PRECISION_KEY } from "./state.js";
import { decodeTree } from "./tree.js";

/** One stored tensor. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** One entry of the state that was saved. */
export interface StoredEntry {
  readonly key: string;
  /** Tensors below it. */
  readonly tensors: number;
  /** Elements of those. */
  readonly elements: number;
  readonly bytes: number;
  /** The value, if there is no tensor in it. */
  readonly value?: unknown;
}

/** What {@link describeCheckpoint} found. */
export interface CheckpointDescription {
  readonly path: string;
  /** `"safetensors"` is a file of another program. */
  readonly kind: "folder" | "file" | "sharded" | "safetensors";
  readonly version: number | null;
  readonly precision: Omit<SavedPrecision, "state"> | null;
  /** Devices whose random generators are stored. */
  readonly generators: readonly string[];
  /** Files of a sharded checkpoint. */
  readonly shards: number | null;
  readonly entries: readonly StoredEntry[];
  readonly tensors: readonly StoredTensor[];
  /** Bytes by dtype. */
  readonly bytesByDtype: Readonly<Record<string, number>>;
}

/**
 * Describes a checkpoint from its JSON and headers alone.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_NOT_FOUND`, `FABRIC_CHECKPOINT_FORMAT`, `FABRIC_CHECKPOINT_CORRUPT`. @internal
 */
export function describeCheckpoint(path: string): CheckpointDescription {
  const target = resolve(path);
  return torch.scope(() => {
    const { kind, version, shards, tensors, state } = read(path, target);
    const known = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const values =
      state === undefined
        ? Object.fromEntries(tensors.map((tensor) => [tensor.name, placeholder(tensor)]))
        : (decodeTree(state, (name) => placeholder(known.get(name))) as Record<string, unknown>);
    const { [PRECISION_KEY]: own, [RNG_KEY]: rng, ...user } = values;
    const { state: _, ...precision } = savedPrecision(own);
    const bytesByDtype: Record<string, number> = {};
    for (const { dtype, bytes } of tensors)
      bytesByDtype[dtype] = (bytesByDtype[dtype] ?? 0) + bytes;
    return {
      path,
      kind,
      version,
      precision: kind === "safetensors" ? null : precision,
      generators: isPlainObject(rng) ? Object.keys(rng) : [],
      shards,
      entries: Object.entries(user).map(([key, value]) => entry(key, value)),
      tensors,
      bytesByDtype,
    };
  });
}

/** Reads everything and compares the checksums. @throws FabricError naming file and tensor. @internal */
export function verifyCheckpoint(path: string): void {
  torch.scope(() => readCheckpoint(path));
}

interface Parts {
  readonly kind: CheckpointDescription["kind"];
  readonly version: number | null;
  readonly shards: number | null;
  readonly tensors: readonly StoredTensor[];
  /** Undefined in a file of another program. */
  readonly state: unknown;
}

function read(path: string, target: string): Parts {
  let isFolder: boolean;
  try {
    isFolder = statSync(target).isDirectory();
  } catch (error) {
    throw notFound(path, error);
  }
  if (!isFolder) return readSingle(path, target);
  if (isSharded(target)) return readSharded(target);
  const manifest = join(target, MANIFEST);
  let text: string;
  try {
    text = readFileSync(manifest, "utf8");
  } catch {
    // The reader has the right words for a folder that is none of ours.
    readCheckpoint(path);
    throw notFound(path);
  }
  const body = readManifest(text, manifest);
  const tensors = body.file === null ? [] : headerOf(join(target, body.file)).tensors;
  return { kind: "folder", version: body.version, shards: null, tensors, state: body.state };
}

function readSingle(path: string, target: string): Parts {
  const { tensors, metadata } = headerOf(target);
  const body = descriptionOf(path, metadata);
  if (body === null)
    return { kind: "safetensors", version: null, shards: null, tensors, state: undefined };
  return { kind: "file", version: body.version, shards: null, tensors, state: body.state };
}

function readSharded(target: string): Parts {
  using shards = new ShardsFolder(target);
  const { version, files, tensors, state } = shards.body;
  const stored = Object.entries(tensors).map(([name, { dtype, shape }]) => {
    const bytes = shape.reduce((a, b) => a * b, 1) * itemsize(dtype);
    return { name, dtype, shape, bytes };
  });
  return { kind: "sharded", version, shards: files.length, tensors: stored, state };
}

function headerOf(target: string): {
  tensors: StoredTensor[];
  metadata: Readonly<Record<string, string>>;
} {
  using file = safetensors.open(target);
  const tensors = file.keys().map((name) => {
    const { dtype, shape, nbytes } = file.info(name);
    return { name, dtype, shape: [...shape], bytes: nbytes };
  });
  return { tensors, metadata: file.metadata };
}

/** Without memory: on the meta device. */
function placeholder(stored: StoredTensor | undefined): Tensor {
  const { dtype, shape } = stored ?? { dtype: "uint8", shape: [0] };
  return torch.empty([...shape], { dtype: dtype as torch.DType, device: "meta" });
}

function itemsize(dtype: string): number {
  return torch.empty([], { dtype: dtype as torch.DType, device: "meta" }).elementSize();
}

function entry(key: string, value: unknown): StoredEntry {
  const found: Tensor[] = [];
  collect(value, found);
  const counts = {
    key,
    tensors: found.length,
    elements: found.reduce((sum, tensor) => sum + tensor.numel(), 0),
    bytes: found.reduce((sum, tensor) => sum + tensor.nbytes, 0),
  };
  return found.length > 0 ? counts : { ...counts, value };
}

function collect(value: unknown, found: Tensor[]): void {
  if (isTensor(value)) found.push(value);
  else if (Array.isArray(value) || value instanceof Set)
    for (const item of value) collect(item, found);
  else if (value instanceof Map) for (const item of value.values()) collect(item, found);
  else if (isPlainObject(value)) for (const item of Object.values(value)) collect(item, found);
}
