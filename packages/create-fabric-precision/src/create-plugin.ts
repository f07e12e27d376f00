// Copies the template with the names filled in.

import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateError } from "./create-error.js";
import { type Names, namesFor } from "./names.js";

/** What {@link createPlugin} is asked for. */
export interface CreateOptions {
  /** Name or path of the new folder, as `"my-plugin"`; a scope goes to the package's name only. */
  target: string;
  /** What users will pass as `precision`; default: the name without `fabric-precision-`. */
  alias?: string | undefined;
  /** Where `target` starts from; default: the working directory. */
  cwd?: string | undefined;
}

/** What was made. */
export interface CreatedPlugin extends Names {
  /** Absolute path of the new folder. */
  readonly folder: string;
  /** Paths of its files, relative to the folder. */
  readonly files: readonly string[];
}

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Inside a published package npm leaves out the one, and tools take the other for a package's own. */
const RENAMED: Readonly<Record<string, string>> = {
  _gitignore: ".gitignore",
  "_package.json": "package.json",
};

/**
 * Writes a working plugin package: a manifest, a small precision, its tests.
 *
 * @throws CreateError `FABRIC_CONFIG_NAME`, `FABRIC_CONFIG_ALIAS`, or `FABRIC_CONFIG_FOLDER` if there is something already; nothing
 * was written then.
 */
export function createPlugin({ target, alias, cwd = process.cwd() }: CreateOptions): CreatedPlugin {
  const names = namesFor(target, alias);
  const folder = resolve(cwd, target.replace(/^@[^/]+\//, ""));
  checkFolder(folder);
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    version: string;
  };
  const words: Readonly<Record<string, string>> = {
    __PACKAGE__: names.packageName,
    __ALIAS__: names.alias,
    __CLASS__: names.className,
    __FABRIC__: version,
  };
  const template = join(ROOT, "template");
  const files = listFiles(template).map((path) => {
    const text = readFileSync(join(template, path), "utf8");
    const name = path.replace(/[^/]+$/, (last) => RENAMED[last] ?? last);
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      text.replace(/__[A-Z]+__/g, (word) => words[word] ?? word),
    );
    return name;
  });
  return { ...names, folder, files };
}

function checkFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new CreateError("FABRIC_CONFIG_FOLDER", `${folder} is a file. Choose another name.`);
  // A fresh repository is as good as nothing.
  const found = readdirSync(folder).filter((name) => name !== ".git");
  if (found.length === 0) return;
  throw new CreateError(
    "FABRIC_CONFIG_FOLDER",
    `${folder} is not empty: it holds ${found.slice(0, 3).join(", ")}${found.length > 3 ? ", ..." : ""}. Nothing was written; choose another name or empty it.`,
  );
}

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}
