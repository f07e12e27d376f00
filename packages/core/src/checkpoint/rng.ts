// The state of the default random generator, so that dropout and shuffling go on where a saved run was.

import { isPlainObject } from "../collections.js";
import { isTensor, nn, optim, torch } from "../torch.js";
import { unwrapOne } from "../wrappers/wrapped.js";

/** Key under which the generator's state is stored; users cannot use it. */
export const RNG_KEY = "@fabric/rng";

/** The state of torch's default CPU generator, as bytes: the tensors of a checkpoint are the user's alone. @internal */
export function collectRng(): Record<string, unknown> {
  return torch.scope(() => ({ cpu: torch.getRngState().toTypedArray() }));
}

/**
 * Whether a load goes on with training: it asks for an optimizer. A model that is loaded to be used leaves the generator alone. @internal
 */
export function resumesTraining(state: Record<string, unknown> | undefined): boolean {
  return state !== undefined && Object.values(state).some(holdsOptimizer);
}

/** Restores what {@link collectRng} gave; a checkpoint without it changes nothing. @internal */
export function restoreRng(stored: unknown): void {
  if (!isPlainObject(stored)) return;
  const { cpu } = stored;
  if (!(cpu instanceof Uint8Array)) return;
  torch.scope(() => torch.setRngState(torch.tensorFromBytes(cpu, "uint8", [cpu.length])));
}

function holdsOptimizer(value: unknown): boolean {
  const object = unwrapOne(value, true);
  if (object instanceof optim.Optimizer) return true;
  if (isTensor(object) || object instanceof nn.Module) return false;
  if (Array.isArray(object)) return object.some(holdsOptimizer);
  return isPlainObject(object) && Object.values(object).some(holdsOptimizer);
}
