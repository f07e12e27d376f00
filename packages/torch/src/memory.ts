// What tensors take: handles, bytes and the peak, by device.
import { deviceName } from "./device.js";
import { runtime } from "./runtime.js";

/** Memory of one device. */
export interface DeviceMemory {
  /** Live tensor handles in this thread. */
  tensors: number;
  /** Bytes that libtorch's allocator holds for storages, each counted once; on the CPU of the whole process. */
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
    // Other devices' bytes are their allocators' to tell; handles are ours.
    if (type > 0 && tensors > 0)
      result[deviceName(type * 256)] = { tensors, bytes: 0, peakBytes: 0 };
  });
  return result;
}

/** Starts the peak from what is held now. */
export function resetPeakMemory(): void {
  runtime().resetPeakMemory();
}
