// The per-user cache: unpacked libtorch builds, compiled addons, the pinned package manager.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** How old a left-over must be before it is swept: no download takes this long. */
const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * The folder that holds everything this project keeps outside the checkout.
 *
 * @param {NodeJS.ProcessEnv} [env]
 */
export function cacheRoot(env = process.env) {
  if (env.FABRIC_CACHE) return env.FABRIC_CACHE;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "fabric");
  return join(env.HOME || homedir(), ".cache", "fabric");
}

/**
 * Fills a folder so that others see it whole or not at all: `fill` writes into a neighbour, which is then renamed.
 * When another process was faster, its result is kept. Left-overs of runs that were killed are swept.
 *
 * @template T
 * @param {string} target
 * @param {(staging: string) => T | Promise<T>} fill
 */
export async function placeAtomically(target, fill) {
  const parent = dirname(target);
  mkdirSync(parent, { recursive: true });
  sweepOld(parent, ".staging-");
  const staging = mkdtempSync(join(parent, ".staging-"));
  try {
    await fill(staging);
    try {
      renameSync(staging, target);
    } catch (error) {
      const code = /** @type {NodeJS.ErrnoException} */ (error).code;
      if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Removes what killed runs left behind in a folder: entries with a prefix that have not changed for a day.
 *
 * @param {string} parent
 * @param {string} [prefix]
 */
export function sweepOld(parent, prefix = "") {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    try {
      if (Date.now() - statSync(path).mtimeMs > ABANDONED_AFTER_MS) {
        rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // Another process swept it first.
    }
  }
}
