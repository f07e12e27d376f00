// The states of random generators, so that dropout and shuffling go on where a saved run was.

import { holds, isPlainObject } from "../collections.js";
import { type Device, FabricError, optim, torch } from "../torch.js";
import { unwrapOne } from "../wrappers/wrapped.js";

/** Key under which the generator's state is stored; users cannot use it. */
export const RNG_KEY = "@fabric/rng";

/** States of torch's default generators by device, as bytes: the tensors of a checkpoint are the user's alone. @internal */
export function collectRng(): Record<string, unknown> {
  return Object.fromEntries(
    devices().map((device) => [device, generatorState(torch.defaultGenerator(device))]),
  );
}

/** A generator's state, as bytes. @internal */
export function generatorState(generator: torch.Generator): Uint8Array {
  return torch.scope(() => generator.getState().toTypedArray() as Uint8Array);
}

/** Restores what {@link generatorState} gave. @throws FabricError `FABRIC_CHECKPOINT_STATE` for anything else. @internal */
export function setGeneratorState(generator: torch.Generator, bytes: unknown): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_STATE",
      "The checkpoint has no generator's state where a torch.Generator is to be loaded. Ask for the key that it was saved under.",
    );
  }
  torch.scope(() => generator.setState(torch.tensorFromBytes(bytes, "uint8", [bytes.length])));
}

/**
 * Whether a load goes on with training: it asks for an optimizer. A model that is loaded to be used leaves the generator alone. @internal
 */
export function resumesTraining(state: Record<string, unknown> | undefined): boolean {
  return holds(state, (value) => unwrapOne(value, true) instanceof optim.Optimizer);
}

/** Restores what {@link collectRng} gave; a checkpoint without it changes nothing. @internal */
export function restoreRng(stored: unknown): void {
  if (!isPlainObject(stored)) return;
  for (const device of devices()) {
    const bytes = stored[device];
    if (bytes instanceof Uint8Array) setGeneratorState(torch.defaultGenerator(device), bytes);
  }
}

/** Devices with a generator of their own; a checkpoint may come from a machine with more, or fewer. */
function devices(): Device[] {
  const gpus = Array.from({ length: torch.cuda.deviceCount() }, (_, i) => `cuda:${i}` as const);
  return ["cpu", ...gpus];
}
