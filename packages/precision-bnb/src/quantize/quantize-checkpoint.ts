// A float checkpoint into a quantised one, a tensor at a time.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { checkOptions, type DType, describeValue, FabricError, safetensors } from "@fabric/torch";
import { checkBlocksize4bit } from "../functional/arguments.js";
import { loadOperators } from "../operators.js";
import type { JournalShard } from "./journal.js";
import type { LayerFigures } from "./layer-figures.js";
import { checkMode, partsOf, type QuantizeMode } from "./modes.js";
import { inputOf, OutputFolder } from "./output-folder.js";
import { PAGE_FILE, pageOf } from "./page.js";
import { type PlannedShard, type PlannedTensor, planShards, recordedDtype } from "./plan.js";
import {
  copyTensor,
  quantize4bitWeight,
  quantizeInt8Weight,
  type Streams,
} from "./quantize-weight.js";
import { refuseQuantized } from "./quantized-source.js";
import { SourceReader } from "./read-tensor.js";
import { type Choice, selectTensors } from "./select.js";
import { copySmallFiles, smallFiles, writeWhole } from "./small-files.js";
import { INDEX_FILE, openSource, type Source } from "./source.js";

/** Options of {@link quantizeCheckpoint}. */
export interface QuantizeCheckpointOptions {
  /** Form of the weights; default `"nf4-dq"`. */
  mode?: QuantizeMode;
  /** Elements that share a scale in the modes of 4 bits: a power of two from 32 to 4096, default 64. */
  blocksize?: number;
  /** Layers to keep as they are: beginnings of names, or patterns with `*` within a segment and `**` across segments. */
  ignore?: readonly string[];
  /** If not empty, no other layers than these are quantised. */
  only?: readonly string[];
  /** Dtype of tensors that stay float, and of what dequantising gives; default: as each is. */
  dtype?: "float16" | "bfloat16" | "float32";
  /** Bytes of tensors in one output file, default 5e9; a larger tensor gets a file of its own. */
  maxShardBytes?: number;
  /** Whether to write a page with a picture of the errors; default true. */
  html?: boolean;
  /** Whether to start over in a folder that another run wrote; default false. */
  force?: boolean;
  /** Stops between two tensors, so that the same call goes on later. */
  signal?: AbortSignal;
  /** Called while it goes on, with bytes of the input. */
  onProgress?: (progress: QuantizeProgress) => void;
}

/** How far it is. */
export interface QuantizeProgress {
  /** Bytes since the last call; 0 in the first. */
  readonly bytes: number;
  /** Bytes that an earlier run did. */
  readonly before: number;
  readonly total: number;
  /** The tensor at work. */
  readonly name: string;
}

/** What was done. */
export interface QuantizeReport {
  readonly input: string;
  readonly output: string;
  readonly mode: QuantizeMode;
  /** Null for int8. */
  readonly blocksize: number | null;
  readonly layers: readonly LayerFigures[];
  /** Weights that could have been quantised, and why they were not. */
  readonly spared: readonly {
    readonly name: string;
    readonly reason: string;
    readonly bytes: number;
  }[];
  /** Bytes of all tensors. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  /** Names of the files with tensors. */
  readonly files: readonly string[];
  /** How many of them an earlier run wrote. */
  readonly resumedFiles: number;
  /** Path of the page, or null. */
  readonly page: string | null;
}

const DTYPES = ["float16", "bfloat16", "float32"] as const;
const DEFAULT_SHARD_BYTES = 5e9;
/** Layer 2 before layer 10; files have them by their letters. */
const BY_NUMBERS = new Intl.Collator("en", { numeric: true }).compare;

/**
 * Quantises the linear layers of a safetensors checkpoint into a folder that bitsandbytes, transformers and this package load. Memory holds a piece
 * and the scales of one tensor, whatever the size of the checkpoint. A killed run goes on where it stopped, by the same call.
 *
 * Quantised are two-dimensional float tensors called `*.weight`, without those of embeddings, positions and norms by their names. Codes come from
 * the values in float32, and are those of `functional.quantize4bit`.
 *
 * @param input - a .safetensors file, a folder with model.safetensors or model.safetensors.index.json, or that index.
 * @param output - a folder: new, empty, or of an earlier run with the same options.
 * @throws FabricError `FABRIC_CONFIG_*` for options and folders, `FABRIC_CHECKPOINT_*` for inputs; the reason of `signal` if it stops.
 */
export async function quantizeCheckpoint(
  input: string,
  output: string,
  options: QuantizeCheckpointOptions = {},
): Promise<QuantizeReport> {
  const settings = settingsOf(options);
  loadOperators();
  const source = openSource(input);
  refuseQuantized(source);
  const choices = selectTensors(source, settings.ignore, settings.only);
  const shards = planShards(choices, settings);
  const outputs = [
    ...shards.map(({ file }) => file),
    ...(shards.length > 1 ? [INDEX_FILE] : []),
    ...smallFiles(source),
    PAGE_FILE,
  ];
  const start = { options: journalOptions(settings), input: inputOf(source), outputs };
  using folder = new OutputFolder(output, start, options.force === true);
  const resumedFiles = await writeShards(source, shards, folder, settings, options);
  const done = shards.map(({ file }) => folder.journal.shards.get(file) as JournalShard);
  const bytesAfter = done.reduce((sum, { bytes }) => sum + bytes, 0);
  if (shards.length > 1) writeIndex(join(folder.path, INDEX_FILE), shards, bytesAfter);
  copySmallFiles(source, folder.path, choices, settings);
  const report: QuantizeReport = {
    input,
    output,
    mode: settings.mode,
    blocksize: settings.mode === "int8" ? null : settings.blocksize,
    layers: done.flatMap(({ layers }) => layers).sort((a, b) => BY_NUMBERS(a.name, b.name)),
    spared: choices.flatMap(sparedRow),
    bytesBefore: source.tensors.reduce((sum, { nbytes }) => sum + nbytes, 0),
    bytesAfter,
    files: shards.map(({ file }) => file),
    resumedFiles,
    page: options.html === false ? null : join(output, PAGE_FILE),
  };
  if (options.html !== false) writeWhole(join(folder.path, PAGE_FILE), pageOf(report));
  return report;
}

interface Settings {
  readonly mode: QuantizeMode;
  readonly blocksize: number;
  readonly ignore: readonly string[];
  readonly only: readonly string[];
  readonly dtype: DType | null;
  readonly maxShardBytes: number;
}

function settingsOf(options: QuantizeCheckpointOptions): Settings {
  checkOptions("quantizeCheckpoint", options, [
    "mode",
    "blocksize",
    "ignore",
    "only",
    "dtype",
    "maxShardBytes",
    "html",
    "force",
    "signal",
    "onProgress",
  ]);
  const { dtype = null, maxShardBytes = DEFAULT_SHARD_BYTES } = options;
  if (dtype !== null && !DTYPES.includes(dtype))
    throw new FabricError(
      "FABRIC_CONFIG_DTYPE",
      `Expected ${DTYPES.join(", ")} as the dtype but received ${describeValue(dtype)}.`,
    );
  if (!Number.isSafeInteger(maxShardBytes) || maxShardBytes < 1)
    throw new FabricError(
      "FABRIC_CONFIG_SHARD_SIZE",
      `Expected a positive number of bytes as the size of a shard but received ${describeValue(maxShardBytes)}.`,
    );
  return {
    mode: checkMode(options.mode ?? "nf4-dq"),
    blocksize: checkBlocksize4bit(options.blocksize ?? 64),
    ignore: options.ignore ?? [],
    only: options.only ?? [],
    dtype,
    maxShardBytes,
  };
}

/** By the names of the flags, for the message when they differ. */
function journalOptions(settings: Settings): Record<string, unknown> {
  const { mode, blocksize, ignore, only, dtype, maxShardBytes } = settings;
  return {
    mode,
    ...(mode === "int8" ? {} : { blocksize }),
    ignore,
    only,
    dtype,
    "max-shard-size": maxShardBytes,
  };
}

/** Writes what is not written yet; returns how many files were. */
async function writeShards(
  source: Source,
  shards: readonly PlannedShard[],
  folder: OutputFolder,
  settings: Settings,
  { signal, onProgress }: QuantizeCheckpointOptions,
): Promise<number> {
  const isDone = ({ file }: PlannedShard): boolean => {
    const record = folder.journal.shards.get(file);
    const path = join(folder.path, file);
    return record !== undefined && existsSync(path) && statSync(path).size === record.fileBytes;
  };
  const finished = shards.filter(isDone);
  const inputBytes = (some: readonly PlannedShard[]): number =>
    some.flatMap(({ tensors }) => tensors).reduce((sum, { tensor }) => sum + tensor.nbytes, 0);
  const state = { before: inputBytes(finished), total: inputBytes(shards) };
  onProgress?.({ ...state, bytes: 0, name: "" });
  using reader = new SourceReader();
  for (const shard of shards) {
    if (finished.includes(shard)) continue;
    const path = join(folder.path, shard.file);
    using writer = safetensors.create(path, entriesOf(shard), { format: "pt", ...source.metadata });
    const layers: LayerFigures[] = [];
    let bytes = 0;
    for (const planned of shard.tensors) {
      signal?.throwIfAborted();
      const { name } = planned.tensor;
      const advance = (count: number): void => onProgress?.({ ...state, bytes: count, name });
      const append: Streams["append"] = (key, bytes) => writer.append(key, bytes);
      const figures = writeTensor(planned, { reader, append, advance }, settings);
      if (figures !== null) layers.push(figures);
      bytes += figures?.bytesAfter ?? planned.bytes;
      // Lets signals and timers in.
      await setImmediate();
    }
    writer.finish();
    const fileBytes = statSync(path).size;
    folder.journal.finish({ shard: shard.file, fileBytes, bytes, layers });
  }
  return finished.length;
}

function entriesOf({ tensors }: PlannedShard): Record<string, safetensors.SafetensorsEntry> {
  // Defined, not assigned: "__proto__" is a key like any other.
  const record = Object.create(null) as Record<string, safetensors.SafetensorsEntry>;
  for (const { entries } of tensors) for (const entry of entries) record[entry.key] = entry;
  return record;
}

function writeTensor(
  { tensor, quantize, entries }: PlannedTensor,
  streams: Streams,
  { mode, blocksize, dtype }: Settings,
): LayerFigures | null {
  if (!quantize) {
    copyTensor(tensor, streams, entries[0]?.dtype ?? tensor.dtype);
    return null;
  }
  const written = { bytes: 0 };
  const counted = countingWriter(streams, written);
  const { quantType, nested } = partsOf(mode);
  const recorded = recordedDtype(tensor, dtype);
  const rmsError =
    quantType === null
      ? quantizeInt8Weight(tensor, counted)
      : quantize4bitWeight(tensor, counted, { quantType, nested, blocksize, dtype: recorded });
  const { name, shape, nbytes } = tensor;
  return {
    name,
    shape,
    dtype: tensor.dtype,
    bytesBefore: nbytes,
    bytesAfter: written.bytes,
    rmsError,
  };
}

/** The texts of states have no length before they are written. */
function countingWriter(streams: Streams, written: { bytes: number }): Streams {
  return {
    ...streams,
    append(key, bytes) {
      written.bytes += bytes.byteLength;
      streams.append(key, bytes);
    },
  };
}

function sparedRow({ tensor, spared }: Choice): QuantizeReport["spared"] {
  return spared === null ? [] : [{ name: tensor.name, reason: spared, bytes: tensor.nbytes }];
}

function writeIndex(path: string, shards: readonly PlannedShard[], totalBytes: number): void {
  const places = shards.flatMap(({ file, tensors }) =>
    tensors.flatMap(({ entries }) => entries.map(({ key }) => [key, file] as const)),
  );
  places.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const index = { metadata: { total_size: totalBytes }, weight_map: Object.fromEntries(places) };
  writeWhole(path, `${JSON.stringify(index, null, 2)}\n`);
}
