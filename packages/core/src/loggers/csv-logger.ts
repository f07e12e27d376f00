// Metrics as a table: one row a call, one column a metric.

import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

import type { Logger } from "../logger.js";
import { FabricError } from "../torch.js";
import { ExperimentFolder, type FileLoggerOptions } from "./experiment-folder.js";

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions extends FileLoggerOptions {
  /** Rows kept in memory before they are written; default 100. */
  flushLogsEveryNSteps?: number | undefined;
}

type Row = ReadonlyMap<string, string>;

/**
 * Writes metrics to `metrics.csv` in the experiment's folder. Columns are in the order of their names; a metric that is new widens the header
 * and the file is written again. Without a step, rows count on from the last one. A file that is there is continued.
 *
 * @example
 * const fabric = new Fabric({ loggers: [new CSVLogger({ name: "mnist" })] });
 * fabric.log("loss", loss, step);
 */
export class CSVLogger implements Logger {
  readonly #folder: ExperimentFolder;
  readonly #every: number;
  #columns: string[] = [];
  #rows: Row[] = [];
  /** Step of the next row without one. */
  #next = 0;
  #opened = false;

  /** @throws FabricError `FABRIC_CONFIG_LOGGER` for options that are not as described. */
  constructor({ flushLogsEveryNSteps = 100, ...options }: CSVLoggerOptions = {}) {
    if (!Number.isInteger(flushLogsEveryNSteps) || flushLogsEveryNSteps < 1) {
      throw new FabricError(
        "FABRIC_CONFIG_LOGGER",
        `CSVLogger: expected an integer >= 1 for \`flushLogsEveryNSteps\` but received ${String(flushLogsEveryNSteps)}.`,
      );
    }
    this.#folder = new ExperimentFolder("CSVLogger", options);
    this.#every = flushLogsEveryNSteps;
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

  /** Adds a row. */
  logMetrics(metrics: Record<string, number>, step?: number): void {
    this.#open();
    const at = step ?? this.#next;
    this.#next = at + 1;
    const row = new Map(Object.entries(metrics).map(([name, value]) => [name, String(value)]));
    row.set("step", String(at));
    this.#rows.push(row);
    if (this.#rows.length >= this.#every) this.save();
  }

  /** Writes settings to `hparams.json`. */
  logHyperparams(params: Record<string, unknown>): void {
    writeFileSync(this.#folder.file("hparams.json"), `${JSON.stringify(params, null, 2)}\n`);
  }

  /** Writes the rows that are still in memory. */
  save(): void {
    if (this.#rows.length === 0) return;
    const path = this.#folder.file("metrics.csv");
    const columns = [
      ...new Set([...this.#columns, ...this.#rows.flatMap((row) => [...row.keys()])]),
    ].sort();
    if (columns.length !== this.#columns.length) this.#widen(path, columns);
    appendFileSync(
      path,
      this.#rows.map((row) => line(columns.map((name) => row.get(name) ?? ""))).join(""),
    );
    this.#rows = [];
  }

  /** Writes the rows that are still in memory. */
  finalize(_status: string): void {
    this.save();
  }

  /** Goes on with a file that an earlier run left. */
  #open(): void {
    if (this.#opened) return;
    this.#opened = true;
    const path = this.#folder.file("metrics.csv");
    if (!existsSync(path)) return;
    const [header = [], ...rows] = parse(readFileSync(path, "utf8"));
    this.#columns = header;
    const last = rows.at(-1)?.[header.indexOf("step")];
    if (last !== undefined && last !== "") this.#next = Number(last) + 1;
  }

  /** Writes the file anew with more columns, beside the old one, which it then replaces. */
  #widen(path: string, columns: string[]): void {
    const old = existsSync(path) ? parse(readFileSync(path, "utf8")).slice(1) : [];
    const rows = old.map((cells) => {
      const row = new Map(this.#columns.map((name, i) => [name, cells[i] ?? ""]));
      return columns.map((name) => row.get(name) ?? "");
    });
    writeFileSync(`${path}.tmp`, [columns, ...rows].map(line).join(""));
    renameSync(`${path}.tmp`, path);
    this.#columns = columns;
  }
}

function line(cells: readonly string[]): string {
  const quoted = cells.map((cell) =>
    /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${quoted.join(",")}\n`;
}

/** Rows of RFC 4180 text. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/("(?:[^"]|"")*"|[^,\r\n]*)(,|\r?\n|$)/g)) {
    const [whole, cell = "", end] = match;
    if (whole === "") break;
    row.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
