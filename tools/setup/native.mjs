// Step 2: libtorch and the addon that joins Node to it.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, freemem } from "node:os";
import { dirname, join } from "node:path";
import { cacheRoot, placeAtomically } from "../libtorch/cache.mjs";
import { SetupFailure } from "../libtorch/failure.mjs";
import { parseVersion } from "../libtorch/version.mjs";
import { contentHash } from "./hash.mjs";
import { ROOT } from "./paths.mjs";
import { runLogged, say } from "./progress.mjs";

/** @typedef {import("../libtorch/inspect.mjs").Libtorch} Libtorch */

export const NATIVE = join(ROOT, "native");
const ADDON = "fabric_torch.node";
/** A file that includes libtorch's headers takes about this much memory to compile. */
const BYTES_PER_COMPILER = 2.2e9;

/**
 * Hash of everything that the compiled addon depends on.
 *
 * @param {Libtorch} libtorch
 */
export function addonHash(libtorch) {
  return hashFor(libtorch, [
    "CMakeLists.txt",
    "package.json",
    "common/libtorch.cmake",
    "torch",
    "include",
  ]);
}

/**
 * Hash of files and folders of `native/` and of what they are compiled for.
 *
 * @param {Libtorch} libtorch
 * @param {string[]} names
 * @param {string[]} more what else the result depends on
 */
export function hashFor(libtorch, names, more = []) {
  return contentHash(
    names.map((name) => join(NATIVE, name)),
    undefined,
    [libtorch.root, libtorch.version, process.platform, process.arch, ...more],
  );
}

/**
 * @param {Libtorch} libtorch
 * @returns {import("./step.mjs").Step}
 */
export function nativeStep(libtorch) {
  const hash = addonHash(libtorch);
  const cached = join(cacheRoot(), "addon", `${libtorch.version}-${hash}`);
  return {
    name: "native",
    title: `building the addon for libtorch ${libtorch.version} (${libtorch.source})`,
    inputs: hash,
    isWhole: () =>
      existsSync(join(cached, ADDON)) && manifestFiles().every((file) => existsSync(file)),
    work: async ({ interrupted }) => {
      if (existsSync(join(cached, ADDON)))
        say("native: the same sources were built before, taken from the cache");
      else await build(libtorch, cached, interrupted);
      publish(libtorch, cached, hash);
    },
  };
}

/**
 * @param {Libtorch} libtorch
 * @param {string} cached
 * @param {boolean} interrupted
 */
async function build(libtorch, cached, interrupted) {
  requireTool("cmake", "cmake");
  requireTool(process.env.CXX ?? "c++", "g++");
  const out = join(NATIVE, "build", parseVersion(libtorch.version)?.minor ?? libtorch.version);
  dropStale(out, libtorch, interrupted);
  const fromNative = createRequire(join(NATIVE, "package.json"));
  const cmakeJs = join(dirname(fromNative.resolve("cmake-js/package.json")), "bin", "cmake-js");
  const headers = dirname(fromNative.resolve("node-addon-api/package.json"));
  const jobs = compileJobs();
  say(
    `native: ${jobs} compiler${jobs === 1 ? "" : "s"} at a time; the first build takes a few minutes`,
  );
  await runLogged({
    name: "native",
    command: process.execPath,
    args: [
      cmakeJs,
      "compile",
      "--directory",
      NATIVE,
      "--out",
      out,
      "--parallel",
      String(jobs),
      `--CDNODE_ADDON_API_DIR=${headers}`,
      `--CDFABRIC_LIBTORCH=${libtorch.root}`,
      ...(hasCcache() ? ["--CDCMAKE_CXX_COMPILER_LAUNCHER=ccache"] : []),
    ],
    remedy:
      "Read the first compiler error above. A compiler too old for C++20 needs replacing (g++ 10 or newer); a killed one needs memory.",
    cwd: NATIVE,
  });
  const built = join(out, "Release", ADDON);
  const addon = existsSync(built) ? built : join(out, ADDON);
  await checkLoads(addon);
  await placeAtomically(cached, (staging) => copyFileSync(addon, join(staging, ADDON)));
}

/**
 * Removes a build folder that cannot be built on: an object file that a killed compiler left half written looks up to date, and CMake
 * remembers where libtorch was.
 *
 * @param {string} out
 * @param {Libtorch} libtorch
 * @param {boolean} interrupted
 */
export function dropStale(out, libtorch, interrupted) {
  if (interrupted || wasConfiguredFor(out) !== libtorch.root)
    rmSync(out, { recursive: true, force: true });
}

/**
 * The libtorch that a build folder was configured for.
 *
 * @param {string} out
 * @returns {string | undefined}
 */
function wasConfiguredFor(out) {
  const cache = join(out, "CMakeCache.txt");
  if (!existsSync(cache)) return undefined;
  const found = /^FABRIC_LIBTORCH:\w+=(.*)$/m.exec(readFileSync(cache, "utf8"));
  return found?.[1];
}

/**
 * Writes where the addon is, for the loader of `@fabric/torch`: beside the package for this checkout, in the
 * user's cache for a package installed from a registry.
 *
 * @param {Libtorch} libtorch
 * @param {string} cached
 * @param {string} sourceHash
 */
function publish(libtorch, cached, sourceHash) {
  const manifest = {
    addon: join(cached, ADDON),
    libtorch: libtorch.root,
    torchVersion: libtorch.version,
    sourceHash,
  };
  for (const file of manifestFiles()) writeManifest(file, manifest);
  if (libtorch.source === "FABRIC_LIBTORCH") {
    try {
      writeManifest(join(libtorch.root, "fabric-addon.json"), manifest);
    } catch {
      // A libtorch that others own may be read-only; the manifest of the checkout serves as well.
    }
  }
  const release = join(NATIVE, "build", "Release");
  mkdirSync(release, { recursive: true });
  copyFileSync(manifest.addon, join(release, `${ADDON}.tmp`));
  renameSync(join(release, `${ADDON}.tmp`), join(release, ADDON));
}

/** The manifests that the loader reads and that have to be there. */
export function manifestFiles() {
  return [join(ROOT, "packages/torch/native/addon.json"), join(cacheRoot(), "addon.json")];
}

/** @param {string} file @param {object} manifest */
export function writeManifest(file, manifest) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(`${file}.tmp`, file);
}

/**
 * Loads the addon in a process of its own, so that a wrong library is found here and not by the first user.
 *
 * @param {string} addon
 */
async function checkLoads(addon) {
  await runLogged({
    name: "native-check",
    command: process.execPath,
    args: ["-e", "require(process.argv[1])", addon],
    remedy:
      "Run `ldd` on the addon to see which library is missing, or delete the libtorch cache and run this again.",
  });
}

export function compileJobs() {
  const byMemory = Math.floor(freemem() / BYTES_PER_COMPILER);
  return Math.max(1, Math.min(availableParallelism(), byMemory));
}

/** ccache makes a rebuild quick where the machine has it. */
export function hasCcache() {
  return spawnSync("ccache", ["--version"]).status === 0;
}

/**
 * @param {string} tool
 * @param {string} debianPackage
 */
export function requireTool(tool, debianPackage) {
  if (spawnSync(tool, ["--version"], { stdio: "ignore" }).status === 0) return;
  throw new SetupFailure(
    `\`${tool}\` was not found, and the addon cannot be built without it.`,
    `Install it (Debian: apt-get install ${debianPackage}), then run this again.`,
  );
}
