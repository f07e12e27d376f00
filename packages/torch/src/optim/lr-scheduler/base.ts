// The base of learning-rate schedulers.
import { FabricError, show } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";

/** What schedulers use of an optimizer. */
export interface Schedulable {
  readonly paramGroups: readonly object[];
}
interface Group {
  lr: number;
  initialLr?: number;
  momentum?: number;
  betas?: readonly [number, number];
}

/** A scheduler's state, plain data. */
export type SchedulerState = Record<string, unknown>;

/** Sets the learning rate of each group as a function of the number of {@link step} calls (epochs or batches: the caller decides). */
export abstract class LRScheduler {
  readonly optimizer: Schedulable;
  /** Rates of the groups when the first scheduler was made. */
  readonly baseLrs: number[];
  /** How many steps were made; 0 after construction. */
  lastEpoch: number;
  #lastLr: number[] = [];

  /** @param lastEpoch - where to go on; -1 (default) starts anew. */
  protected constructor(optimizer: Schedulable | Optimizer, lastEpoch = -1) {
    if (!Array.isArray((optimizer as Schedulable | undefined)?.paramGroups))
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `${new.target.name}: expected an optimizer but received ${show(optimizer)}.`,
      );
    this.optimizer = optimizer;
    for (const group of this.groups) {
      if (lastEpoch >= 0 && group.initialLr === undefined)
        throw new FabricError(
          "FABRIC_CONFIG_SCHEDULER",
          `${new.target.name}: lastEpoch ${lastEpoch} needs an optimizer whose groups have \`initialLr\`; load its state first.`,
        );
      group.initialLr ??= group.lr;
    }
    this.baseLrs = this.groups.map((g) => g.initialLr as number);
    this.lastEpoch = lastEpoch + 1;
  }

  /** The optimizer's groups. */
  protected get groups(): Group[] {
    return this.optimizer.paramGroups as Group[];
  }

  /** The rate of group `index` at `lastEpoch`. */
  protected abstract rate(index: number): number;

  /** Sets the rates for `lastEpoch`; subclasses call it when they are complete. */
  protected apply(): void {
    this.#lastLr = this.groups.map((group, i) => {
      group.lr = this.rate(i);
      return group.lr;
    });
  }

  /** Advances by one. */
  step(_metric?: number): void {
    this.lastEpoch++;
    this.apply();
  }

  /** The rates set last, a group each. */
  getLastLr(): number[] {
    return [...this.#lastLr];
  }

  /** Plain data that {@link loadStateDict} takes. */
  stateDict(): SchedulerState {
    return { last_epoch: this.lastEpoch, base_lrs: [...this.baseLrs], _last_lr: this.getLastLr() };
  }
  /** Goes on where another scheduler of the same kind was. @throws FabricError `FABRIC_CHECKPOINT_MISMATCH`. */
  loadStateDict(state: SchedulerState): void {
    const { last_epoch: lastEpoch, base_lrs: baseLrs, _last_lr: lastLr } = state;
    if (
      !Number.isInteger(lastEpoch) ||
      !Array.isArray(baseLrs) ||
      baseLrs.length !== this.baseLrs.length
    ) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_MISMATCH",
        `${this.constructor.name}: expected the state of a scheduler over ${this.baseLrs.length} group(s) but received ${show(state)}.`,
      );
    }
    this.lastEpoch = lastEpoch as number;
    this.baseLrs.splice(0, this.baseLrs.length, ...(baseLrs as number[]));
    this.#lastLr = Array.isArray(lastLr) ? [...(lastLr as number[])] : [];
    this.groups.forEach((group, i) => {
      if (this.#lastLr[i] !== undefined) group.lr = this.#lastLr[i];
    });
  }
}

/** An integer option of a scheduler. @throws FabricError `FABRIC_CONFIG_SCHEDULER`. */
export function checkCount(who: string, name: string, value: unknown, least = 1): void {
  if (Number.isInteger(value) && (value as number) >= least) return;
  throw new FabricError(
    "FABRIC_CONFIG_SCHEDULER",
    `${who}: expected an integer >= ${least} for \`${name}\` but received ${show(value)}.`,
  );
}
