// Reads what a libtorch folder is: its version and whether it can be compiled and linked against.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Headers that carry the version, newest layout first. */
const VERSION_HEADERS = [
  "include/torch/headeronly/version.h",
  "include/torch/csrc/api/include/torch/version.h",
];

/**
 * @typedef {object} Libtorch
 * @property {string} root folder with `lib/` and `include/`
 * @property {string} version for example `2.13.0` or `2.13.0+cpu`
 * @property {"FABRIC_LIBTORCH" | "python" | "cache"} source
 */

/**
 * Says what is missing from a folder that should be a libtorch, or nothing when it is complete.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function missingPart(root) {
  if (!existsSync(root)) return "the folder itself";
  const library = process.platform === "darwin" ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
  for (const part of [`lib/${library}`, "include/ATen/ATen.h", "include/torch/csrc/autograd"]) {
    if (!existsSync(join(root, part))) return part;
  }
  return undefined;
}

/**
 * The version that the headers of a libtorch declare.
 *
 * @param {string} root
 * @returns {string | undefined}
 */
export function headerVersion(root) {
  for (const header of VERSION_HEADERS) {
    const path = join(root, header);
    if (!existsSync(path)) continue;
    const text = readFileSync(path, "utf8");
    const parts = ["MAJOR", "MINOR", "PATCH"].map(
      (part) => new RegExp(`#define\\s+TORCH_VERSION_${part}\\s+(\\d+)`).exec(text)?.[1],
    );
    if (parts.every((part) => part !== undefined)) return parts.join(".");
  }
  return undefined;
}
