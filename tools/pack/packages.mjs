// Packs the workspace's packages as they will be published.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageNames, ROOT } from "../setup/paths.mjs";
import { pnpmScript } from "../setup/pnpm.mjs";
import { withKernels } from "./kernels.mjs";
import { PLATFORM_PACKAGE } from "./platform.mjs";
import { repackWith } from "./tarball.mjs";

/**
 * Packs every package, or those named; pnpm puts real versions where the workspace has `workspace:` and `catalog:`.
 *
 * @param {string} out
 * @param {string[]} [names] folders under `packages/`
 * @returns {Promise<string[]>} paths of the tarballs
 */
export async function packPackages(out, names = packageNames()) {
  mkdirSync(out, { recursive: true });
  const pnpm = await pnpmScript();
  return names.map((name) => {
    const folder = join(ROOT, "packages", name);
    const text = execFileSync(
      process.execPath,
      [pnpm, "pack", "--json", "--pack-destination", out],
      {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const { filename } = JSON.parse(text);
    if (name === "torch") return withPlatformPackage(filename, out);
    return name === "kernels-cuda" ? withKernels(filename, out) : filename;
  });
}

/**
 * `@fabric/torch` names its platform package only in the published manifest: in the workspace there is nothing of that
 * name to resolve, and the addon that setup built is used.
 *
 * @param {string} tarball
 * @param {string} out
 */
function withPlatformPackage(tarball, out) {
  const { version } = JSON.parse(readFileSync(join(ROOT, "packages/torch/package.json"), "utf8"));
  return repackWith(tarball, out, (manifest) => {
    manifest.optionalDependencies = { [PLATFORM_PACKAGE]: version };
  });
}
