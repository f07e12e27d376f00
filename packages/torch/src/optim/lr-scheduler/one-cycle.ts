// The one-cycle policy (Smith and Topin 2018).
import { FabricError, show } from "../../errors.js";
import { checkCount, LRScheduler, type Schedulable } from "./base.js";
import type { SchedulerOptions } from "./decay.js";

/** Options of {@link OneCycleLR}. */
export interface OneCycleOptions extends SchedulerOptions {
  /** Steps of the whole cycle. */
  totalSteps: number;
  /** Share of the rise. Default 0.3. */
  pctStart?: number;
  /** Default `"cos"`. */
  annealStrategy?: "cos" | "linear";
  /** Move the momentum (or beta1) against the rate. Default true. */
  cycleMomentum?: boolean;
  /** Default 0.85. */
  baseMomentum?: number;
  /** Default 0.95. */
  maxMomentum?: number;
  /** The start is `maxLr / divFactor`. Default 25. */
  divFactor?: number;
  /** The end is the start divided by this. Default 1e4. */
  finalDivFactor?: number;
}

/** Up from `maxLr / divFactor` to `maxLr`, then down to almost nothing; made for one call of `step` a batch. */
export class OneCycleLR extends LRScheduler {
  readonly #maxLr: number;
  readonly #options: Required<OneCycleOptions>;

  constructor(optimizer: Schedulable, maxLr: number, options: OneCycleOptions) {
    const complete = {
      pctStart: 0.3,
      annealStrategy: "cos",
      cycleMomentum: true,
      baseMomentum: 0.85,
      maxMomentum: 0.95,
      divFactor: 25,
      finalDivFactor: 1e4,
      lastEpoch: -1,
      ...options,
    } as Required<OneCycleOptions>;
    checkCount("OneCycleLR", "totalSteps", complete.totalSteps);
    if (!(complete.pctStart >= 0 && complete.pctStart <= 1))
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `OneCycleLR: expected a number in [0, 1] for \`pctStart\` but received ${show(complete.pctStart)}.`,
      );
    super(optimizer, complete.lastEpoch);
    this.#maxLr = maxLr;
    this.#options = complete;
    this.apply();
  }

  #between(start: number, end: number, share: number): number {
    if (this.#options.annealStrategy === "linear") return (end - start) * share + start;
    return end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
  }

  /** A value at this step that goes from `low` to `high` and down to `last`. */
  #cycle(low: number, high: number, last: number): number {
    const { totalSteps, pctStart } = this.#options;
    const peak = pctStart * totalSteps - 1;
    if (this.lastEpoch <= peak)
      return this.#between(low, high, peak <= 0 ? 1 : this.lastEpoch / peak);
    return this.#between(high, last, (this.lastEpoch - peak) / (totalSteps - 1 - peak));
  }

  protected override rate(): number {
    const { divFactor, finalDivFactor, totalSteps } = this.#options;
    if (this.lastEpoch >= totalSteps)
      throw new FabricError(
        "FABRIC_USAGE_SCHEDULER_END",
        `OneCycleLR: step ${this.lastEpoch + 1} of a cycle of ${totalSteps}; give a larger totalSteps.`,
      );
    const initial = this.#maxLr / divFactor;
    return this.#cycle(initial, this.#maxLr, initial / finalDivFactor);
  }

  protected override apply(): void {
    super.apply();
    if (!this.#options.cycleMomentum) return;
    const momentum = this.#cycle(
      this.#options.maxMomentum,
      this.#options.baseMomentum,
      this.#options.maxMomentum,
    );
    for (const group of this.groups) {
      if (group.betas !== undefined) group.betas = [momentum, group.betas[1]];
      else if (group.momentum !== undefined) group.momentum = momentum;
    }
  }
}
