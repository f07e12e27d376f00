// torch.cuda.
export {
  type CudaDevice,
  deviceCount,
  isAvailable,
  isBuilt,
  unavailableReason,
} from "./available.js";
export {
  cudaVersion,
  cudnnVersion,
  currentDevice,
  type DeviceProperties,
  driverVersion,
  getDeviceCapability,
  getDeviceName,
  getDeviceProperties,
  init,
  ncclVersion,
  setDevice,
  synchronize,
} from "./devices.js";
export { Event, type EventOptions } from "./event.js";
export {
  type CaptureErrorMode,
  type CaptureOptions,
  CUDAGraph,
  type GraphOptions,
  type GraphPool,
  graph,
  graphPoolHandle,
  isCurrentStreamCapturing,
} from "./graph.js";
export {
  emptyCache,
  type MemoryStats,
  maxMemoryAllocated,
  maxMemoryReserved,
  memGetInfo,
  memoryAllocated,
  memoryReserved,
  memoryStats,
  resetAccumulatedMemoryStats,
  resetPeakMemoryStats,
} from "./memory.js";
export { allowTf32Convolutions, setAllowTf32Convolutions } from "./precision.js";
export { avoidsHostReads, recording, withoutHostReads } from "./recording.js";
export { manualSeed, manualSeedAll } from "./seed.js";
export {
  currentStream,
  defaultStream,
  Stream,
  type StreamOptions,
  setStream,
  stream,
} from "./stream.js";
