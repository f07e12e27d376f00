// Gives up when the loss scale cannot help any more.

import type { StepReport } from "@fabric/core";
import { FabricError, noGrad, type optim, scope, type Tensor } from "@fabric/torch";
import { liveGradients } from "./gradients.js";

/** At this scale a gradient that overflows does so by itself. */
const NO_SCALE = 1;

/** Counts the skipped steps in a row that no smaller scale would have saved. */
export class Collapse {
  readonly #after: number;
  #count = 0;

  /** @param after - how many are too many. */
  constructor(after: number) {
    this.#after = after;
  }

  /** @throws FabricError `FABRIC_USAGE_LOSS_SCALE_COLLAPSED` naming the first parameter whose gradient is inf or nan. */
  look(
    optimizer: optim.Optimizer,
    { skipped, lossScale }: StepReport,
    nameOf: (parameter: Tensor) => string | undefined,
  ): void {
    if (!skipped || lossScale > NO_SCALE) {
      this.#count = 0;
      return;
    }
    this.#count += 1;
    if (this.#count < this.#after) return;
    const count = this.#count;
    this.#count = 0;
    throw new FabricError(
      "FABRIC_USAGE_LOSS_SCALE_COLLAPSED",
      `${count} steps in a row were skipped, although the loss scale has fallen to ${lossScale}: the gradient of ${firstNonfinite(optimizer, nameOf)} is inf or nan by itself. ` +
        'Look at the loss and the inputs of the last steps; a lower learning rate, clipping (fabric.clipGradients) or precision: "bf16-mixed" may help. ' +
        "Pass { collapseAfter: false } to MixedPrecision to go on all the same.",
    );
  }
}

function firstNonfinite(
  optimizer: optim.Optimizer,
  nameOf: (parameter: Tensor) => string | undefined,
): string {
  return noGrad(() =>
    scope(() => {
      const found = liveGradients(optimizer).find(
        ({ gradient }) => !gradient.isfinite().all().item<boolean>(),
      );
      return found === undefined ? "a parameter" : `\`${nameOf(found.parameter) ?? found.place}\``;
    }),
  );
}
