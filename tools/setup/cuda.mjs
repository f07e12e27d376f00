// The CUDA kernels: compiled by nvcc where there is one, and for tests by the C++ compiler, to run on the CPU.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectStep } from "./library.mjs";
import { say } from "./progress.mjs";

/** @typedef {import("../libtorch/inspect.mjs").Libtorch} Libtorch */

/**
 * What a run of the tests compiles for, where no GPU could run the kernels anyway: the two sides of every choice that the sources make by
 * architecture, in half the time of all of them. `--only cuda` compiles them all.
 */
const CHECKED_ARCHITECTURES = "80-real;100";

/** Lowest nvcc that compiles the kernels. */
const LOWEST_NVCC = /** @type {const} */ ([12, 4]);

/**
 * Compiles and links the kernels for every architecture. Needs nvcc, but neither a GPU nor a CUDA build of libtorch.
 *
 * @param {Libtorch} libtorch
 * @param {boolean} [isCheck] whether they are compiled only to see that they compile and link
 * @returns {import("./step.mjs").Step | undefined} nothing where nvcc is missing or too old, which is said
 */
export function kernelsStep(libtorch, isCheck = false) {
  const lack = nvccLack();
  if (lack !== undefined) {
    say(`native-cuda: the CUDA kernels are not built: ${lack}`);
    return undefined;
  }
  const named = process.env.FABRIC_CUDA_ARCHITECTURES;
  const architectures = named || (isCheck && nvccKnows100() ? CHECKED_ARCHITECTURES : "");
  return projectStep(libtorch, {
    name: "cuda",
    title: "building the CUDA kernels",
    source: "cuda",
    defines: architectures ? [`-DFABRIC_CUDA_ARCHITECTURES=${architectures}`] : [],
    libraries: ["kernels", "cuda"],
  });
}

/**
 * Compiles the same kernels for the CPU, so that tests can run them on a machine without a GPU.
 *
 * @param {Libtorch} libtorch
 * @returns {import("./step.mjs").Step | undefined} nothing where CUDA's headers are missing, which is said
 */
export function emulatedStep(libtorch) {
  const folders = [process.env.CUDA_HOME, "/usr/local/cuda"].filter((folder) => folder);
  if (!folders.some((folder) => existsSync(join(`${folder}`, "include", "cuda_fp8.h")))) {
    say("native-cuda-emulated: the kernels' tests are skipped: no CUDA headers were found");
    return undefined;
  }
  return projectStep(libtorch, {
    name: "cuda-emulated",
    title: "building the CUDA kernels for the CPU",
    source: "cuda",
    defines: ["-DFABRIC_EMULATED=ON"],
    places: ["CUDA_HOME"],
    libraries: ["cuda_emulated"],
  });
}

/** Whether a libtorch is a CUDA build. @param {Libtorch} libtorch */
export function isCudaBuild(libtorch) {
  return existsSync(join(libtorch.root, "lib", "libtorch_cuda.so"));
}

/** @returns {string | undefined} why nvcc cannot be used */
function nvccLack() {
  const release = nvccRelease();
  if (release === undefined) return "nvcc was not found";
  if (isAtLeast(release, LOWEST_NVCC)) return undefined;
  return `nvcc ${release.join(".")} is too old, ${LOWEST_NVCC.join(".")} or newer is needed`;
}

function nvccKnows100() {
  const release = nvccRelease();
  return release !== undefined && isAtLeast(release, [12, 8]);
}

/** @returns {[number, number] | undefined} */
function nvccRelease() {
  const { status, stdout } = spawnSync("nvcc", ["--version"], { encoding: "utf8" });
  const found = /release (\d+)\.(\d+)/.exec(stdout ?? "");
  return status !== 0 || found === null ? undefined : [Number(found[1]), Number(found[2])];
}

/**
 * @param {[number, number]} release
 * @param {readonly [number, number]} lowest
 */
function isAtLeast([major, minor], [lowestMajor, lowestMinor]) {
  return major > lowestMajor || (major === lowestMajor && minor >= lowestMinor);
}
