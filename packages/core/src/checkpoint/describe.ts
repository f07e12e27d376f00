// What is in a checkpoint, without reading a tensor.

import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { isPlainObject } from "../collections.js";
import { type DType, isTensor, safetensors, type Tensor, torch } from "../torch.js";
import { type SavedPrecision, savedPrecision } from "./convert.js";
import { corrupt, MANIFEST, readManifest } from "./format.js";
import {
  descriptionOf,
  isSharded,
  notFound,
  readCheckpoint,
  refuseForeign,
  stateObject,
} from "./read.js";
import { RNG_KEY } from "./rng.js";
import { product } from "./shards/format.js";
import { ShardsFolder } from "./shards/read-shards.js";
import { PRECISION_KEY } from "./state.js";
import { decodeTree } from "./tree.js";

/** One stored tensor. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: DType;
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
  /** The precision plugin's own state; null if it has none. */
  readonly precisionState: StoredEntry | null;
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
    const { kind, version, precision, shards, tensors, state, dataPath } = read(path, target);
    const known = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    const placeholderOf = (name: string): Tensor => {
      const stored = known.get(name);
      if (stored === undefined) throw corrupt(dataPath, `the tensor \`${name}\` is missing`);
      return placeholder(stored);
    };
    const values =
      kind === "safetensors"
        ? Object.fromEntries(tensors.map((tensor) => [tensor.name, placeholder(tensor)]))
        : stateObject(path, decodeTree(state, placeholderOf, path));
    const { [PRECISION_KEY]: own, [RNG_KEY]: rng, ...user } = values;
    const { state: pluginState, ...saved } = savedPrecision(own);
    return {
      path,
      kind,
      version,
      precision: kind === "safetensors" ? null : { ...saved, name: saved.name ?? precision },
      precisionState:
        Object.keys(pluginState).length === 0 ? null : entry(PRECISION_KEY, pluginState),
      generators: isPlainObject(rng) ? Object.keys(rng) : [],
      shards,
      entries: Object.entries(user).map(([key, value]) => entry(key, value)),
      tensors,
      bytesByDtype: sumByDtype(tensors),
    };
  });
}

/**
 * Reads everything and compares the checksums; false if the file is of another program, which has none.
 *
 * @throws FabricError naming file and tensor. @internal
 */
export function verifyCheckpoint({ path, kind }: CheckpointDescription): boolean {
  const target = resolve(path);
  if (kind === "sharded") {
    using shards = new ShardsFolder(target);
    shards.check(true);
  } else torch.scope(() => readCheckpoint(path));
  return kind !== "safetensors";
}

interface Parts {
  readonly kind: CheckpointDescription["kind"];
  readonly version: number | null;
  readonly precision: string | null;
  readonly shards: number | null;
  readonly tensors: readonly StoredTensor[];
  /** Undefined in a file of another program. */
  readonly state: unknown;
  /** What an error about a tensor names. */
  readonly dataPath: string;
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
  const { version, precision, file, state, sums } = readManifest(text, manifest);
  const dataPath = file === null ? target : join(target, file);
  const tensors = file === null ? [] : summed(headerOf(dataPath).tensors, sums);
  return { kind: "folder", version, precision, shards: null, tensors, state, dataPath };
}

function readSingle(path: string, target: string): Parts {
  refuseForeign(path, target);
  const { tensors, metadata } = headerOf(target);
  const body = descriptionOf(path, metadata);
  const common = { shards: null, dataPath: path };
  if (body === null)
    return {
      ...common,
      kind: "safetensors",
      version: null,
      precision: null,
      tensors,
      state: undefined,
    };
  const { version, precision, state, sums } = body;
  return { ...common, kind: "file", version, precision, tensors: summed(tensors, sums), state };
}

function readSharded(target: string): Parts {
  using folder = new ShardsFolder(target);
  folder.check();
  const { version, precision, files, state } = folder.body;
  const tensors = Object.entries(folder.body.tensors).map(([name, { dtype, shape }]) => ({
    name,
    dtype,
    shape,
    bytes: product(shape) * torch.itemsize(dtype),
  }));
  return {
    kind: "sharded",
    version,
    precision,
    shards: files.length,
    tensors,
    state,
    dataPath: target,
  };
}

/** Those that a description vouches for. */
function summed(tensors: readonly StoredTensor[], sums: Record<string, number>): StoredTensor[] {
  return tensors.filter(({ name }) => Object.hasOwn(sums, name));
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
function placeholder({ dtype, shape }: StoredTensor): Tensor {
  return torch.empty([...shape], { dtype, device: "meta" });
}

function sumByDtype(tensors: readonly StoredTensor[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { dtype, bytes } of tensors) sums[dtype] = (sums[dtype] ?? 0) + bytes;
  return sums;
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
  else if (Array.isArray(value) || value instanceof Set || value instanceof Map)
    for (const item of value) collect(item, found);
  else if (isPlainObject(value)) for (const item of Object.values(value)) collect(item, found);
}
