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
  /** Fall as fast as it rose, then to almost nothing, instead of falling in one go. Default false. */
  threePhase?: boolean;
}

/** Up from `maxLr / divFactor` to `maxLr`, then down to almost nothing; made for one call of `step` a batch. */
export class OneCycleLR extends LRScheduler {
  readonly #maxLrs: readonly number[];
  readonly #options: Required<OneCycleOptions>;

  /** @param maxLr - the peak; one for all groups, or one a group. */
  constructor(optimizer: Schedulable, maxLr: number | readonly number[], options: OneCycleOptions) {
    const complete = {
      pctStart: 0.3,
      annealStrategy: "cos",
      cycleMomentum: true,
      baseMomentum: 0.85,
      maxMomentum: 0.95,
      divFactor: 25,
      finalDivFactor: 1e4,
      threePhase: false,
      lastEpoch: -1,
      ...options,
    } as Required<OneCycleOptions>;
    checkCount("OneCycleLR", "totalSteps", complete.totalSteps);
    if (!(complete.pctStart >= 0 && complete.pctStart <= 1))
      throw bad("pctStart", complete.pctStart, "a number in [0, 1]");
    if (complete.annealStrategy !== "cos" && complete.annealStrategy !== "linear")
      throw bad("annealStrategy", complete.annealStrategy, '"cos" or "linear"');
    super(optimizer, complete.lastEpoch);
    this.#maxLrs = typeof maxLr === "number" ? this.baseLrs.map(() => maxLr) : maxLr;
    if (this.#maxLrs.length !== this.baseLrs.length)
      throw bad("maxLr", maxLr, `a number, or ${this.baseLrs.length}, one a group`);
    this.#options = complete;
    this.apply();
  }

  #between(start: number, end: number, share: number): number {
    if (this.#options.annealStrategy === "linear") return (end - start) * share + start;
    return end + ((start - end) / 2) * (1 + Math.cos(Math.PI * share));
  }

  /** A value at this step that goes from `low` to `high` and down to `last`, over `low` in three phases. */
  #cycle(low: number, high: number, last: number): number {
    const { totalSteps, pctStart, threePhase } = this.#options;
    const peak = pctStart * totalSteps - 1;
    const corners: [at: number, value: number][] = [
      [0, low],
      [peak, high],
    ];
    if (threePhase) corners.push([2 * peak, low]);
    corners.push([totalSteps - 1, last]);
    const next = Math.max(
      1,
      corners.findIndex(([at], i) => i > 0 && this.lastEpoch <= at),
    );
    const end = this.lastEpoch > totalSteps - 1 ? corners.length - 1 : next;
    const [from, start] = corners[end - 1] as [number, number];
    const [to, value] = corners[end] as [number, number];
    return to === from ? value : this.#between(start, value, (this.lastEpoch - from) / (to - from));
  }

  protected override rate(i: number): number {
    const { divFactor, finalDivFactor, totalSteps } = this.#options;
    // The call after the last batch is let through, as PyTorch does: loops step once a batch.
    if (this.lastEpoch > totalSteps)
      throw new FabricError(
        "FABRIC_USAGE_SCHEDULER_END",
        `OneCycleLR: step ${this.lastEpoch} of a cycle of ${totalSteps}; give a larger totalSteps.`,
      );
    const highest = this.#maxLrs[i] as number;
    const initial = highest / divFactor;
    return this.#cycle(initial, highest, initial / finalDivFactor);
  }

  protected override apply(): void {
    super.apply();
    if (!this.#options.cycleMomentum) return;
    const { maxMomentum, baseMomentum } = this.#options;
    const momentum = this.#cycle(maxMomentum, baseMomentum, maxMomentum);
    for (const group of this.groups) {
      if (group.betas !== undefined) group.betas = [momentum, group.betas[1]];
      else if (group.momentum !== undefined) group.momentum = momentum;
    }
  }
}

function bad(name: string, value: unknown, expected: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_SCHEDULER",
    `OneCycleLR: expected ${expected} for \`${name}\` but received ${show(value)}.`,
  );
}
