// A file that is written beside its place, and put there when it is whole.

import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { FabricError } from "../errors.js";
import { fileError } from "./failure.js";

/** A new file beside `path`; unless it is committed, it is removed when disposed. @internal */
export class AsideFile implements Disposable {
  readonly #path: string;
  readonly #target: string;
  readonly #aside: string;
  #fd: number | undefined;
  #committed = false;

  /** @throws FabricError `FABRIC_CHECKPOINT_FILE` if it cannot be made. */
  constructor(path: string) {
    this.#path = path;
    this.#target = resolveLinks(path);
    const suffix = randomBytes(6).toString("hex");
    this.#aside = join(dirname(this.#target), `.${basename(this.#target)}.${suffix}.tmp`);
    this.#fd = this.#ask(() => openSync(this.#aside, "wx"));
  }

  /** Runs `write` on the file. @throws FabricError `FABRIC_CHECKPOINT_FILE` if that fails in the file system. */
  attempt(write: (fd: number) => void): void {
    const fd = this.#fd;
    if (fd === undefined)
      throw new FabricError(
        "FABRIC_USAGE_CLOSED",
        `\`${this.#path}\` is written or given up already; create it again.`,
      );
    this.#ask(() => write(fd));
  }

  /** Syncs it to the disk and puts it in place of `path`, so that that is always the old file or the whole new one. */
  commit(): void {
    this.attempt((fd) => {
      fsyncSync(fd);
      this.#close();
      renameSync(this.#aside, this.#target);
      this.#committed = true;
    });
    syncDirectory(dirname(this.#target));
  }

  /** Removes what was not committed. */
  [Symbol.dispose](): void {
    if (this.#committed) return;
    this.#close();
    rmSync(this.#aside, { force: true });
  }

  #close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined) closeSync(fd);
  }

  #ask<T>(call: () => T): T {
    try {
      return call();
    } catch (error) {
      if (error instanceof FabricError) throw error;
      throw fileError(this.#path, "write", error);
    }
  }
}

/** Where a link leads, so that the rename replaces the file and not the link. */
function resolveLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // not there yet
  }
}

/** Makes the rename itself last. Some file systems cannot; the file is whole all the same. */
function syncDirectory(directory: string): void {
  try {
    const fd = openSync(directory, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // nothing more can be done
  }
}
