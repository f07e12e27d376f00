// What tensors take: handles, bytes and the peak, by device.
import { deviceCount } from "./cuda/available.js";
import { maxMemoryAllocated, memoryAllocated, resetPeakMemoryStats } from "./cuda/memory.js";
import { deviceName } from "./device.js";
import { runtime } from "./runtime.js";

/** Memory of one device. */
export interface DeviceMemory {
  /** Live tensor handles in this thread. */
  tensors: number;
  /** Bytes that libtorch's allocator holds for storages, each counted once; of the whole process; on CUDA of all devices together. */
  bytes: number;
  /** The most bytes since the start or the last {@link resetPeakMemory}. */
  peakBytes: number;
}

/** Memory by device; `cpu` is always there. */
export function memory(): Record<string, DeviceMemory> & { cpu: DeviceMemory } {
  const [bytes = 0, peakBytes = 0, ...handles] = runtime().memory();
  const result: Record<string, DeviceMemory> & { cpu: DeviceMemory } = {
    cpu: { tensors: handles[0] ?? 0, bytes, peakBytes },
  };
  handles.forEach((tensors, type) => {
    if (type === 0 || tensors === 0) return;
    // Bytes are the device's allocator's to tell, which for mps and others has no such interface; handles are ours.
    const bytes = type === CUDA ? overDevices(memoryAllocated) : 0;
    const peakBytes = type === CUDA ? overDevices(maxMemoryAllocated) : 0;
    result[deviceName(type * 256)] = { tensors, bytes, peakBytes };
  });
  return result;
}

/** c10::DeviceType of CUDA. */
const CUDA = 1;

function overDevices(ask: (device: number) => number): number {
  let total = 0;
  for (let i = 0; i < deviceCount(); i++) total += ask(i);
  return total;
}

/** Starts the peak from what is held now, on every device. */
export function resetPeakMemory(): void {
  runtime().resetPeakMemory();
  for (let i = 0; i < deviceCount(); i++) if (memoryAllocated(i) > 0) resetPeakMemoryStats(i);
}
