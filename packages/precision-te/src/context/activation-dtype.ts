// The dtype that a layer computes in where it does not use FP8.
import { autocastState, type DType, FabricError, type Tensor } from "@fabric/torch";
import { floatDtypeOf } from "../weights/fp8-weight.js";

/**
 * Autocast's dtype where it is on, else that of the input, which the parameters must then have too.
 *
 * @throws FabricError `FABRIC_USAGE_ACTIVATION_DTYPE` if they have not.
 */
export function activationDtype(
  layer: string,
  input: Tensor,
  parameters: readonly (Tensor | null)[],
): DType {
  const kind = input.device.split(":")[0] as string;
  if (kind !== "meta") {
    const { enabled, dtype } = autocastState(input.device);
    if (enabled) return dtype;
  }
  for (const parameter of parameters)
    if (parameter !== null && floatDtypeOf(parameter) !== input.dtype)
      throw new FabricError(
        "FABRIC_USAGE_ACTIVATION_DTYPE",
        `${layer}: without autocast the input (${input.dtype}) and the parameters (${floatDtypeOf(parameter)}) must have one dtype. Cast the input, or enter torch.autocast.`,
      );
  return input.dtype;
}
