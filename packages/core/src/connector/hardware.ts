// What the choice and the checks of a precision know of a device.

import type { Device } from "../torch.js";
import type { Accelerator } from "./accelerator.js";

/** Facts about a device. @internal */
export interface Hardware {
  readonly device: Device;
  /** The device without its index: `"cpu"`, `"cuda"`, `"mps"`, ... */
  readonly deviceType: string;
  /** CUDA's compute capability, null for other devices and where it is not known. */
  readonly capability: readonly [major: number, minor: number] | null;
}

/** Asks the family about one of its devices. @internal */
export function hardwareOf(accelerator: Accelerator, device: Device): Hardware {
  const deviceType = device.split(":")[0] as string;
  const capability = deviceType === "cuda" ? (accelerator.capability?.(device) ?? null) : null;
  return { device, deviceType, capability };
}

/** Whether the GPU has units for bfloat16 (Ampere and later); null if that is not known. @internal */
export function hasBfloat16Units({ capability }: Hardware): boolean | null {
  return capability === null ? null : capability[0] >= 8;
}

/** Whether the GPU has units for any 16-bit format (Volta and later); null if that is not known. @internal */
export function hasHalfUnits({ capability }: Hardware): boolean | null {
  return capability === null ? null : capability[0] >= 7;
}
