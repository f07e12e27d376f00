// The `devices` option: how many, or which.

import { type Device, FabricError } from "../torch.js";
import type { Accelerator } from "./accelerator.js";

/** What `new Fabric({ devices })` accepts: a count, -1 for all GPUs, indices as an array or `"0,2"`, or `"auto"`. */
export type DevicesOption = number | string | readonly number[];

/** Refuses what is no device selection on any accelerator. @internal */
export function checkDevices(devices: unknown): void {
  if (devices === "auto") return;
  if (devices === 0 || devices === "0" || (Array.isArray(devices) && devices.length === 0)) {
    throw error(devices, "at least one device is needed");
  }
  if (typeof devices === "number" && Number.isInteger(devices) && devices >= -1) return;
  if (typeof devices === "string" && /^\s*(-1|\d+\s*(,\s*\d+\s*)*,?)\s*$/.test(devices)) return;
  if (
    Array.isArray(devices) &&
    devices.every((index) => Number.isInteger(index) && (index as number) >= 0)
  )
    return;
  throw error(devices, 'expected a positive integer, -1, "auto", indices such as [0, 2] or "0,2"');
}

/** Refuses everything but a positive integer. @internal */
export function checkNumNodes(numNodes: unknown): void {
  if (typeof numNodes === "number" && Number.isInteger(numNodes) && numNodes >= 1) return;
  throw new FabricError(
    "FABRIC_CONFIG_NUM_NODES",
    `Expected an integer >= 1 for \`numNodes\` but received ${JSON.stringify(numNodes) ?? typeof numNodes}. Pass the number of machines that take part.`,
  );
}

/**
 * The devices that a checked option means on an accelerator, one for each local process.
 *
 * @throws FabricError `FABRIC_CONFIG_DEVICES` for what the accelerator cannot mean, `FABRIC_MISSING_DEVICE` for more
 * devices than there are. @internal
 */
export function resolveDevices(devices: DevicesOption, accelerator: Accelerator): Device[] {
  if (accelerator.name === "cpu") return cpuProcesses(devices);
  if (accelerator.name === "mps") return mpsDevice(devices);
  const available = accelerator.deviceCount();
  const indices = gpuIndices(devices, available);
  if (new Set(indices).size !== indices.length) throw error(devices, "an index is repeated");
  const missing = indices.filter((index) => index >= available);
  if (missing.length > 0) {
    throw new FabricError(
      "FABRIC_MISSING_DEVICE",
      `\`devices: ${JSON.stringify(devices)}\` asks for ${accelerator.name} device ${missing.join(", ")}, but there ${available === 1 ? "is 1" : `are ${available}`} (numbered from 0, after visibility masking).`,
    );
  }
  return indices.map((index) => `${accelerator.name}:${index}` as Device);
}

function cpuProcesses(devices: DevicesOption): Device[] {
  const count =
    devices === "auto"
      ? 1
      : typeof devices === "number"
        ? devices
        : typeof devices === "string" && /^\s*\d+\s*$/.test(devices)
          ? Number(devices)
          : -1;
  if (count < 1)
    throw error(devices, 'on the CPU it is the number of processes: a positive integer or "auto"');
  return Array.from({ length: count }, () => "cpu" as Device);
}

function mpsDevice(devices: DevicesOption): Device[] {
  const one =
    devices === "auto" || devices === 1 || devices === -1 || devices === "1" || devices === "-1";
  const first =
    (Array.isArray(devices) && devices.length === 1 && devices[0] === 0) || devices === "0,";
  if (!one && !first) throw error(devices, "mps has one device");
  return ["mps"];
}

function gpuIndices(devices: DevicesOption, available: number): number[] {
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  if (devices === "auto" || devices === -1) return range(available);
  if (typeof devices === "number") return range(devices);
  if (typeof devices !== "string") return [...devices];
  const text = devices.trim();
  if (text === "-1") return range(available);
  if (!text.includes(",")) return range(Number(text));
  return text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
}

function error(devices: unknown, reason: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_DEVICES",
    `Cannot use \`devices: ${JSON.stringify(devices) ?? typeof devices}\`: ${reason}. Leave it out to take what this machine has.`,
  );
}
