// The pinned pnpm, without a global install: from PATH when it is the right one, else from the per-user cache.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cacheRoot, placeAtomically } from "../libtorch/cache.mjs";
import { ROOT } from "./paths.mjs";
import { runLogged } from "./progress.mjs";

/** The version that `package.json` pins. */
function pinnedVersion() {
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  return String(packageManager).replace("pnpm@", "");
}

/**
 * Path of a script to run with Node.
 *
 * @returns {Promise<string>}
 */
export async function pnpmScript() {
  const version = pinnedVersion();
  const installed = fromPath(version);
  if (installed !== undefined) return installed;
  const folder = join(cacheRoot(), "tools", `pnpm-${version}`);
  const script = join(folder, "node_modules", "pnpm", "bin", "pnpm.cjs");
  if (!existsSync(script)) {
    await placeAtomically(folder, (staging) =>
      runLogged({
        name: "pnpm",
        command: "npm",
        args: [
          "install",
          "--prefix",
          staging,
          "--no-audit",
          "--no-fund",
          "--ignore-scripts",
          `pnpm@${version}`,
        ],
        remedy: `Check that npm reaches its registry (npm view pnpm@${version} version), then run this again.`,
        cwd: dirname(folder),
      }),
    );
  }
  return script;
}

/**
 * Looks, and runs nothing: a pnpm of another version, or one put there by corepack, would try to download.
 *
 * @param {string} version
 * @returns {string | undefined}
 */
function fromPath(version) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const entry = join(folder, "pnpm");
    if (!existsSync(entry)) continue;
    const script = realpathSync(entry);
    const manifest = join(dirname(script), "..", "package.json");
    if (!script.endsWith("pnpm.cjs") || !existsSync(manifest)) continue;
    const found = JSON.parse(readFileSync(manifest, "utf8"));
    if (found.name === "pnpm" && found.version === version) return script;
  }
  return undefined;
}
