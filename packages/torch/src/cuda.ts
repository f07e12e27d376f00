// What there is of CUDA.
import { FabricError } from "./errors.js";
import { runtime } from "./runtime.js";
import { translate } from "./translate.js";

/** Whether a CUDA device can be used. */
export function isAvailable(): boolean {
  return runtime().info().hasCuda;
}
/** Number of CUDA devices. */
export function deviceCount(): number {
  return runtime().info().cudaDevices;
}
/**
 * The compute capability of a device, `[major, minor]`: `[9, 0]` for Hopper.
 *
 * @param index - among the visible devices; default 0.
 * @throws FabricError `FABRIC_MISSING_DEVICE` if there is no such device.
 */
export function getDeviceCapability(index = 0): [major: number, minor: number] {
  const count = deviceCount();
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    throw new FabricError(
      "FABRIC_MISSING_DEVICE",
      `cuda.getDeviceCapability: there is no CUDA device ${String(index)}; ${count} can be seen. Check torch.cuda.isAvailable() first.`,
    );
  }
  try {
    return runtime().cudaCapability(index);
  } catch (error) {
    throw translate(error, "cuda.getDeviceCapability", [index]);
  }
}
