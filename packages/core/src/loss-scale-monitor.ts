// A callback that writes what becomes of the loss scale to the loggers.

import type { FabricBase } from "./fabric-base.js";
import { FabricError } from "./torch.js";

/** Options of {@link LossScaleMonitor}. */
export interface LossScaleMonitorOptions {
  /** Log every so many optimizer steps besides; default 100. Changes and skipped steps are logged when they happen. */
  everyNSteps?: number | undefined;
}

/** What {@link LossScaleMonitor} reads of `onAfterOptimizerStep`'s payload. */
export interface OptimizerStepEvent {
  /** The Fabric whose loggers are written to. */
  readonly fabric: Pick<FabricBase, "logDict">;
  /** False if the step was left out. */
  readonly stepped: boolean;
  /** Factor that the loss was multiplied with. */
  readonly lossScale: number;
  /** Norm of the gradients before clipping, where they were clipped. */
  readonly gradNorm?: number | undefined;
}

/**
 * Logs `lossScale` and `skippedSteps`, and `gradNorm` where gradients were clipped: at every skipped step, at every change of the scale, and
 * now and then. The numbers are those that the step has read already, so that nothing waits for the device.
 *
 * @example
 * ```ts
 * const fabric = new Fabric({ precision: "16-mixed", callbacks: [new LossScaleMonitor()], loggers: [new CSVLogger("logs")] });
 * ```
 */
export class LossScaleMonitor {
  readonly #everyNSteps: number;
  #step = 0;
  #skippedSteps = 0;
  #lossScale: number | null = null;

  /** @throws FabricError `FABRIC_CONFIG_OPTION` unless `everyNSteps` is an integer >= 1. */
  constructor({ everyNSteps = 100 }: LossScaleMonitorOptions = {}) {
    if (!Number.isInteger(everyNSteps) || everyNSteps < 1) {
      throw new FabricError(
        "FABRIC_CONFIG_OPTION",
        `LossScaleMonitor: expected an integer >= 1 for \`everyNSteps\` but received ${String(everyNSteps)}.`,
      );
    }
    this.#everyNSteps = everyNSteps;
  }

  /** Called by Fabric after every optimizer step. */
  onAfterOptimizerStep({ fabric, stepped, lossScale, gradNorm }: OptimizerStepEvent): void {
    this.#step += 1;
    if (!stepped) this.#skippedSteps += 1;
    const isNews = !stepped || lossScale !== this.#lossScale;
    this.#lossScale = lossScale;
    if (!isNews && this.#step % this.#everyNSteps !== 0) return;
    fabric.logDict(
      {
        lossScale,
        skippedSteps: this.#skippedSteps,
        ...(gradNorm === undefined ? {} : { gradNorm }),
      },
      this.#step,
    );
  }
}
