// Metrics as JSON lines: one object a call.

import { appendFileSync } from "node:fs";

import type { Logger } from "../logger.js";
import { ExperimentFolder, type FileLoggerOptions } from "./experiment-folder.js";

/**
 * Appends `{"step": ..., "time": ..., ...metrics}` to `metrics.jsonl` in the experiment's folder at each call; `time` is in seconds since 1970.
 * What JSON lacks is written as `"NaN"`, `"Infinity"` or `"-Infinity"`. Nothing waits in memory.
 */
export class JSONLinesLogger implements Logger {
  readonly #folder: ExperimentFolder;
  #next = 0;

  /** @throws FabricError `FABRIC_CONFIG_LOGGER` for options that are not as described. */
  constructor(options: FileLoggerOptions = {}) {
    this.#folder = new ExperimentFolder("JSONLinesLogger", options);
  }

  /** Name of the experiment. */
  get name(): string {
    return this.#folder.name;
  }
  /** Version of the experiment. */
  get version(): number | string {
    return this.#folder.version;
  }
  /** Folder that holds experiments. */
  get rootDir(): string {
    return this.#folder.rootDir;
  }
  /** Folder of this version. */
  get logDir(): string {
    return this.#folder.path;
  }

  /** Appends a line. */
  logMetrics(metrics: Record<string, number>, step?: number): void {
    const at = step ?? this.#next;
    this.#next = at + 1;
    this.#append({ ...metrics, step: at, time: Date.now() / 1000 });
  }

  /** Appends a line with the settings under `hparams`. */
  logHyperparams(params: Record<string, unknown>): void {
    this.#append({ hparams: params, time: Date.now() / 1000 });
  }

  #append(entry: Record<string, unknown>): void {
    const text = JSON.stringify(entry, (_key, value: unknown) =>
      typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
    );
    appendFileSync(this.#folder.file("metrics.jsonl"), `${text}\n`);
  }
}
