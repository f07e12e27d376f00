// Puts the compiled CUDA kernels into the tarball of @fabric/kernels-cuda.
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { libraryFile } from "../setup/library.mjs";
import { ROOT } from "../setup/paths.mjs";
import { keepOnlyOrigin, strip } from "./elf.mjs";
import { repackWith } from "./tarball.mjs";

/** What belongs to that package, not to the platform package: by name in the addon's manifest. */
export const KERNEL_LIBRARIES = ["fabric_cuda", "fabric_cuda_emulated"];

/**
 * The kernels know nothing of libtorch; the layer that registers them is compiled for one minor version of it, CPU or CUDA build alike.
 *
 * @param {string} tarball
 * @param {string} out
 * @returns {string} the tarball, as it was where nvcc was missing
 */
export function withKernels(tarball, out) {
  const built = JSON.parse(readFileSync(join(ROOT, "packages/torch/native/addon.json"), "utf8"));
  const registration = built.libraries?.fabric_cuda;
  if (registration === undefined || !existsSync(registration)) return tarball;
  const minor = /^\d+\.\d+/.exec(built.torchVersion)?.[0] ?? "";
  return repackWith(tarball, out, (manifest, folder) => {
    const lib = join(folder, "lib", `torch-${minor}`);
    mkdirSync(lib, { recursive: true });
    for (const name of ["kernels", "cuda"].map(libraryFile)) {
      copyFileSync(join(dirname(registration), name), join(lib, name));
      strip(join(lib, name));
      keepOnlyOrigin(join(lib, name));
    }
    manifest.files = [.../** @type {string[]} */ (manifest.files), "lib"];
  });
}
