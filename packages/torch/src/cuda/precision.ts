// How exactly float32 products are computed on the device.
import { FabricError, show } from "../errors.js";
import { runtime } from "../runtime.js";
import { translate } from "../translate.js";

/** `"highest"`: float32 throughout; `"high"`: TensorFloat-32, 10 bits of mantissa; `"medium"`: bfloat16 where the hardware has it. */
export type MatmulPrecision = "highest" | "high" | "medium";

/** How exactly float32 matrix products are computed. Default `"highest"`. */
export function getFloat32MatmulPrecision(): MatmulPrecision {
  return runtime().getMatmulPrecision() as MatmulPrecision;
}

/** Lets float32 matrix products use TensorFloat-32 (`"high"`), as `torch.set_float32_matmul_precision`. @throws FabricError `FABRIC_TENSOR_ARGUMENT`. */
export function setFloat32MatmulPrecision(precision: MatmulPrecision): void {
  if (precision !== "highest" && precision !== "high" && precision !== "medium")
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `setFloat32MatmulPrecision: expected "highest", "high" or "medium" but received ${show(precision)}.`,
    );
  try {
    runtime().setMatmulPrecision(precision);
  } catch (error) {
    throw translate(error, "setFloat32MatmulPrecision", [precision]);
  }
}

/** Whether cuDNN may compute float32 convolutions in TensorFloat-32; true by default, as in PyTorch. */
export function allowTf32Convolutions(): boolean {
  return runtime().getCudnnTf32();
}

/** Lets cuDNN compute float32 convolutions in TensorFloat-32, or not: `torch.backends.cudnn.allow_tf32`. */
export function setAllowTf32Convolutions(allowed: boolean): void {
  try {
    runtime().setCudnnTf32(allowed);
  } catch (error) {
    throw translate(error, "setAllowTf32Convolutions", [allowed]);
  }
}
