// A checkpoint to read: one safetensors file, or a folder of them in the layout of Hugging Face.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DType, FabricError, safetensors } from "@fabric/torch";

/** One file of it, and what tells whether it has changed. */
export type SourceFile = safetensors.SafetensorsShard;

/** One tensor of it, not read yet. */
export interface SourceTensor {
  readonly name: string;
  readonly file: SourceFile;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Bytes from the start of the file. */
  readonly offset: number;
  readonly nbytes: number;
}

/** What was found at a path. */
export interface Source {
  /** As given. */
  readonly path: string;
  /** The folder whose small files belong to it; null if a single file was named. */
  readonly folder: string | null;
  readonly files: readonly SourceFile[];
  /** In the order of the files, and of the data in each. */
  readonly tensors: readonly SourceTensor[];
  /** Texts of the first file. */
  readonly metadata: Readonly<Record<string, string>>;
  /** config.json, or null without one. */
  readonly config: Readonly<Record<string, unknown>> | null;
}

/** Name of the file of a checkpoint that has one. */
export const SINGLE_FILE = "model.safetensors";
/** Name of the list of tensors of a checkpoint that has several files. */
export const INDEX_FILE = "model.safetensors.index.json";

/**
 * Opens a safetensors file, a folder with model.safetensors or its index, or the index. Reads headers only.
 *
 * @throws FabricError as `safetensors.openSharded`; `FABRIC_CHECKPOINT_CONFIG` for a config.json that is no JSON object.
 */
export function openSource(path: string): Source {
  using opened = safetensors.openSharded(path);
  const tensors = opened.keys().map((name): SourceTensor => {
    const { dtype, shape, offset, nbytes, shard } = opened.info(name);
    const elements = shape.reduce((product, length) => product * length, 1);
    return { name, file: shard, dtype, shape, elements, offset, nbytes };
  });
  const { folder, shards, metadata } = opened;
  const config = folder === null ? null : readConfig(join(folder, "config.json"));
  return { path, folder, files: shards, tensors, metadata, config };
}

function readConfig(path: string): Record<string, unknown> | null {
  if (!existsSync(path)) return null;
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new FabricError(
    "FABRIC_CHECKPOINT_CONFIG",
    `\`${path}\` is not a JSON object. Repair it, or take it away.`,
  );
}
