// Metrics as TensorBoard event files.

import { appendFileSync } from "node:fs";
import { hostname } from "node:os";

import type { Logger } from "../logger.js";
import { ExperimentFolder, type FileLoggerOptions } from "./experiment-folder.js";
import { record, scalarEvent, textEvent, versionEvent } from "./tensorboard-events.js";

/** Files made by this process, so that two of one second have different names. */
let made = 0;

/**
 * Writes scalars to an event file in the experiment's folder, which `tensorboard --logdir runs` shows. Each call is on the disk when it
 * returns; a run that is killed loses nothing. Values are float32, as the format has them. Settings become a text.
 */
export class TensorBoardLogger implements Logger {
  readonly #folder: ExperimentFolder;
  #file: string | undefined;
  #next = 0;

  /** @throws FabricError `FABRIC_CONFIG_LOGGER` for options that are not as described. */
  constructor(options: FileLoggerOptions = {}) {
    this.#folder = new ExperimentFolder("TensorBoardLogger", options);
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

  /** Adds one scalar a metric. */
  logMetrics(metrics: Record<string, number>, step?: number): void {
    const at = step ?? this.#next;
    this.#next = at + 1;
    const now = Date.now() / 1000;
    this.#append(Object.entries(metrics).map(([name, value]) => scalarEvent(now, at, name, value)));
  }

  /** Adds the settings as a text named `hparams`, a table. */
  logHyperparams(params: Record<string, unknown>): void {
    const rows = Object.entries(params).map(
      ([name, value]) =>
        `| ${name} | ${typeof value === "string" ? value : JSON.stringify(value)} |`,
    );
    const table = ["| setting | value |", "| --- | --- |", ...rows].join("\n");
    this.#append([textEvent(Date.now() / 1000, 0, "hparams", table)]);
  }

  #append(events: readonly Uint8Array[]): void {
    const records = events.map(record);
    if (this.#file === undefined) {
      const now = Date.now() / 1000;
      const name = `events.out.tfevents.${Math.floor(now)}.${hostname()}.${process.pid}.${made++}`;
      this.#file = this.#folder.file(name);
      records.unshift(record(versionEvent(now)));
    }
    appendFileSync(this.#file, Buffer.concat(records));
  }
}
