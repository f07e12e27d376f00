// The Node that runs this, without npm and documentation.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetupFailure } from "../libtorch/failure.mjs";

/** Where a Node keeps its licence, from the folder that holds `bin/`: archives of nodejs.org, then Linux packages. */
const LICENCES = ["LICENSE", "share/doc/nodejs/LICENSE", "share/doc/nodejs/copyright"];

/**
 * Copies Node to `folder/bin/node` without its symbols, and its licence beside it. Headers are not needed: those of Node-API come with
 * cmake-js.
 *
 * @param {string} folder
 * @param {string} node
 */
export function copyNode(folder, node = process.execPath) {
  const prefix = dirname(dirname(node));
  const licence = LICENCES.map((name) => join(prefix, name)).find((path) => existsSync(path));
  if (licence === undefined)
    throw new SetupFailure(
      `The licence of ${node} was not found at ${LICENCES.join(", ")} below ${prefix}.`,
      "Use a Node that was unpacked from an archive of nodejs.org: an archive must not carry Node without its licence.",
    );
  requireOneFile(node);
  const copy = join(folder, "bin", "node");
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(node, copy);
  copyFileSync(licence, join(folder, "LICENSE"));
  // Names for debuggers only; where `strip` is missing the archive is a few megabytes larger.
  spawnSync("strip", ["--strip-debug", copy]);
  requireRuns(copy);
}

/** @param {string} node */
function requireOneFile(node) {
  const { stdout } = spawnSync("ldd", [node], { encoding: "utf8" });
  if (!/libnode\./.test(stdout ?? "")) return;
  throw new SetupFailure(
    `${node} is a small file around libnode, which this does not pack.`,
    "Use a Node that was unpacked from an archive of nodejs.org.",
  );
}

/** @param {string} node */
function requireRuns(node) {
  const { status, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (status === 0 && stdout.trim() === process.version) return;
  throw new SetupFailure(
    `The copy of Node at ${node} does not run.`,
    "Check the disk; then run again.",
  );
}
