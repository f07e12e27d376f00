// What is done already: a line of JSON for each finished shard, beside the shards, so that a killed run can go on.
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { FabricError } from "@fabric/torch";
import type { LayerFigures } from "./layer-figures.js";

/** Name of the file. */
export const JOURNAL_FILE = "fabric-quantize.jsonl";
const VERSION = 1;

/** What a run is about; two runs with the same go on from each other. */
export interface JournalStart {
  /** Options as they count, by the name of their flag. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Size and time of every input file, by name. */
  readonly input: Readonly<Record<string, readonly [size: number, mtimeMs: number]>>;
  /** Every file that the run writes, this one not counted. */
  readonly outputs: readonly string[];
}

/** A finished file. */
export interface JournalShard {
  readonly shard: string;
  /** Bytes of the file. */
  readonly fileBytes: number;
  /** Bytes of the elements. */
  readonly bytes: number;
  readonly layers: readonly LayerFigures[];
}

/** The journal of an output folder. */
export class Journal {
  readonly start: JournalStart;
  readonly shards: Map<string, JournalShard>;
  readonly #path: string;

  private constructor(path: string, start: JournalStart, shards: readonly JournalShard[]) {
    this.#path = path;
    this.start = start;
    this.shards = new Map(shards.map((shard) => [shard.shard, shard]));
  }

  /** Begins one in an empty folder. */
  static begin(folder: string, start: JournalStart): Journal {
    const path = join(folder, JOURNAL_FILE);
    appendLine(path, { fabricQuantize: VERSION, ...start });
    return new Journal(path, start, []);
  }

  /** The one that an earlier run left, or null without one. @throws FabricError `FABRIC_CHECKPOINT_JOURNAL` if it cannot be read. */
  static read(folder: string): Journal | null {
    const path = join(folder, JOURNAL_FILE);
    if (!existsSync(path)) return null;
    const text = readFileSync(path, "utf8");
    const end = text.lastIndexOf("\n") + 1;
    // Killed while it wrote its first line: nothing was done yet.
    if (end === 0) return new Journal(path, { options: {}, input: {}, outputs: [] }, []);
    const [start, ...shards] = parseLines(path, text.slice(0, end));
    if (!isStart(start)) throw unreadable(path, "its first line is not that of this version");
    if (!shards.every(isShard)) throw unreadable(path, "a line does not describe a shard");
    // Half a line of a killed run.
    if (end < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, end)));
    return new Journal(path, start, shards);
  }

  /** Records a file that stands in its place. */
  finish(shard: JournalShard): void {
    appendLine(this.#path, shard);
    this.shards.set(shard.shard, shard);
  }
}

function appendLine(path: string, line: object): void {
  const fd = openSync(path, "a");
  try {
    writeSync(fd, `${JSON.stringify(line)}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function parseLines(path: string, text: string): unknown[] {
  try {
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
  } catch {
    throw unreadable(path, "it has a line that is no JSON");
  }
}

function isStart(value: unknown): value is JournalStart {
  const { fabricQuantize, options, input, outputs } = (value ?? {}) as Record<string, unknown>;
  return (
    fabricQuantize === VERSION &&
    typeof options === "object" &&
    options !== null &&
    typeof input === "object" &&
    input !== null &&
    Array.isArray(outputs) &&
    outputs.every((name) => typeof name === "string")
  );
}

function isShard(value: unknown): value is JournalShard {
  const { shard, fileBytes, bytes, layers } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof shard === "string" &&
    typeof fileBytes === "number" &&
    typeof bytes === "number" &&
    Array.isArray(layers)
  );
}

function unreadable(path: string, reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_JOURNAL",
    `\`${path}\` is not the journal of a run of fabric quantize: ${reason}. Choose another output folder, or remove this one.`,
  );
}
