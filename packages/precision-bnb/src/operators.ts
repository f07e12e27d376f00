// The operators of namespace `fabric`, in the library that this package brings; loaded with the first call.
import { FabricError, hasKernel, loadPackagedLibrary, ops, type Tensor } from "@fabric/torch";

const LIBRARY = "fabric_bnb";
/** Devices by operator for which a kernel is known to be there. */
const present = new Set<string>();

/**
 * `torch.ops.fabric[name]`, once it is sure that it has a kernel for the device of `tensor`.
 *
 * @throws FabricError `FABRIC_MISSING_KERNELS` with the install command for a device without one, `FABRIC_MISSING_LIBRARY` if the library
 * was not built.
 */
export function operatorFor(name: string, tensor: Tensor): (...args: unknown[]) => unknown {
  loadOperators();
  const { device } = tensor;
  const kind = device.split(":")[0] as string;
  if (!present.has(`${name} ${kind}`)) {
    const key = kind === "cpu" || kind === "cuda" ? kind.toUpperCase() : capitalised(kind);
    if (!hasKernel(`fabric::${name}`, key)) throw missing(name, device);
    present.add(`${name} ${kind}`);
  }
  const operator = ops["fabric"]?.[name];
  return operator as unknown as (...args: unknown[]) => unknown;
}

/** Makes `torch.ops.fabric.*` available. @throws FabricError `FABRIC_MISSING_LIBRARY`. */
export function loadOperators(): void {
  loadPackagedLibrary(LIBRARY);
}

function capitalised(kind: string): string {
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function missing(name: string, device: string): FabricError {
  const remedy = device.startsWith("cuda")
    ? "Install its CUDA kernels: pnpm add @fabric/kernels-cuda. Or move the tensors to the CPU."
    : "Move the tensors to the CPU.";
  return new FabricError(
    "FABRIC_MISSING_KERNELS",
    `fabric::${name} has no kernel for \`${device}\`. ${remedy}`,
  );
}
