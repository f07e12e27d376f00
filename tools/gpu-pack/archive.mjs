// The archive of a staged folder, and the limit on its size.
import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { SetupFailure } from "../libtorch/failure.mjs";

/** What a machine that is rented by the hour takes in reasonable time. */
export const LIMIT_BYTES = 60e6;
/** How many parts a refusal names. */
const NAMED = 12;
/** Below these folders a part is an entry of the folder: a package, a tool. */
const CONTAINERS = new Set([
  "",
  "fabric",
  "fabric/node_modules",
  "fabric/node_modules/.pnpm",
  "fabric/packages",
  "fabric/tools",
  "shared",
]);

/**
 * Packs a folder's entries, in an order and with times that depend on nothing but the contents.
 *
 * @param {string} folder
 * @param {string} out
 * @returns {number} bytes of the archive
 */
export function compress(folder, out) {
  const args = ["--create", "--xz", "--file", out, "--directory", folder];
  const stable = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", "--mtime=@0"];
  const { status, stderr, error } = spawnSync("tar", [...args, ...stable, "."], {
    encoding: "utf8",
    env: { ...process.env, XZ_OPT: process.env.XZ_OPT ?? "-4 -T0" },
  });
  if (status !== 0)
    throw new SetupFailure(
      `tar failed: ${error?.message ?? stderr.trim()}`,
      "GNU tar and xz are needed (Debian: apt-get install tar xz-utils); the folder of --out has to exist.",
    );
  return statSync(out).size;
}

/**
 * @param {string} folder that was packed
 * @param {number} bytes of the archive
 * @param {number} limit
 * @throws SetupFailure that names the largest parts, if the archive is over the limit
 */
export function requireSmall(folder, bytes, limit) {
  if (bytes <= limit) return;
  const parts = largestParts(folder)
    .map(([name, size]) => `  ${(size / 1e6).toFixed(1).padStart(7)} MB  ${name}`)
    .join("\n");
  throw new SetupFailure(
    `The archive takes ${(bytes / 1e6).toFixed(1)} MB; ${(limit / 1e6).toFixed(0)} MB are allowed. Its largest parts, before compression:\n${parts}`,
    "Leave something out in tools/gpu-pack/contents.mjs.",
  );
}

/**
 * The largest parts of a folder with their bytes.
 *
 * @param {string} folder
 * @returns {[string, number][]}
 */
export function largestParts(folder) {
  /** @type {[string, number][]} */
  const parts = [];
  const visit = (/** @type {string} */ path) => {
    const name = relative(folder, path);
    if (CONTAINERS.has(name) && lstatSync(path).isDirectory())
      for (const entry of readdirSync(path)) visit(join(path, entry));
    else parts.push([name, bytesOf(path)]);
  };
  visit(folder);
  return parts.sort((a, b) => b[1] - a[1]).slice(0, NAMED);
}

/** @param {string} path @returns {number} */
function bytesOf(path) {
  const found = lstatSync(path);
  if (!found.isDirectory()) return found.isFile() ? found.size : 0;
  return readdirSync(path).reduce((sum, entry) => sum + bytesOf(join(path, entry)), 0);
}
