// Seeds of the devices' default generators. torch.manualSeed seeds them too.
import { seedValue } from "../random.js";
import { runtime } from "../runtime.js";
import { call, deviceCount, isAvailable } from "./available.js";

/** Seeds the default generator of the current device. Does nothing without one. */
export function manualSeed(seed: number | bigint): void {
  const value = seedValue(seed, "cuda.manualSeed");
  if (!isAvailable()) return;
  call("manualSeed", [seed], () => runtime().cudaSeed(runtime().cudaCurrentDevice(), value));
}

/** Seeds the default generators of all devices. Does nothing without one. */
export function manualSeedAll(seed: number | bigint): void {
  const value = seedValue(seed, "cuda.manualSeedAll");
  call("manualSeedAll", [seed], () => {
    for (let index = 0; index < deviceCount(); index++) runtime().cudaSeed(index, value);
  });
}
