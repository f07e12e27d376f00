// Reads and edits the dynamic section of ELF files, with binutils where a reader is enough.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

/**
 * The `NEEDED` libraries and the `RUNPATH` of an ELF file.
 *
 * @param {string} path
 * @returns {{ needed: string[], runpath: string }}
 */
export function readDynamic(path) {
  const text = execFileSync("readelf", ["-d", "-W", path], { encoding: "utf8" });
  const needed = [...text.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map((match) => match[1] ?? "");
  const runpath = /\((?:RUNPATH|RPATH)\).*\[(.*)\]/.exec(text)?.[1] ?? "";
  return { needed, runpath };
}

/**
 * Shortens a RUNPATH to `$ORIGIN` in place. The string table cannot grow, so the old path must begin with `$ORIGIN`,
 * as CMakeLists.txt sees to; the rest of it is overwritten with zeros.
 *
 * @param {string} path
 */
export function keepOnlyOrigin(path) {
  const { runpath } = readDynamic(path);
  if (runpath === "$ORIGIN") return;
  if (!runpath.startsWith("$ORIGIN:"))
    throw new Error(`${path}: RUNPATH is "${runpath}" and does not begin with $ORIGIN`);
  const bytes = readFileSync(path);
  const at = bytes.indexOf(Buffer.from(`${runpath}\0`, "latin1"));
  bytes.fill(0, at + "$ORIGIN".length, at + runpath.length);
  writeFileSync(path, bytes);
  const after = readDynamic(path).runpath;
  if (after !== "$ORIGIN") throw new Error(`${path}: RUNPATH is "${after}" after the edit`);
}

/**
 * Removes symbols that only a debugger reads; the dynamic ones stay.
 *
 * @param {string} path
 */
export function strip(path) {
  execFileSync("strip", ["--strip-unneeded", path]);
}
