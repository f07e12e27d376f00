// What code that reads a device's memory has to know: whether the device's work is being recorded, which it then cannot do.
import { FabricError } from "../errors.js";

let recorded: string | null = null;
let hostless = 0;

/** Marks that the work of a kind of device, `"cuda"`, is being recorded: reads of its memory throw until the returned function is called. `cuda.graph` does it. */
export function recording(deviceType: string): () => void {
  const before = recorded;
  recorded = deviceType;
  return () => {
    recorded = before;
  };
}

/** @internal Throws if `device` is being recorded. `who` reads a number back. */
export function refuseHostRead(who: string, deviceOf: () => string): void {
  if (recorded === null) return;
  const device = deviceOf();
  if (!device.startsWith(recorded)) return;
  throw hostRead(who, `a tensor on ${device}`);
}

/** @internal The error of a read that a recording cannot hold. */
export function hostRead(who: string, what: string, cause?: unknown): FabricError {
  return new FabricError(
    "FABRIC_CAPTURE_HOST_READ",
    `${who}: reads ${what} while the device's work is being recorded into a graph, where nothing has been computed yet. Keep such reads, and operators whose output shapes depend on values, out of what is recorded: return the tensor and read it afterwards.`,
    { cause },
  );
}

/** @internal Whether a recording is under way. */
export function isRecording(): boolean {
  return recorded !== null;
}

/**
 * Runs `fn` as a recording demands, also where none is under way, as in the steps before one: optimizers and scalers then leave every decision to
 * the device.
 */
export function withoutHostReads<T>(fn: () => T): T {
  hostless += 1;
  try {
    return fn();
  } finally {
    hostless -= 1;
  }
}

/** Whether code that could ask the device, or leave the decision to it, must leave it: a step is being recorded, or prepared for that. */
export function avoidsHostReads(): boolean {
  return hostless > 0 || recorded !== null;
}
