// A checkpoint to read: one safetensors file, or a folder of them in the layout of Hugging Face.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type DType, FabricError, safetensors } from "@fabric/torch";
import { shown } from "../functional/arguments.js";

/** One file of it, and what tells whether it has changed. */
export interface SourceFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

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
const INDEX_SUFFIX = ".safetensors.index.json";

/**
 * Opens a safetensors file, a folder with model.safetensors or its index, or the index. Reads headers only.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_FILE` if nothing is there, `FABRIC_CHECKPOINT_INDEX` for an index that does not fit its files,
 * `FABRIC_CHECKPOINT_CORRUPT` for a damaged file.
 */
export function openSource(path: string): Source {
  const target = resolve(path);
  if (!existsSync(target)) throw notFound(path, "there is nothing. Check the path");
  if (statSync(target).isDirectory()) return openFolder(path, target);
  if (target.endsWith(INDEX_SUFFIX)) return openIndex(path, target);
  if (!target.endsWith(".safetensors"))
    throw notFound(
      path,
      "it is no .safetensors file. Pickled checkpoints (.bin, .pt) must be converted to safetensors first",
    );
  return readFiles(path, null, [target], null);
}

function openFolder(path: string, folder: string): Source {
  const single = join(folder, SINGLE_FILE);
  if (existsSync(single)) return readFiles(path, folder, [single], null);
  const index = join(folder, INDEX_FILE);
  if (existsSync(index)) return openIndex(path, index);
  const others = readdirSync(folder).filter(
    (name) => name.endsWith(".safetensors") || name.endsWith(INDEX_SUFFIX),
  );
  throw notFound(
    path,
    others.length === 0
      ? `the folder has neither ${SINGLE_FILE} nor ${INDEX_FILE}`
      : `the folder has neither ${SINGLE_FILE} nor ${INDEX_FILE}, but ${others.slice(0, 5).join(", ")}. Name one of those`,
  );
}

function openIndex(path: string, index: string): Source {
  const map = readIndex(index);
  const folder = dirname(index);
  const names = [...new Set(map.values())].sort();
  for (const name of names) {
    // A name that leads elsewhere would have another folder's files read.
    if (basename(name) !== name || !name.endsWith(".safetensors"))
      throw badIndex(
        index,
        `it names the file ${shown(name)}, which is no .safetensors file beside it`,
      );
    if (!existsSync(join(folder, name)))
      throw badIndex(index, `the file \`${name}\` is missing. Download it again`);
  }
  return readFiles(
    path,
    folder,
    names.map((name) => join(folder, name)),
    { index, map },
  );
}

function readIndex(index: string): Map<string, string> {
  const value = readJson(index);
  const map = value?.["weight_map"];
  if (typeof map !== "object" || map === null || Array.isArray(map))
    throw badIndex(index, 'it has no object "weight_map"');
  const entries = Object.entries(map);
  const wrong = entries.find(([, file]) => typeof file !== "string");
  if (wrong !== undefined)
    throw badIndex(index, `the file of \`${wrong[0]}\` is ${shown(wrong[1])}, not a name`);
  if (entries.length === 0) throw badIndex(index, '"weight_map" is empty');
  return new Map(entries as [string, string][]);
}

function readFiles(
  path: string,
  folder: string | null,
  paths: readonly string[],
  listed: { index: string; map: ReadonlyMap<string, string> } | null,
): Source {
  const files: SourceFile[] = [];
  const tensors: SourceTensor[] = [];
  let metadata: Readonly<Record<string, string>> | null = null;
  for (const filePath of paths) {
    const { size, mtimeMs } = statSync(filePath);
    const file = { name: basename(filePath), path: filePath, size, mtimeMs };
    files.push(file);
    using opened = safetensors.open(filePath);
    metadata ??= opened.metadata;
    for (const name of opened.keys()) {
      // What the index places elsewhere, or not at all, is not part of the model.
      if (listed !== null && listed.map.get(name) !== file.name) continue;
      const { dtype, shape, offset, nbytes } = opened.info(name);
      const elements = shape.reduce((product, length) => product * length, 1);
      tensors.push({ name, file, dtype, shape, elements, offset, nbytes });
    }
  }
  if (listed !== null) {
    const found = new Set(tensors.map(({ name }) => name));
    for (const [name, file] of listed.map)
      if (!found.has(name)) throw badIndex(listed.index, `\`${file}\` has no tensor \`${name}\``);
  }
  const configPath = folder === null ? null : join(folder, "config.json");
  const config = configPath !== null && existsSync(configPath) ? readJson(configPath) : null;
  if (configPath !== null && existsSync(configPath) && config === null)
    throw new FabricError(
      "FABRIC_CHECKPOINT_CONFIG",
      `\`${configPath}\` is not a JSON object. Repair it, or take it away.`,
    );
  return { path, folder, files, tensors, metadata: metadata ?? {}, config };
}

function readJson(path: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function notFound(path: string, reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_FILE",
    `\`${path}\` is no checkpoint to quantise: ${reason}.`,
  );
}

function badIndex(index: string, reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_INDEX",
    `\`${index}\` does not describe a checkpoint: ${reason}.`,
  );
}
