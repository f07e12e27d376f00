// The kernels are not written yet: whatever asks for one is told so.

import { FabricError } from "@fabric/torch";

/** Names of the operators that this release runs on CUDA: none yet. */
export function availableKernels(): readonly string[] {
  return [];
}

/**
 * Makes sure that the CUDA kernel of an operator, such as `"fabric::quantize4bit"`, can be called.
 *
 * @throws FabricError `FABRIC_UNSUPPORTED_KERNEL`, as long as {@link availableKernels} does not list it.
 */
export function requireKernel(name: string): void {
  if (availableKernels().includes(name)) return;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_KERNEL",
    `the CUDA kernel of \`${name}\` comes with a later release of @fabric/kernels-cuda, which has none yet. Move the tensors to the CPU. libtorch's own operators run on CUDA without this package.`,
  );
}
