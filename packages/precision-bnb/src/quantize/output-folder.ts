// The folder that is written to: new, empty, or what an earlier run left.
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, resolve } from "node:path";
import { FabricError } from "@fabric/torch";
import { JOURNAL_FILE, Journal, type JournalStart } from "./journal.js";
import type { Source } from "./source.js";

const LOCK_FILE = ".fabric-quantize.lock";
const TEMPORARY = /^\.model(-\d{5}-of-\d{5})?\.safetensors\.[0-9a-f]+\.tmp$/;

/** A folder that is ours while this lives. */
export class OutputFolder implements Disposable {
  readonly path: string;
  readonly journal: Journal;

  /**
   * Takes the folder: makes it, or goes on where a run with the same `start` stopped. With `force` what another run wrote is removed first.
   *
   * @throws FabricError `FABRIC_CONFIG_OUTPUT` for a folder that holds something else, `FABRIC_CONFIG_RESUME` for a run with other options or
   * another input, `FABRIC_USAGE_BUSY` if another process writes to it.
   */
  constructor(path: string, start: JournalStart, force: boolean) {
    this.path = resolve(path);
    checkFolder(path, this.path);
    mkdirSync(this.path, { recursive: true });
    lock(this.path);
    try {
      this.journal = takeOver(path, this.path, start, force);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Lets another process in. */
  [Symbol.dispose](): void {
    rmSync(join(this.path, LOCK_FILE), { force: true });
  }
}

/** Whether an earlier run began there. */
export function isBegun(path: string): boolean {
  return existsSync(join(resolve(path), JOURNAL_FILE));
}

function checkFolder(given: string, folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new FabricError(
      "FABRIC_CONFIG_OUTPUT",
      `\`${given}\` is a file. Name a folder for the output; it may be new.`,
    );
  const names = readdirSync(folder).filter((name) => name !== LOCK_FILE);
  if (names.length === 0 || names.includes(JOURNAL_FILE)) return;
  throw new FabricError(
    "FABRIC_CONFIG_OUTPUT",
    `\`${given}\` is not empty (${names.slice(0, 3).join(", ")}${names.length > 3 ? ", ..." : ""}) and was not written by fabric quantize. Name a folder that is new or empty.`,
  );
}

function takeOver(given: string, folder: string, start: JournalStart, force: boolean): Journal {
  for (const name of readdirSync(folder)) if (TEMPORARY.test(name)) rmSync(join(folder, name));
  const journal = Journal.read(folder);
  if (journal === null) return Journal.begin(folder, start);
  const difference = journal.start.outputs.length === 0 ? null : differenceOf(journal.start, start);
  if (difference === null && !force && journal.start.outputs.length > 0) return journal;
  if (difference !== null && !force)
    throw new FabricError(
      "FABRIC_CONFIG_RESUME",
      `\`${given}\` holds another run: ${difference}. Repeat that run to go on with it, name another folder, or start over with --force, which removes what it wrote.`,
    );
  // A journal is a file that anyone can write: nothing outside the folder is removed.
  for (const name of [...journal.start.outputs, JOURNAL_FILE])
    if (basename(name) === name) rmSync(join(folder, name), { force: true });
  return Journal.begin(folder, start);
}

function differenceOf(before: JournalStart, now: JournalStart): string | null {
  const options = new Set([...Object.keys(before.options), ...Object.keys(now.options)]);
  for (const name of options) {
    const [then, today] = [JSON.stringify(before.options[name]), JSON.stringify(now.options[name])];
    if (then !== today) return `--${name} was ${then ?? "absent"} and is ${today ?? "absent"} now`;
  }
  const files = new Set([...Object.keys(before.input), ...Object.keys(now.input)]);
  for (const name of files) {
    const [then, today] = [before.input[name], now.input[name]];
    if (then === undefined || today === undefined)
      return `its input ${then === undefined ? "lacked" : "had"} the file ${name}`;
    if (then[0] !== today[0] || then[1] !== today[1])
      return `the input ${name} has changed since (its size or its time)`;
  }
  return null;
}

function lock(folder: string): void {
  const path = join(folder, LOCK_FILE);
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = ownerOf(path);
    if (owner !== null && isAlive(owner))
      throw new FabricError(
        "FABRIC_USAGE_BUSY",
        `process ${owner} is writing to \`${folder}\`. Wait for it, or name another folder; if there is no such run, remove ${LOCK_FILE} there.`,
      );
    // Its owner was killed.
    rmSync(path, { force: true });
  }
}

function ownerOf(path: string): number | null {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The input's files for the journal. */
export function inputOf({ files }: Source): JournalStart["input"] {
  return Object.fromEntries(files.map(({ name, size, mtimeMs }) => [name, [size, mtimeMs]]));
}
