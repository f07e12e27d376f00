// The CUDA kernels: compiled by nvcc where there is one, and for tests by the C++ compiler, to run on the CPU.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { projectStep } from "./library.mjs";
import { say } from "./progress.mjs";

/** @typedef {import("../libtorch/inspect.mjs").Libtorch} Libtorch */

/** Lowest nvcc that compiles the kernels. */
const LOWEST_NVCC = [12, 4];

/**
 * Compiles and links the kernels for every architecture. Needs nvcc, but neither a GPU nor a CUDA build of libtorch.
 *
 * @param {Libtorch} libtorch
 * @returns {import("./step.mjs").Step | undefined} nothing where nvcc is missing or too old, which is said
 */
export function kernelsStep(libtorch) {
  const lack = nvccLack();
  if (lack !== undefined) {
    say(`native-cuda: the CUDA kernels are not built: ${lack}`);
    return undefined;
  }
  const architectures = process.env.FABRIC_CUDA_ARCHITECTURES;
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
  const { status, stdout } = spawnSync("nvcc", ["--version"], { encoding: "utf8" });
  const found = /release (\d+)\.(\d+)/.exec(stdout ?? "");
  if (status !== 0 || found === null) return "nvcc was not found";
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const [lowestMajor = 0, lowestMinor = 0] = LOWEST_NVCC;
  if (major > lowestMajor || (major === lowestMajor && minor >= lowestMinor)) return undefined;
  return `nvcc ${major}.${minor} is too old, ${LOWEST_NVCC.join(".")} or newer is needed`;
}
