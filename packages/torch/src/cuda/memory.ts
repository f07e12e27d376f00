// What libtorch's allocator of device memory holds. It keeps freed blocks for later: reserved is what it has, allocated what tensors use.
import { runtime } from "../runtime.js";
import { type CudaDevice, call, deviceIndex, isAvailable } from "./available.js";

/** Statistics under PyTorch's names: `"allocated_bytes.all.peak"`, `"num_ooms"`, ... Empty until the device is in use. */
export type MemoryStats = Readonly<Record<string, number>>;

/** Free and total bytes of a device, as its driver tells them, other processes included. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function memGetInfo(device?: CudaDevice): [free: number, total: number] {
  const index = deviceIndex("memGetInfo", device);
  return call("memGetInfo", [index], () => runtime().cudaMemGetInfo(index));
}

/** All statistics of the allocator; empty without a device, as in PyTorch. @param device - default: the current one. */
export function memoryStats(device?: CudaDevice): MemoryStats {
  if (!isAvailable()) return {};
  const index = deviceIndex("memoryStats", device);
  return call("memoryStats", [index], () => runtime().cudaMemoryStats(index));
}

/** Bytes that tensors use. 0 without a device. */
export function memoryAllocated(device?: CudaDevice): number {
  return memoryStats(device)["allocated_bytes.all.current"] ?? 0;
}
/** The most bytes that tensors have used since the start or {@link resetPeakMemoryStats}. 0 without a device. */
export function maxMemoryAllocated(device?: CudaDevice): number {
  return memoryStats(device)["allocated_bytes.all.peak"] ?? 0;
}
/** Bytes that the allocator has taken from the device. 0 without one. */
export function memoryReserved(device?: CudaDevice): number {
  return memoryStats(device)["reserved_bytes.all.current"] ?? 0;
}
/** The most bytes that the allocator has taken since the start or {@link resetPeakMemoryStats}. 0 without a device. */
export function maxMemoryReserved(device?: CudaDevice): number {
  return memoryStats(device)["reserved_bytes.all.peak"] ?? 0;
}

/** Starts the peaks from what is held now. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function resetPeakMemoryStats(device?: CudaDevice): void {
  const index = deviceIndex("resetPeakMemoryStats", device);
  call("resetPeakMemoryStats", [index], () => runtime().cudaResetPeak(index));
}

/** Sets the counts of what was allocated and freed so far to zero. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function resetAccumulatedMemoryStats(device?: CudaDevice): void {
  const index = deviceIndex("resetAccumulatedMemoryStats", device);
  call("resetAccumulatedMemoryStats", [index], () => runtime().cudaResetAccumulated(index));
}

/** Gives blocks that no tensor uses back to the device. Does nothing without one. */
export function emptyCache(): void {
  call("emptyCache", [], () => runtime().cudaEmptyCache());
}
