// The operators that have a kernel here.
import { FabricError } from "@fabric/torch";
import { loadKernels } from "./library.js";

/** By the library that defines the operators; a test holds this against what the compiled library registers. */
const KERNELS = [
  // of the addon
  "amp_unscale_norm_",
  "copy_stochastic_",
  // fabric_bnb
  "quantize_4bit",
  "dequantize_4bit",
  "linear_4bit",
  "linear_4bit_grad_input",
  "quantize_blockwise",
  "dequantize_blockwise",
  "int8_vectorwise_quant",
  "int8_double_quant",
  "int8_vectorwise_dequant",
  "int8_linear_matmul",
  "int8_mm_dequant",
  "int8_scaled_mm",
  "linear_8bit",
  "linear_8bit_grad_input",
  "optimizer_update_8bit_blockwise_",
  "optimizer_update_32bit_",
  "optimizer_step_numbers_",
  "zeros_paged",
  "prefetch_paged",
  // fabric_te
  "fp8_cast",
  "fp8_cast_blocks",
  "fp8_dequantize",
  "fp8_amax",
  "fp8_current_scale",
  "fp8_update_scales_",
  "fp8_mm",
  "fp8_layer_norm_cast",
  "fp8_rms_norm_cast",
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
