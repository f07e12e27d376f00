// Packs folders into npm tarballs.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Runs `npm pack` on a folder; no script of the package runs.
 *
 * @param {string} folder
 * @param {string} out
 * @returns {string} path of the tarball
 */
export function npmPack(folder, out) {
  mkdirSync(out, { recursive: true });
  const text = execFileSync(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--pack-destination", out],
    {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  // npm 10 answers with a list, npm 11.19 with an object by name.
  const [packed] = Object.values(JSON.parse(text));
  return join(out, packed.filename);
}

/**
 * Unpacks a tarball, lets its manifest and its folder be changed, and packs it again under the same name.
 *
 * @param {string} tarball
 * @param {string} out
 * @param {(manifest: Record<string, unknown>, folder: string) => void} change
 * @returns {string}
 */
export function repackWith(tarball, out, change) {
  const folder = join(out, "repack");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", folder]);
  const path = join(folder, "package", "package.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  change(manifest, join(folder, "package"));
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  const packed = npmPack(join(folder, "package"), out);
  rmSync(folder, { recursive: true, force: true });
  return packed;
}
