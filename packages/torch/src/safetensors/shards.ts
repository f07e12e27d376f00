// Which files a checkpoint has: one safetensors file, or several in the layout of Hugging Face, with an index beside them.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { FabricError, show } from "../errors.js";
import { fileError, quote } from "./failure.js";
import { JsonProblem, parseStrictJson, type StrictJson } from "./strict-json.js";

/** Name of the file of a checkpoint that has one. */
const SINGLE_FILE = "model.safetensors";
/** Name of the list of tensors of a checkpoint that has several files. */
const INDEX_FILE = "model.safetensors.index.json";
const INDEX_SUFFIX = ".safetensors.index.json";

/** The files of a checkpoint. @internal */
export interface ShardList {
  /** The folder of the files; null if a single file was named. */
  readonly folder: string | null;
  /** Absolute, sorted. */
  readonly paths: readonly string[];
  /** Null without an index. */
  readonly index: ShardIndex | null;
}

/** What an index says. @internal */
export interface ShardIndex {
  readonly path: string;
  /** From the name of a tensor to the name of its file. */
  readonly files: ReadonlyMap<string, string>;
}

/** Finds the files at a path, of which only the index is read. @throws FabricError `FABRIC_CHECKPOINT_FILE`, `FABRIC_CHECKPOINT_INDEX`. @internal */
export function findShards(path: string): ShardList {
  if (typeof path !== "string" || path === "") {
    throw new FabricError(
      "FABRIC_CHECKPOINT_ARGUMENT",
      `safetensors.openSharded: expected a path, a string that is not empty, but received ${show(path)}.`,
    );
  }
  const target = resolve(path);
  if (!existsSync(target)) throw noCheckpoint(path, "there is nothing. Check the path");
  if (statSync(target).isDirectory()) return findInFolder(path, target);
  if (target.endsWith(INDEX_SUFFIX)) return readShardIndex(target);
  if (target.endsWith(".safetensors")) return { folder: null, paths: [target], index: null };
  throw noCheckpoint(
    path,
    "it is no .safetensors file. Pickled checkpoints (.bin, .pt) must be converted to safetensors first",
  );
}

/** Whether a folder, or a file that is no .safetensors file, is in the layout of Hugging Face. */
export function isSharded(path: string): boolean {
  const target = resolve(path);
  if (target.endsWith(INDEX_SUFFIX)) return existsSync(target);
  return existsSync(join(target, SINGLE_FILE)) || existsSync(join(target, INDEX_FILE));
}

/** The error for an index that does not fit its files. @internal */
export function badIndex(index: string, reason: string, cause?: unknown): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_INDEX",
    `\`${index}\` does not describe a checkpoint: ${reason}.`,
    { cause },
  );
}

function findInFolder(path: string, folder: string): ShardList {
  const single = join(folder, SINGLE_FILE);
  if (existsSync(single)) return { folder, paths: [single], index: null };
  const index = join(folder, INDEX_FILE);
  if (existsSync(index)) return readShardIndex(index);
  const others = readdirSync(folder).filter(
    (name) => name.endsWith(".safetensors") || name.endsWith(INDEX_SUFFIX),
  );
  const neither = `the folder has neither ${SINGLE_FILE} nor ${INDEX_FILE}`;
  throw noCheckpoint(
    path,
    others.length === 0
      ? neither
      : `${neither}, but ${others.slice(0, 5).join(", ")}. Name one of those`,
  );
}

function readShardIndex(path: string): ShardList {
  const files = readWeightMap(path);
  const folder = dirname(path);
  const names = [...new Set(files.values())].sort();
  for (const name of names) {
    // A name that leads elsewhere would have another folder's files read.
    if (basename(name) !== name || !name.endsWith(".safetensors"))
      throw badIndex(
        path,
        `it names the file ${quote(name)}, which is no .safetensors file beside it`,
      );
    if (!existsSync(join(folder, name)))
      throw badIndex(path, `the file \`${name}\` is missing. Download it again`);
  }
  return { folder, paths: names.map((name) => join(folder, name)), index: { path, files } };
}

function readWeightMap(path: string): Map<string, string> {
  const root = readJson(path);
  const map = root instanceof Map ? root.get("weight_map") : undefined;
  if (!(map instanceof Map)) throw badIndex(path, 'it has no object "weight_map"');
  if (map.size === 0) throw badIndex(path, '"weight_map" is empty');
  const files = new Map<string, string>();
  for (const [name, file] of map) {
    if (typeof file !== "string")
      throw badIndex(path, `the file of ${quote(name)} is ${show(file)}, not a name`);
    files.set(name, file);
  }
  return files;
}

function readJson(path: string): StrictJson {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw fileError(path, "read", error);
  }
  try {
    return parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw badIndex(path, `it is not valid JSON: ${error.message}`, error);
  }
}

function noCheckpoint(path: string, reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_FILE",
    `\`${path}\` is no checkpoint in safetensors: ${reason}.`,
  );
}
