// Content hashes of the inputs of a step.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "./paths.mjs";

const SKIPPED = new Set(["node_modules", "dist", "build"]);

/**
 * One hash over the names and contents of files and folders, and over plain values.
 *
 * @param {string[]} paths absolute; a missing one counts as missing
 * @param {(name: string) => boolean} [accept] which files of a folder count
 * @param {unknown} [values]
 */
export function contentHash(paths, accept = () => true, values = null) {
  const hash = createHash("sha256").update(JSON.stringify(values));
  for (const path of paths) addPath(hash, path, accept);
  return hash.digest("hex").slice(0, 16);
}

/**
 * @param {import("node:crypto").Hash} hash
 * @param {string} path
 * @param {(name: string) => boolean} accept
 */
function addPath(hash, path, accept) {
  hash.update(`\0${relative(ROOT, path)}\0`);
  if (!existsSync(path)) {
    hash.update("missing");
  } else if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path).sort()) {
      const child = join(path, name);
      if (SKIPPED.has(name)) continue;
      if (statSync(child).isDirectory() || accept(name)) addPath(hash, child, accept);
    }
  } else {
    hash.update(readFileSync(path));
  }
}
