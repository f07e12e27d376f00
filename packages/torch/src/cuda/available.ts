// Whether there is a CUDA device, and if not, why.
import type { CudaFacts } from "../binding.js";
import type { Device } from "../device.js";
import { FabricError, show } from "../errors.js";
import { runtime } from "../runtime.js";
import { translate } from "../translate.js";

/** A CUDA device: its number among the visible ones, or its name. */
export type CudaDevice = number | Device;

let known: CudaFacts | undefined;

/** @internal Facts that do not change while the process runs. */
export function facts(): CudaFacts {
  known ??= runtime().cudaFacts();
  return known;
}

/** Whether a CUDA device can be used. */
export function isAvailable(): boolean {
  return facts().unavailable === "";
}

/** Whether libtorch is a build with CUDA, be there a device or not. */
export function isBuilt(): boolean {
  return facts().built;
}

/** Why no CUDA device can be used: no CUDA in libtorch, no driver, no device, an old driver; null where one can. */
export function unavailableReason(): string | null {
  const { unavailable } = facts();
  return unavailable === "" ? null : unavailable;
}

/** Number of CUDA devices; 0 where none can be used. */
export function deviceCount(): number {
  return runtime().info().cudaDevices;
}

/** @internal Throws unless a device can be used. */
export function requireCuda(who: string, name = `cuda.${who}`): void {
  const { unavailable } = facts();
  if (unavailable === "") return;
  throw new FabricError(
    "FABRIC_MISSING_DEVICE",
    `${name}: no CUDA device can be used: ${unavailable}. Check torch.cuda.isAvailable() first.`,
  );
}

/** @internal A native call whose errors name `cuda.who`. */
export function call<T>(who: string, args: readonly unknown[], fn: () => T): T {
  try {
    return fn();
  } catch (error) {
    throw translate(error, `cuda.${who}`, args);
  }
}

/** @internal The number of a device; the current one by default. @throws FabricError `FABRIC_MISSING_DEVICE` if there is no such device, `FABRIC_TENSOR_ARGUMENT` for a device of another kind. */
export function deviceIndex(who: string, device: CudaDevice | undefined): number {
  const index = typeof device === "string" ? numberIn(who, device) : device;
  if (index !== undefined) {
    const count = deviceCount();
    if (!Number.isInteger(index) || index < 0 || index >= count) {
      throw new FabricError(
        "FABRIC_MISSING_DEVICE",
        `cuda.${who}: there is no CUDA device ${String(index)}; ${count} can be seen${count === 0 ? ` (${facts().unavailable})` : ""}. Check torch.cuda.isAvailable() first.`,
      );
    }
    return index;
  }
  requireCuda(who);
  return call(who, [], () => runtime().cudaCurrentDevice());
}

/** `"cuda"` means the current device. */
function numberIn(who: string, device: string): number | undefined {
  const match = /^cuda(?::(\d+))?$/.exec(device);
  if (match === null)
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `cuda.${who}: expected a number or a device such as "cuda:0" but received ${show(device)}.`,
    );
  return match[1] === undefined ? undefined : Number(match[1]);
}
