// Main weights in checkpoints: by the number that the parameter has in its optimizer's state dict.

import { warnOnce } from "@fabric/core";
import { FabricError, isTensor, noGrad, type optim, scope, type Tensor } from "@fabric/torch";

/** Main weights of one optimizer, by the number of their parameter. */
export type MainState = Record<string, Tensor>;

/** The live main weights of an optimizer. */
export function collectMain(optimizer: optim.Optimizer): MainState {
  const entries: MainState = {};
  numbered(optimizer).forEach((parameter, number) => {
    const main = optimizer.mainParams.get(parameter);
    if (main !== undefined) entries[number] = main;
  });
  return entries;
}

/**
 * Takes over saved main weights, in the order of set-up, where the weights are those that were saved with them: a checkpoint may also be
 * read for its other entries. Those that are left out are said once.
 *
 * @returns the weights whose main weights were restored.
 * @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` for other optimizers or shapes; nothing was restored then.
 */
export function restoreMain(saved: unknown, optimizers: readonly optim.Optimizer[]): Tensor[] {
  if (optimizers.length === 0) {
    notUsed("no optimizer is set up. To resume training, load after fabric.setup");
    return [];
  }
  if (!Array.isArray(saved) || saved.length !== optimizers.length) {
    throw mismatch(
      `it has main weights of ${Array.isArray(saved) ? saved.length : "no"} optimizers, and ${optimizers.length} are set up. Load after fabric.setup`,
    );
  }
  const copies: [weight: Tensor, main: Tensor, value: Tensor][] = [];
  optimizers.forEach((optimizer, i) => {
    const entries = (saved[i] ?? {}) as Record<string, unknown>;
    numbered(optimizer).forEach((weight, number) => {
      const main = optimizer.mainParams.get(weight);
      if (main === undefined) return;
      const value = entries[number];
      if (!isTensor(value) || value.shape.join() !== main.shape.join())
        throw mismatch(
          `parameter ${number} of optimizer ${i} has the shape [${main.shape.join(", ")}], the main weight saved for it ${isTensor(value) ? `[${value.shape.join(", ")}]` : "is missing"}`,
        );
      copies.push([weight, main, value]);
    });
  });
  const fitting = copies.filter(([weight, , value]) => roundsTo(value, weight));
  if (fitting.length < copies.length)
    notUsed(
      `${copies.length - fitting.length} of ${copies.length} weights are not those it was saved with. To resume training, load the model with the optimizer`,
    );
  noGrad(() => {
    for (const [, main, value] of fitting) main.copy_(value);
  });
  return fitting.map(([weight]) => weight);
}

/** Parameters in the order of their numbers in a state dict. */
function numbered(optimizer: optim.Optimizer): Tensor[] {
  return [...new Set(optimizer.paramGroups.flatMap((group) => [...group.params]))];
}

/** Whether `weight` is what rounding makes of `main`: the nearest number, or by chance the one next to it. */
function roundsTo(main: Tensor, weight: Tensor): boolean {
  return noGrad(() =>
    scope(() => {
      const nearest = main.to({ dtype: weight.dtype, device: weight.device });
      // Neighbours in a 16-bit format are neighbours as integers.
      const [a, b] = [nearest, weight.detach()].map((t) =>
        t.contiguous().view("int16").to("int32"),
      ) as [Tensor, Tensor];
      return a.sub(b).abs().le(1).all().item<boolean>();
    }),
  );
}

function notUsed(reason: string): void {
  warnOnce(
    "FABRIC_CHECKPOINT_MASTER_WEIGHTS",
    `The checkpoint holds float32 master weights, which are not used: ${reason}.`,
  );
}

function mismatch(reason: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_MISMATCH",
    `The checkpoint's master weights do not fit: ${reason}. Nothing of them was loaded.`,
  );
}
