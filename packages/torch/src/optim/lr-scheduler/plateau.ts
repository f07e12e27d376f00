// Lowers the rate when a metric stops improving.
import { FabricError, show } from "../../errors.js";
import type { Schedulable, SchedulerState } from "./base.js";

/** Options of {@link ReduceLROnPlateau}. */
export interface PlateauOptions {
  /** Whether smaller (default) or larger is better. */
  mode?: "min" | "max";
  /** Default 0.1. */
  factor?: number;
  /** Steps without improvement that are let pass. Default 10. */
  patience?: number;
  /** What counts as an improvement. Default 1e-4. */
  threshold?: number;
  /** Default `"rel"`. */
  thresholdMode?: "rel" | "abs";
  /** Steps after a reduction in which nothing counts. Default 0. */
  cooldown?: number;
  /** Default 0. */
  minLr?: number;
  /** Smaller changes are not made. Default 1e-8. */
  eps?: number;
}

/** `step(metric)` after each evaluation. */
export class ReduceLROnPlateau {
  readonly optimizer: Schedulable;
  readonly #options: Required<PlateauOptions>;
  #best: number;
  #badEpochs = 0;
  #cooldown = 0;
  lastEpoch = 0;

  constructor(optimizer: Schedulable, options: PlateauOptions = {}) {
    this.optimizer = optimizer;
    this.#options = {
      mode: "min",
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      thresholdMode: "rel",
      cooldown: 0,
      minLr: 0,
      eps: 1e-8,
      ...options,
    };
    if (!(this.#options.factor < 1))
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `ReduceLROnPlateau: expected a number < 1 for \`factor\` but received ${show(this.#options.factor)}.`,
      );
    this.#best = this.#options.mode === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    if (thresholdMode === "rel")
      return mode === "min"
        ? metric < this.#best * (1 - threshold)
        : metric > this.#best * (1 + threshold);
    return mode === "min" ? metric < this.#best - threshold : metric > this.#best + threshold;
  }

  /** Takes a metric in. @throws FabricError `FABRIC_CONFIG_SCHEDULER` if it is not a number. */
  step(metric: number): void {
    if (typeof metric !== "number")
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `ReduceLROnPlateau.step: expected a number but received ${show(metric)}.`,
      );
    this.lastEpoch++;
    const { patience, factor, cooldown, minLr, eps } = this.#options;
    if (this.#isBetter(metric)) {
      this.#best = metric;
      this.#badEpochs = 0;
    } else {
      this.#badEpochs++;
    }
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#badEpochs = 0;
    }
    if (this.#badEpochs <= patience) return;
    for (const group of this.optimizer.paramGroups as { lr: number }[]) {
      const next = Math.max(group.lr * factor, minLr);
      if (group.lr - next > eps) group.lr = next;
    }
    this.#cooldown = cooldown;
    this.#badEpochs = 0;
  }

  /** The rates now. */
  getLastLr(): number[] {
    return (this.optimizer.paramGroups as { lr: number }[]).map((g) => g.lr);
  }
  /** Plain data. */
  stateDict(): SchedulerState {
    return {
      best: this.#best,
      num_bad_epochs: this.#badEpochs,
      cooldown_counter: this.#cooldown,
      last_epoch: this.lastEpoch,
      _last_lr: this.getLastLr(),
    };
  }
  /** @throws FabricError `FABRIC_CHECKPOINT_MISMATCH`. */
  loadStateDict(state: SchedulerState): void {
    const {
      best,
      num_bad_epochs: bad,
      cooldown_counter: cooldown,
      last_epoch: epoch,
      _last_lr: rates,
    } = state;
    if (typeof bad !== "number" || typeof epoch !== "number")
      throw new FabricError(
        "FABRIC_CHECKPOINT_MISMATCH",
        `ReduceLROnPlateau: expected its own state but received ${show(state)}.`,
      );
    this.#best = Number(best ?? this.#best);
    this.#badEpochs = bad;
    this.#cooldown = Number(cooldown ?? 0);
    this.lastEpoch = epoch;
    (this.optimizer.paramGroups as { lr: number }[]).forEach((group, i) => {
      const rate = Array.isArray(rates) ? (rates[i] as number | undefined) : undefined;
      if (rate !== undefined) group.lr = rate;
    });
  }
}
