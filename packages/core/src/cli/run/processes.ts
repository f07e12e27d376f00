// How many processes `--devices` means on this machine.

import { type AcceleratorName, resolveAccelerator } from "../../connector/accelerator.js";
import { type DevicesOption, resolveDevices } from "../../connector/devices.js";
import { UsageError } from "../command.js";
import { legal, type RunOptions } from "./options.js";

/** Stands for GPUs that may not be here: whether they are is for the script to find out. */
const UNLIMITED = { name: "cuda", isAvailable: () => true, deviceCount: () => Infinity };
/** More processes than this on one machine are a slip. */
const MOST = 1024;
const CPU = { name: "cpu", isAvailable: () => true, deviceCount: () => 1 };
const MPS = { name: "mps", isAvailable: () => true, deviceCount: () => 1 };

/**
 * One process for each device; `"auto"` is one. Asks libtorch only for `-1`, all GPUs.
 *
 * @throws UsageError for a selection that the accelerator cannot mean. @internal
 */
export function countProcesses({ accelerator = "auto", devices = "auto" }: RunOptions): number {
  if (devices === "auto") return 1;
  if (Number(devices) > MOST)
    throw new UsageError(`--devices ${devices}: at most ${MOST} processes on a machine.`);
  return legal("devices", devices, () => {
    const selection: DevicesOption = devices;
    if (accelerator === "cpu") return resolveDevices(selection, CPU).length;
    if (accelerator === "mps") return resolveDevices(selection, MPS).length;
    const family =
      devices.trim() === "-1" ? resolveAccelerator(accelerator as AcceleratorName) : UNLIMITED;
    return resolveDevices(selection, family).length;
  });
}
