// Threads, versions, operator libraries and switches of the loaded libtorch.
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { FabricError } from "./errors.js";
import { type NativeOrigin, nativeOrigin } from "./native.js";
import { runtime } from "./runtime.js";
import { translate } from "./translate.js";

/** Threads that one operator uses. @throws FabricError `FABRIC_TENSOR_ARGUMENT` unless an integer from 1 to 4096. */
export function setNumThreads(threads: number): void {
  try {
    runtime().setNumThreads(threads);
  } catch (error) {
    throw translate(error, "setNumThreads", [threads]);
  }
}
/** Threads that one operator uses. */
export function getNumThreads(): number {
  return runtime().getNumThreads();
}

/** By format, the kernels that compute with it on the CPU. */
export interface HalfCpu {
  bfloat16: "native" | "float32";
  float16: "native" | "float32";
}

/** What is loaded, and what it can do here. */
export interface BuildInfo {
  /** libtorch's version. */
  torchVersion: string;
  /** `AVX2`, `AVX512`, `DEFAULT`, ... */
  cpuCapability: string;
  /**
   * Who multiplies, convolves and attends in 16 bits on the CPU: `"native"` is libtorch, where the CPU has units for the format
   * (AVX512-BF16, AVX512-FP16, AMX); `"float32"` is this package, which widens tiles to float32, accumulates there and rounds once.
   * The environment variable `FABRIC_HALF_CPU`, read when libtorch is loaded, forces one for both formats.
   */
  halfCpu: HalfCpu;
  /** Whether a CUDA device can be used; `torch.cuda.unavailableReason()` tells why not. */
  cuda: boolean;
  /** Whether libtorch is a build with CUDA. */
  cudaBuilt: boolean;
  cudaDevices: number;
  mps: boolean;
  /** libtorch's own account of its build. */
  config: string;
  origin: NativeOrigin;
}

/** Facts about the loaded libtorch. */
export function buildInfo(): BuildInfo {
  const info = runtime().info();
  return {
    torchVersion: info.builtFor,
    cpuCapability: info.cpuCapability,
    halfCpu: info.halfCpu,
    cuda: info.hasCuda,
    cudaBuilt: info.cudaBuilt,
    cudaDevices: info.cudaDevices,
    mps: info.hasMps,
    config: info.config,
    origin: nativeOrigin(),
  };
}

/** Loads a library of operators (made with `TORCH_LIBRARY`); they are then under `torch.ops`. @throws FabricError `FABRIC_MISSING_LIBRARY`. */
export function loadLibrary(path: string): void {
  try {
    runtime().loadLibrary(resolve(path));
  } catch (error) {
    throw translate(error, "loadLibrary", [path]);
  }
}

/**
 * Loads a library of operators that was built and published together with the addon, for the libtorch that is loaded:
 * `"fabric_bnb"` is `libfabric_bnb.so`. A second call does nothing.
 *
 * @throws FabricError `FABRIC_MISSING_LIBRARY` if it was not built for this libtorch, or cannot be loaded.
 */
export function loadPackagedLibrary(name: string): void {
  if (packaged.has(name)) return;
  const { addon, libraries } = nativeOrigin();
  const suffix = process.platform === "darwin" ? "dylib" : "so";
  // An addon that FABRIC_ADDON names has no manifest: its libraries lie beside it.
  const path = libraries[name] ?? join(dirname(resolve(addon)), `lib${name}.${suffix}`);
  if (!existsSync(path)) {
    throw new FabricError(
      "FABRIC_MISSING_LIBRARY",
      `the operators of \`${name}\` are not built for this libtorch: \`${path}\` does not exist. Install the platform package of the same version as @fabric/torch, or build them in a checkout of the repository: npm run setup.`,
    );
  }
  loadLibrary(path);
  packaged.add(name);
}

const packaged = new Set<string>();

/**
 * Whether an operator has a kernel of its own for a dispatch key: `hasKernel("fabric::quantize_4bit", "CUDA")`.
 *
 * @param operator - `namespace::name`; any of its overloads counts.
 * @param dispatchKey - as libtorch writes it: `"CPU"`, `"CUDA"`, `"CompositeImplicitAutograd"`, ...
 * @throws FabricError `FABRIC_UNSUPPORTED_OPERATOR` for an unknown operator; TorchError for an unknown key.
 */
export function hasKernel(operator: string, dispatchKey: string): boolean {
  let found: boolean | null;
  try {
    found = runtime().hasKernel(operator, dispatchKey);
  } catch (error) {
    throw translate(error, "hasKernel", [operator, dispatchKey]);
  }
  if (found !== null) return found;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_OPERATOR",
    `hasKernel: the loaded libtorch has no operator \`${operator}\`. Write it as namespace::name, or load the library that brings it with torch.loadLibrary(path).`,
  );
}

/** Treats subnormal numbers as zero. @returns whether the CPU can. */
export function setFlushDenormal(mode: boolean): boolean {
  return runtime().setFlushDenormal(mode);
}

/** Refuses (or with `warnOnly` reports) operators whose results vary from run to run. */
export function useDeterministicAlgorithms(
  mode: boolean,
  options: { warnOnly?: boolean } = {},
): void {
  runtime().setDeterministic(mode, options.warnOnly ?? false);
}
