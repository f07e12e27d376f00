// Schedulers whose rates multiply.
import { FabricError, show } from "../../errors.js";
import { LRScheduler, type Schedulable, type SchedulerState } from "./base.js";
import type { SchedulerOptions } from "./decay.js";

/** Multiplies the rate by `fn(t)` at each step `t` = 1, 2, ...; one function, or one a group. */
export class MultiplicativeLR extends LRScheduler {
  readonly #lambdas: readonly ((epoch: number) => number)[];
  readonly #products: { epoch: number; product: number }[];

  constructor(
    optimizer: Schedulable,
    lrLambda: ((epoch: number) => number) | readonly ((epoch: number) => number)[],
    options: SchedulerOptions = {},
  ) {
    super(optimizer, options.lastEpoch);
    this.#lambdas = typeof lrLambda === "function" ? this.baseLrs.map(() => lrLambda) : lrLambda;
    if (this.#lambdas.length !== this.baseLrs.length)
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `MultiplicativeLR: expected ${this.baseLrs.length} functions, one a group, but received ${this.#lambdas.length}.`,
      );
    this.#products = this.baseLrs.map(() => ({ epoch: 0, product: 1 }));
    this.apply();
  }

  protected override rate(i: number): number {
    const known = this.#products[i] as { epoch: number; product: number };
    if (known.epoch > this.lastEpoch) Object.assign(known, { epoch: 0, product: 1 });
    while (known.epoch < this.lastEpoch) {
      known.epoch++;
      known.product *= (this.#lambdas[i] as (epoch: number) => number)(known.epoch);
    }
    return (this.baseLrs[i] as number) * known.product;
  }
}

/**
 * Several schedulers of one optimizer at once: `base * product of (rate_k / base)`. A lower bound inside one of them (`etaMin`) is
 * a bound of its own factor, not of the product.
 */
export class ChainedScheduler extends LRScheduler {
  readonly #schedulers: readonly LRScheduler[];

  /** @throws FabricError `FABRIC_CONFIG_SCHEDULER` for none, or for schedulers of different optimizers. */
  constructor(schedulers: readonly LRScheduler[]) {
    const optimizer = schedulers[0]?.optimizer;
    if (optimizer === undefined || schedulers.some((s) => s.optimizer !== optimizer))
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `ChainedScheduler: expected schedulers of one optimizer but received ${show(schedulers)}.`,
      );
    super(optimizer, -1);
    this.#schedulers = schedulers;
    this.apply();
  }

  protected override rate(i: number): number {
    const base = this.baseLrs[i] as number;
    if (base === 0) return 0;
    let rate = base;
    for (const scheduler of this.#schedulers)
      rate *= (scheduler.getLastLr()[i] as number) / (scheduler.baseLrs[i] as number);
    return rate;
  }

  override step(): void {
    for (const scheduler of this.#schedulers) scheduler.step();
    super.step();
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), _schedulers: this.#schedulers.map((s) => s.stateDict()) };
  }
  override loadStateDict(state: SchedulerState): void {
    const inner = state["_schedulers"];
    if (!Array.isArray(inner) || inner.length !== this.#schedulers.length)
      throw new FabricError(
        "FABRIC_CHECKPOINT_MISMATCH",
        `ChainedScheduler: expected the states of ${this.#schedulers.length} schedulers but received ${show(inner)}.`,
      );
    this.#schedulers.forEach((s, i) => {
      s.loadStateDict(inner[i] as SchedulerState);
    });
    super.loadStateDict(state);
  }
}
