// The device on which new tensors are made, in this thread.
import { type Device, deviceCode } from "./device.js";

let device: Device | null = null;

/** The default device set by `torch.device(d, ...)` or {@link setDefaultDevice}, or null for the CPU. */
export function currentDevice(): Device | null {
  return device;
}

/** @internal Sets it and returns what was there. */
export function replaceDevice(next: Device | null): Device | null {
  const before = device;
  device = next;
  return before;
}

/** The device that new tensors are made on in this thread; `"cpu"` unless changed. */
export function getDefaultDevice(): Device {
  return device ?? "cpu";
}

/**
 * Makes new tensors on `d` in this thread, unless a call names a device; worker threads have their own. Generators and tensors read from
 * files stay on the CPU. Inside `torch.device(...)` it holds until that ends. Nothing checks that the device is there: the first tensor does.
 *
 * @throws FabricError `FABRIC_TENSOR_ARGUMENT` for an unknown device.
 */
export function setDefaultDevice(d: Device): void {
  deviceCode(d);
  device = d === "cpu" ? null : d;
}
