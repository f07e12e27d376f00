// The operators of namespace `fabric`, in the library that this package brings; loaded with the first call.
import { packagedOperators, type Tensor } from "@fabric/torch";

const operators = packagedOperators("fabric_bnb", import.meta.url);

/**
 * `torch.ops.fabric[name]`, once it is sure that it has a kernel for the device of `tensor`.
 *
 * @throws FabricError `FABRIC_MISSING_KERNELS` with the install command for a device without one, `FABRIC_MISSING_LIBRARY` if the library
 * was not built.
 */
export function operatorFor(name: string, tensor: Tensor): (...args: unknown[]) => unknown {
  return operators.for(name, tensor);
}

/** Makes `torch.ops.fabric.*` available. @throws FabricError `FABRIC_MISSING_LIBRARY`. */
export function loadOperators(): void {
  operators.load();
}
