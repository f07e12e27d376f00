// Reads a checkpoint, refusing what is damaged before any of it is used.

import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from "node:fs";
import { join, resolve } from "node:path";

import { FabricError, safetensors, type Tensor } from "../torch.js";
import {
  type CheckpointBody,
  corrupt,
  isWrapped,
  MANIFEST,
  METADATA_KEY,
  readManifest,
  tensorSum,
} from "./format.js";
import { SHARDS_MANIFEST } from "./shards/format.js";
import { ShardsFolder } from "./shards/read-shards.js";
import { decodeTree } from "./tree.js";

/**
 * The state stored at a path. Tensors are views of the mapped file: pages are read when they are touched, and no second copy of the model
 * is held while its weights are copied into place.
 *
 * @param verify - whether every tensor's checksum is compared, which reads all of the file once.
 * @throws FabricError `FABRIC_CHECKPOINT_NOT_FOUND`, `FABRIC_CHECKPOINT_FORMAT` for what is no checkpoint,
 * `FABRIC_CHECKPOINT_CORRUPT` for a damaged one, naming file and key. @internal
 */
export function readCheckpoint(path: string, verify = true): Record<string, unknown> {
  const target = resolve(path);
  if (isSharded(target)) return readShards(path, target, verify);
  const { body, record, dataPath } = statOf(path, target).isDirectory()
    ? readFolder(path, target)
    : readFile(path, target);
  if (body === null) return record;
  const used = new Set<string>();
  const tensorOf = (name: string): Tensor => {
    const tensor = Object.hasOwn(record, name) ? record[name] : undefined;
    const sum = Object.hasOwn(body.sums, name) ? body.sums[name] : undefined;
    if (tensor === undefined || sum === undefined)
      throw corrupt(dataPath, `the tensor \`${name}\` is missing`);
    if (verify && !used.has(name) && tensorSum(tensor) !== sum)
      throw corrupt(dataPath, `the checksum of the tensor \`${name}\` does not match`);
    used.add(name);
    return tensor;
  };
  return stateObject(path, decodeTree(body.state, tensorOf, path));
}

function readShards(path: string, target: string, verify: boolean): Record<string, unknown> {
  using shards = new ShardsFolder(target);
  const made = new Map<string, Tensor>();
  const tensorOf = (name: string): Tensor => {
    const tensor = made.get(name) ?? shards.tensor(name, verify);
    made.set(name, tensor);
    return tensor;
  };
  return stateObject(path, decodeTree(shards.body.state, tensorOf, path));
}

/** Whether a folder holds a sharded checkpoint; of two kinds the unsharded one counts. @internal */
export function isSharded(target: string): boolean {
  return existsSync(join(target, SHARDS_MANIFEST)) && !existsSync(join(target, MANIFEST));
}

/** A decoded state. @throws FabricError `FABRIC_CHECKPOINT_CORRUPT` unless it is an object. @internal */
export function stateObject(path: string, state: unknown): Record<string, unknown> {
  if (typeof state === "object" && state !== null && !Array.isArray(state))
    return state as Record<string, unknown>;
  throw corrupt(path, "its state is no object");
}

interface Parts {
  /** Null for a safetensors file that Fabric did not write. */
  readonly body: CheckpointBody | null;
  readonly record: Record<string, Tensor>;
  readonly dataPath: string;
}

function readFolder(path: string, target: string): Parts {
  let text: string;
  try {
    text = readFileSync(join(target, MANIFEST), "utf8");
  } catch (error) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_FORMAT",
      `The folder "${path}" is no checkpoint of Fabric: it has no ${MANIFEST}. Pass the path that was given to fabric.save.`,
      { cause: error },
    );
  }
  const body = readManifest(text, join(path, MANIFEST));
  const dataPath = body.file === null ? target : join(target, body.file);
  return { body, record: body.file === null ? {} : readTensors(dataPath), dataPath };
}

function readFile(path: string, target: string): Parts {
  refuseForeign(path, target);
  using file = safetensors.open(target);
  const body = descriptionOf(path, file.metadata);
  return { body, record: tensorsOf(file), dataPath: path };
}

/** A file's own description; null in one of another program. @throws FabricError if it is ours, under a damaged key. @internal */
export function descriptionOf(
  path: string,
  metadata: Readonly<Record<string, string>>,
): CheckpointBody | null {
  const text = metadata[METADATA_KEY];
  if (text !== undefined) return readManifest(text, path);
  if (Object.values(metadata).some(isWrapped))
    throw corrupt(path, `its description is not under the key "${METADATA_KEY}"`);
  return null;
}

function readTensors(path: string): Record<string, Tensor> {
  using file = safetensors.open(path);
  return tensorsOf(file);
}

/** Views of all tensors; they keep the mapping. */
function tensorsOf(file: safetensors.SafetensorsFile): Record<string, Tensor> {
  const record: Record<string, Tensor> = {};
  // Defined, not assigned: "__proto__" is a key like any other.
  for (const key of file.keys())
    Object.defineProperty(record, key, {
      value: file.get(key),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  return record;
}

/** PyTorch's own formats run code when read; they are recognised by their first bytes and refused with a way out. @internal */
export function refuseForeign(path: string, target: string): void {
  const head = Buffer.alloc(4);
  const descriptor = openSync(target, "r");
  try {
    readSync(descriptor, head, 0, 4, 0);
  } finally {
    closeSync(descriptor);
  }
  const isZip = head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4;
  const isPickle = head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 9) <= 5 && head[2] !== 0;
  if (!isZip && !isPickle) return;
  throw new FabricError(
    "FABRIC_CHECKPOINT_FORMAT",
    `"${path}" is a file of torch.save, which holds pickled Python objects and is never read here. Convert it in Python: safetensors.torch.save_file(state_dict, "x.safetensors").`,
  );
}

function statOf(path: string, target: string): Stats {
  try {
    return statSync(target);
  } catch (error) {
    throw notFound(path, error);
  }
}

/** The error for a path at which there is nothing. @internal */
export function notFound(path: string, cause?: unknown): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_NOT_FOUND",
    `There is no checkpoint at "${path}". Check the path; it is taken from the working directory, ${process.cwd()}.`,
    { cause },
  );
}
