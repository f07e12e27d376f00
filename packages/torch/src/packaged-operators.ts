// The operators of a library that a plugin package brings, checked for a kernel before they are called.
import { loadCudaKernels } from "./cuda-kernels.js";
import type { Device } from "./device.js";
import { FabricError } from "./errors.js";
import { ops } from "./ops.js";
import { hasKernel, loadPackagedLibrary } from "./system.js";
import type { Tensor } from "./tensor.js";

/** Operators of namespace `fabric` that one library brings. */
export interface PackagedOperators {
  /** Makes `torch.ops.fabric.*` available. @throws FabricError `FABRIC_MISSING_LIBRARY` if the library was not built. */
  load(): void;
  /**
   * `torch.ops.fabric[name]`, once it is sure that it has a kernel for the device of `tensor`.
   *
   * @throws FabricError `FABRIC_MISSING_KERNELS` with the install command for a device without one, `FABRIC_MISSING_LIBRARY`.
   */
  for(name: string, tensor: Tensor): (...args: unknown[]) => unknown;
}

/**
 * The operators of a library that {@link loadPackagedLibrary} finds; it is loaded with the first use, and with the first CUDA tensor the
 * package of CUDA kernels, if it is installed.
 *
 * @param library - `"fabric_bnb"`.
 * @param from - `import.meta.url` of the package whose operators they are: what it depends on is looked through for CUDA kernels.
 */
export function packagedOperators(
  library: string,
  from: string = import.meta.url,
): PackagedOperators {
  /** Operators by device kind for which a kernel is known to be there. */
  const present = new Map<string, (...args: unknown[]) => unknown>();
  const load = (): void => loadPackagedLibrary(library);
  return {
    load,
    for(name, tensor) {
      const { device } = tensor;
      const kind = device.split(":")[0] as string;
      const key = `${name} ${kind}`;
      const known = present.get(key);
      if (known !== undefined) return known;
      load();
      const isThere = (): boolean => hasKernel(`fabric::${name}`, dispatchKey(kind));
      if (!isThere() && !(kind === "cuda" && loadCudaKernels(from) && isThere()))
        throw missing(name, device);
      const operator = ops["fabric"]?.[name] as unknown as (...args: unknown[]) => unknown;
      present.set(key, operator);
      return operator;
    },
  };
}

function dispatchKey(kind: string): string {
  if (kind === "cpu" || kind === "cuda") return kind.toUpperCase();
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function missing(name: string, device: Device): FabricError {
  const remedy = device.startsWith("cuda")
    ? "Install its CUDA kernels: pnpm add @fabric/kernels-cuda. Or move the tensors to the CPU."
    : "Move the tensors to the CPU.";
  return new FabricError(
    "FABRIC_MISSING_KERNELS",
    `fabric::${name} has no kernel for \`${device}\`. ${remedy}`,
  );
}
