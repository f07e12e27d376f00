// Step 3: the libraries of operators that plugin packages bring. They know libtorch but not Node.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot, placeAtomically } from "../libtorch/cache.mjs";
import { parseVersion } from "../libtorch/version.mjs";
import {
  compileJobs,
  dropStale,
  hasCcache,
  hashFor,
  manifestFiles,
  NATIVE,
  requireTool,
  writeManifest,
} from "./native.mjs";
import { runLogged, say } from "./progress.mjs";

/** @typedef {import("../libtorch/inspect.mjs").Libtorch} Libtorch */

/** Folders of `native/` with a CMake project of their own; each builds `libfabric_NAME`. */
export const LIBRARIES = ["bnb", "te", "distributed"];

const SUFFIX = process.platform === "darwin" ? "dylib" : "so";

/**
 * File name of a library.
 *
 * @param {string} name folder of `native/`
 */
export function libraryFile(name) {
  return `libfabric_${name}.${SUFFIX}`;
}

/**
 * @param {Libtorch} libtorch
 * @param {string} name
 * @returns {import("./step.mjs").Step}
 */
export function libraryStep(libtorch, name) {
  return projectStep(libtorch, {
    name,
    title: `building the operators of ${name}`,
    source: name,
    defines: [],
    // Where NCCL's header and CUDA's are looked for.
    places: name === "distributed" ? ["NCCL_HOME", "CUDA_HOME"] : [],
    libraries: [name],
  });
}

/**
 * A CMake project of `native/` whose libraries are listed in the addon's manifest, the last one under its name.
 *
 * @typedef {object} Project
 * @property {string} name of the step and of the build folder
 * @property {string} title
 * @property {string} source folder of `native/`
 * @property {string[]} defines options for CMake
 * @property {string[]} [places] variables that name folders where headers are looked for
 * @property {string[]} libraries `NAME` for each `libfabric_NAME` that is kept
 *
 * @param {Libtorch} libtorch
 * @param {Project} project
 * @returns {import("./step.mjs").Step}
 */
export function projectStep(libtorch, project) {
  const { name, title, source, defines, places = [], libraries } = project;
  const folders = places.map((variable) => process.env[variable] ?? "");
  const hash = hashFor(libtorch, [source, "common"], [...defines, ...folders]);
  const folder = join(cacheRoot(), "library", `${name}-${libtorch.version}-${hash}`);
  const loaded = /** @type {string} */ (libraries.at(-1));
  const file = join(folder, libraryFile(loaded));
  return {
    name: `native-${name}`,
    title: `${title} for libtorch ${libtorch.version}`,
    inputs: hash,
    isWhole: () =>
      existsSync(file) && manifestFiles().every((path) => listed(path, loaded) === file),
    work: async ({ interrupted }) => {
      if (existsSync(file))
        say(`native-${name}: the same sources were built before, taken from the cache`);
      else await build(libtorch, project, folder, interrupted);
      for (const path of manifestFiles()) list(path, loaded, file);
      listBesideLibtorch(libtorch, loaded, file);
    },
  };
}

/**
 * @param {Libtorch} libtorch
 * @param {Project} project
 * @param {string} folder
 * @param {boolean} interrupted
 */
async function build(libtorch, { name, source, defines, libraries }, folder, interrupted) {
  requireTool("cmake", "cmake");
  requireTool(process.env.CXX ?? "c++", "g++");
  const minor = parseVersion(libtorch.version)?.minor ?? libtorch.version;
  const out = join(NATIVE, "build", `${name}-${minor}`);
  dropStale(out, libtorch, interrupted);
  const remedy =
    "Read the first compiler error above. A compiler too old for C++20 needs replacing (g++ 10 or newer); a killed one needs memory.";
  await runLogged({
    name: `native-${name}-configure`,
    command: "cmake",
    args: [
      ...["-S", join(NATIVE, source), "-B", out, "-DCMAKE_BUILD_TYPE=Release"],
      `-DFABRIC_LIBTORCH=${libtorch.root}`,
      ...defines,
      ...(spawnSync("ninja", ["--version"]).status === 0 ? ["-G", "Ninja"] : []),
      ...(hasCcache() ? ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] : []),
    ],
    remedy,
  });
  await runLogged({
    name: `native-${name}`,
    command: "cmake",
    args: ["--build", out, "--parallel", String(compileJobs())],
    remedy,
  });
  await placeAtomically(folder, (staging) => {
    for (const library of libraries)
      copyFileSync(join(out, libraryFile(library)), join(staging, libraryFile(library)));
  });
}

/**
 * The manifest that the addon's step left beside a libtorch of the user's own, if it could.
 *
 * @param {Libtorch} libtorch
 * @param {string} name
 * @param {string} file
 */
function listBesideLibtorch(libtorch, name, file) {
  const manifest = join(libtorch.root, "fabric-addon.json");
  if (libtorch.source === "FABRIC_LIBTORCH" && existsSync(manifest)) list(manifest, name, file);
}

/** @param {string} manifest @param {string} name */
function listed(manifest, name) {
  return readManifest(manifest).libraries?.[`fabric_${name}`];
}

/**
 * Adds a library to the manifest of the addon, which the loader of `@fabric/torch` reads.
 *
 * @param {string} manifest
 * @param {string} name
 * @param {string} file
 */
function list(manifest, name, file) {
  const known = readManifest(manifest);
  writeManifest(manifest, {
    ...known,
    libraries: { ...known.libraries, [`fabric_${name}`]: file },
  });
}

/**
 * @param {string} path
 * @returns {{ libraries?: Record<string, string> }}
 */
function readManifest(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
}
