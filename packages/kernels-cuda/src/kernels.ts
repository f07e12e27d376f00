// The operators that have a kernel here.
import { FabricError } from "@fabric/torch";
import { loadKernels } from "./library.js";

/** By the library that defines the operators; a test holds this against what the compiled library registers. */
const KERNELS = [
  // fabric_bnb
  "dequantize_4bit",
] as const;

/** Names of the operators that this release runs on CUDA, such as `"fabric::quantize_4bit"`. Nothing is loaded. */
export function availableKernels(): readonly string[] {
  return KERNELS.map((name) => `fabric::${name}`);
}

/**
 * Makes sure that the CUDA kernel of an operator, such as `"fabric::quantize_4bit"`, can be called.
 *
 * @throws FabricError `FABRIC_UNSUPPORTED_KERNEL` if {@link availableKernels} does not list it, `FABRIC_MISSING_LIBRARY` if the kernels are
 * not built for the loaded libtorch.
 */
export function requireKernel(name: string): void {
  if (!availableKernels().includes(name))
    throw new FabricError(
      "FABRIC_UNSUPPORTED_KERNEL",
      `@fabric/kernels-cuda has no kernel for \`${name}\`. It has ${availableKernels().join(", ")}. Move the tensors to the CPU, or write the operator as the dispatcher does; libtorch's own operators run on CUDA without this package.`,
    );
  loadKernels();
}
