// Lays out the archive's contents in a folder:
//   run.sh      the one command of the machine
//   node/       Node and its licence
//   fabric/     the checkout: sources, tests, tools, built packages, npm packages
//   shared/     recorded vectors, if the checkout has them beside it
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { SetupFailure } from "../libtorch/failure.mjs";
import { packageNames, ROOT } from "../setup/paths.mjs";
import { DEPENDENCIES, isUsed, SOURCES } from "./contents.mjs";
import { copyNode } from "./runtime.mjs";
import { packagesIn, storeFolders } from "./store.mjs";

/** @param {string} folder empty */
export function stage(folder) {
  const fabric = join(folder, "fabric");
  for (const file of sourceFiles()) copyEntry(file, fabric);
  for (const built of builtFolders()) copyFolder(built, fabric);
  for (const stored of storeFolders(DEPENDENCIES)) copyFolder(stored, fabric);
  for (const link of [...DEPENDENCIES, ...workspaceLinks()]) copyEntry(link, fabric);
  const vectors = process.env.FABRIC_REFERENCE ?? join(ROOT, "../shared/reference");
  if (existsSync(join(vectors, "index.json")))
    cpSync(vectors, join(folder, "shared/reference"), { recursive: true });
  copyNode(join(folder, "node"));
  copyFileSync(join(ROOT, "tools/gpu-pack/machine/run.sh"), join(folder, "run.sh"));
  chmodSync(join(folder, "run.sh"), 0o755);
  writeFileSync(join(folder, "packed.json"), `${JSON.stringify(origin(), null, 2)}\n`);
}

/** Files of the checkout that git tracks, or would if they were added. */
export function sourceFiles() {
  return git(["ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", ...SOURCES])
    .split("\0")
    .filter((file) => file !== "" && existsSync(join(ROOT, file)));
}

/** `dist/` of every package. */
function builtFolders() {
  const folders = packageNames().map((name) => `packages/${name}/dist`);
  const missing = folders.find((folder) => !existsSync(join(ROOT, folder, "index.js")));
  if (missing === undefined) return folders;
  throw new SetupFailure(`${missing} is not built.`, "Run: npm run setup");
}

/** The links by which members of the workspace find one another. */
function workspaceLinks() {
  const folders = ["node_modules", ...packageNames().map((name) => `packages/${name}/node_modules`)]
    .map((folder) => join(ROOT, folder, "@fabric"))
    .filter((folder) => existsSync(folder));
  return folders.flatMap(packagesIn).map((path) => relative(ROOT, path));
}

/** Which sources these are. */
function origin() {
  const [commit = "", changes = ""] = [git(["rev-parse", "HEAD"]), git(["status", "--porcelain"])];
  return {
    commit: commit.trim(),
    changedFiles: changes.split("\n").filter((line) => line !== "").length,
    node: process.version,
  };
}

/** @param {string} path a file or a link of the checkout @param {string} to */
function copyEntry(path, to) {
  const [from, target] = [join(ROOT, path), join(to, path)];
  mkdirSync(dirname(target), { recursive: true });
  if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), target);
  else copyFileSync(from, target);
}

/** @param {string} path a folder of the checkout @param {string} to */
function copyFolder(path, to) {
  cpSync(join(ROOT, path), join(to, path), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (from) =>
      isUsed(basename(from)) && (basename(from) !== ".bin" || !lstatSync(from).isDirectory()),
  });
}

/** @param {string[]} args */
function git(args) {
  const { status, stdout, stderr, error } = spawnSync("git", args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  if (status === 0) return stdout;
  throw new SetupFailure(
    `git ${args[0]} failed: ${error?.message ?? stderr.trim()}`,
    "Run this in a clone of the repository, with git installed.",
  );
}
