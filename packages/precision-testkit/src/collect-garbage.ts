// A full garbage collection, also without a flag on the command line.

import { queryObjects } from "node:v8";

class Nothing {}

/** Collects what is unreachable and lets finalizers run, until both have nothing more to do. */
export async function collectGarbage(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    // Searching the heap collects it first; Node calls it experimental, and says so once.
    if (globalThis.gc === undefined) queryObjects(Nothing);
    else globalThis.gc();
    await new Promise((resolve) => setImmediate(resolve)); // finalizers run between tasks
  }
}
