// Devices: which one is current, what they are, waiting for them.
import { runtime } from "../runtime.js";
import { type CudaDevice, call, deviceIndex, facts, requireCuda } from "./available.js";

/** What a CUDA device is. */
export interface DeviceProperties {
  /** As NVIDIA calls it: `"NVIDIA H100 80GB HBM3"`. */
  name: string;
  /** Compute capability before the point. */
  major: number;
  /** Compute capability after the point. */
  minor: number;
  /** Bytes of memory. */
  totalMemory: number;
  /** Streaming multiprocessors. */
  multiProcessorCount: number;
}

/** The number of the device that `"cuda"` means on this thread. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function currentDevice(): number {
  return deviceIndex("currentDevice", undefined);
}

/** Makes a device the one that `"cuda"` means on this thread. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function setDevice(device: CudaDevice): void {
  const index = deviceIndex("setDevice", device);
  call("setDevice", [device], () => runtime().cudaSetDevice(index));
}

/** What a device is. @param device - default: the current one. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function getDeviceProperties(device?: CudaDevice): DeviceProperties {
  const index = deviceIndex("getDeviceProperties", device);
  return call("getDeviceProperties", [index], () => runtime().cudaProperties(index));
}

/** The name of a device. @param device - default: the current one. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function getDeviceName(device?: CudaDevice): string {
  const index = deviceIndex("getDeviceName", device);
  return call("getDeviceName", [index], () => runtime().cudaProperties(index)).name;
}

/**
 * The compute capability of a device, `[major, minor]`: `[9, 0]` for Hopper.
 *
 * @param device - among the visible devices; default: the current one.
 * @throws FabricError `FABRIC_MISSING_DEVICE` if there is no such device.
 */
export function getDeviceCapability(device?: CudaDevice): [major: number, minor: number] {
  const index = deviceIndex("getDeviceCapability", device);
  const { major, minor } = call("getDeviceCapability", [index], () =>
    runtime().cudaProperties(index),
  );
  return [major, minor];
}

/** Waits until a device has done everything it was given. @param device - default: the current one. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function synchronize(device?: CudaDevice): void {
  const index = deviceIndex("synchronize", device);
  call("synchronize", [index], () => runtime().cudaSynchronize(index));
}

/** The CUDA version that libtorch was built with, `"13.0"`; null for a build without CUDA. */
export function cudaVersion(): string | null {
  return facts().version;
}

/** The newest CUDA version that the installed driver supports; null without a driver. */
export function driverVersion(): string | null {
  return facts().driver;
}

/** cuDNN's version as a number, 9.24.0 is 92400; null where libtorch has none. */
export function cudnnVersion(): number | null {
  return facts().cudnn;
}

/** NCCL's version, `[major, minor, patch]`; null where libtorch brings none. */
export function ncclVersion(): [major: number, minor: number, patch: number] | null {
  const { nccl } = facts();
  if (nccl === null) return null;
  // 2.9 and later count patches to 100 and minors to 100, as ncclGetVersion documents.
  return [Math.floor(nccl / 10000), Math.floor((nccl % 10000) / 100), nccl % 100];
}

/** Waits for nothing; throws unless a device can be used. @throws FabricError `FABRIC_MISSING_DEVICE` with the reason. */
export function init(): void {
  requireCuda("init");
  call("init", [], () => runtime().cudaCurrentDevice());
}
