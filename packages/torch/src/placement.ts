// The device on which new tensors are made, in this thread.
import type { Device } from "./device.js";

let device: Device | null = null;

/** The default device set by `torch.device(d, ...)`, or null for the CPU. */
export function currentDevice(): Device | null {
  return device;
}

/** @internal Sets it and returns what was there. */
export function replaceDevice(next: Device | null): Device | null {
  const before = device;
  device = next;
  return before;
}
