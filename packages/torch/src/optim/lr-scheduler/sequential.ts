// Schedulers made of others, and the warm-up most people mean.
import { FabricError, show } from "../../errors.js";
import { LRScheduler, type Schedulable, type SchedulerState } from "./base.js";
import { LinearLR } from "./decay.js";

/** Hands over from one scheduler to the next at the milestones. */
export class SequentialLR extends LRScheduler {
  readonly #schedulers: readonly LRScheduler[];
  readonly #milestones: readonly number[];

  /** @param milestones - the step at which each scheduler but the first begins. */
  constructor(
    optimizer: Schedulable,
    schedulers: readonly LRScheduler[],
    milestones: readonly number[],
  ) {
    if (schedulers.length !== milestones.length + 1 || schedulers.length === 0) {
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `SequentialLR: expected one milestone fewer than schedulers but received ${schedulers.length} and ${milestones.length}.`,
      );
    }
    if (schedulers.some((s) => s.optimizer !== optimizer))
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        "SequentialLR: every scheduler must be of the same optimizer.",
      );
    super(optimizer, -1);
    this.#schedulers = schedulers;
    this.#milestones = milestones;
    this.apply();
  }

  get #active(): number {
    return this.#milestones.filter((m) => m <= this.lastEpoch).length;
  }

  protected override rate(i: number): number {
    const at = this.#active;
    const scheduler = this.#schedulers[at] as LRScheduler;
    const local = this.lastEpoch - (at === 0 ? 0 : (this.#milestones[at - 1] as number));
    if (i === 0 && scheduler.lastEpoch !== local) {
      scheduler.lastEpoch = local - 1;
      scheduler.step();
    }
    return rateOf(scheduler, i);
  }

  override stateDict(): SchedulerState {
    return { ...super.stateDict(), _schedulers: this.#schedulers.map((s) => s.stateDict()) };
  }
  override loadStateDict(state: SchedulerState): void {
    const inner = state["_schedulers"];
    if (!Array.isArray(inner) || inner.length !== this.#schedulers.length)
      throw new FabricError(
        "FABRIC_CHECKPOINT_MISMATCH",
        `SequentialLR: expected the states of ${this.#schedulers.length} schedulers but received ${show(inner)}.`,
      );
    this.#schedulers.forEach((s, i) => {
      s.loadStateDict(inner[i] as SchedulerState);
    });
    super.loadStateDict(state);
  }
}

function rateOf(scheduler: LRScheduler, index: number): number {
  return (scheduler as unknown as { rate(i: number): number }).rate(index);
}

/** A linear rise from almost nothing over `warmupSteps`, then `after` (made for the same optimizer). */
export function withWarmup(
  after: LRScheduler,
  warmupSteps: number,
  options: { startFactor?: number } = {},
): SequentialLR {
  const { optimizer } = after;
  const warmup = new LinearLR(optimizer, {
    startFactor: options.startFactor ?? 1e-3,
    totalIters: warmupSteps,
  });
  return new SequentialLR(optimizer, [warmup, after], [warmupSteps]);
}
