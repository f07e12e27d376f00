// The part of pnpm's store that some packages need. In it, a package lies beside links to what it depends on, so following the links of
// its folder gives the whole set; all links are relative, and a copy of the set works as it lies.
import { readdirSync, realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { SetupFailure } from "../libtorch/failure.mjs";
import { ROOT } from "../setup/paths.mjs";

const STORE = "node_modules/.pnpm";

/**
 * Folders of the store for some packages and all that they need.
 *
 * @param {readonly string[]} links paths in the checkout, such as `node_modules/vitest`
 * @returns {string[]} paths in the checkout, sorted
 */
export function storeFolders(links) {
  /** @type {Set<string>} */
  const entries = new Set();
  for (const link of links) follow(join(ROOT, link), entries);
  return [...entries].sort().map((entry) => `${STORE}/${entry}`);
}

/** @param {string} link @param {Set<string>} entries */
function follow(link, entries) {
  const [entry = ""] = relative(join(ROOT, STORE), realPath(link)).split(sep);
  if (entry === ".." || entries.has(entry)) return; // `..`: a package of the workspace
  entries.add(entry);
  for (const name of packagesIn(join(ROOT, STORE, entry, "node_modules"))) follow(name, entries);
}

/** @param {string} link */
function realPath(link) {
  try {
    return realpathSync(link);
  } catch {
    throw new SetupFailure(`${relative(ROOT, link)} is not installed.`, "Run: npm run setup");
  }
}

/**
 * The packages of a `node_modules` folder, those of a scope too.
 *
 * @param {string} folder
 * @returns {string[]} paths
 */
export function packagesIn(folder) {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@")
        ? readdirSync(join(folder, name)).map((scoped) => join(folder, name, scoped))
        : [join(folder, name)],
    );
}
