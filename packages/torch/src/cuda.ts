// What there is of CUDA.
import { runtime } from "./runtime.js";

/** Whether a CUDA device can be used. */
export function isAvailable(): boolean {
  return runtime().info().hasCuda;
}
/** Number of CUDA devices. */
export function deviceCount(): number {
  return runtime().info().cudaDevices;
}
