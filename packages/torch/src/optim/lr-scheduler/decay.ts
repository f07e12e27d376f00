// Schedulers whose rate is a closed form of the step.
import { FabricError, show } from "../../errors.js";
import { checkCount, LRScheduler, type Schedulable } from "./base.js";

/** Options of every scheduler. */
export interface SchedulerOptions {
  /** Where to go on; -1 (default) starts anew. */
  lastEpoch?: number;
}

/** `base * gamma^floor(t / stepSize)` */
export class StepLR extends LRScheduler {
  readonly #stepSize: number;
  readonly #gamma: number;
  constructor(
    optimizer: Schedulable,
    stepSize: number,
    options: SchedulerOptions & { gamma?: number } = {},
  ) {
    checkCount("StepLR", "stepSize", stepSize);
    super(optimizer, options.lastEpoch);
    this.#stepSize = stepSize;
    this.#gamma = options.gamma ?? 0.1;
    this.apply();
  }
  protected override rate(i: number): number {
    return (this.baseLrs[i] as number) * this.#gamma ** Math.floor(this.lastEpoch / this.#stepSize);
  }
}

/** `base * gamma^(milestones passed)` */
export class MultiStepLR extends LRScheduler {
  readonly #milestones: readonly number[];
  readonly #gamma: number;
  constructor(
    optimizer: Schedulable,
    milestones: readonly number[],
    options: SchedulerOptions & { gamma?: number } = {},
  ) {
    super(optimizer, options.lastEpoch);
    this.#milestones = milestones;
    this.#gamma = options.gamma ?? 0.1;
    this.apply();
  }
  protected override rate(i: number): number {
    return (
      (this.baseLrs[i] as number) *
      this.#gamma ** this.#milestones.filter((m) => m <= this.lastEpoch).length
    );
  }
}

/** `base * factor` for `totalIters` steps, then `base`. */
export class ConstantLR extends LRScheduler {
  readonly #factor: number;
  readonly #totalIters: number;
  constructor(
    optimizer: Schedulable,
    options: SchedulerOptions & { factor?: number; totalIters?: number } = {},
  ) {
    super(optimizer, options.lastEpoch);
    this.#factor = options.factor ?? 1 / 3;
    this.#totalIters = options.totalIters ?? 5;
    if (!(this.#factor >= 0 && this.#factor <= 1))
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `ConstantLR: expected a number in [0, 1] for \`factor\` but received ${show(this.#factor)}.`,
      );
    this.apply();
  }
  protected override rate(i: number): number {
    return (this.baseLrs[i] as number) * (this.lastEpoch < this.#totalIters ? this.#factor : 1);
  }
}

/** From `base * startFactor` to `base * endFactor` in a line over `totalIters` steps: a warm-up. */
export class LinearLR extends LRScheduler {
  readonly #start: number;
  readonly #end: number;
  readonly #totalIters: number;
  constructor(
    optimizer: Schedulable,
    options: SchedulerOptions & {
      startFactor?: number;
      endFactor?: number;
      totalIters?: number;
    } = {},
  ) {
    super(optimizer, options.lastEpoch);
    this.#start = options.startFactor ?? 1 / 3;
    this.#end = options.endFactor ?? 1;
    this.#totalIters = options.totalIters ?? 5;
    if (!(this.#start > 0 && this.#start <= 1))
      throw new FabricError(
        "FABRIC_CONFIG_SCHEDULER",
        `LinearLR: expected a number in (0, 1] for \`startFactor\` but received ${show(this.#start)}.`,
      );
    checkCount("LinearLR", "totalIters", this.#totalIters);
    this.apply();
  }
  protected override rate(i: number): number {
    return (
      (this.baseLrs[i] as number) *
      (this.#start +
        ((this.#end - this.#start) * Math.min(this.#totalIters, this.lastEpoch)) / this.#totalIters)
    );
  }
}

/** `base * gamma^t` */
export class ExponentialLR extends LRScheduler {
  readonly #gamma: number;
  constructor(optimizer: Schedulable, gamma: number, options: SchedulerOptions = {}) {
    super(optimizer, options.lastEpoch);
    this.#gamma = gamma;
    this.apply();
  }
  protected override rate(i: number): number {
    return (this.baseLrs[i] as number) * this.#gamma ** this.lastEpoch;
  }
}

/** `base * (1 - min(t, totalIters) / totalIters)^power` */
export class PolynomialLR extends LRScheduler {
  readonly #totalIters: number;
  readonly #power: number;
  constructor(
    optimizer: Schedulable,
    options: SchedulerOptions & { totalIters?: number; power?: number } = {},
  ) {
    super(optimizer, options.lastEpoch);
    this.#totalIters = options.totalIters ?? 5;
    this.#power = options.power ?? 1;
    checkCount("PolynomialLR", "totalIters", this.#totalIters);
    this.apply();
  }
  protected override rate(i: number): number {
    return (
      (this.baseLrs[i] as number) *
      (1 - Math.min(this.lastEpoch, this.#totalIters) / this.#totalIters) ** this.#power
    );
  }
}

/** Half a cosine from `base` to `etaMin` over `tMax` steps, and back (Loshchilov and Hutter 2017). */
export class CosineAnnealingLR extends LRScheduler {
  readonly #tMax: number;
  readonly #etaMin: number;
  constructor(
    optimizer: Schedulable,
    tMax: number,
    options: SchedulerOptions & { etaMin?: number } = {},
  ) {
    checkCount("CosineAnnealingLR", "tMax", tMax);
    super(optimizer, options.lastEpoch);
    this.#tMax = tMax;
    this.#etaMin = options.etaMin ?? 0;
    this.apply();
  }
  protected override rate(i: number): number {
    return (
      this.#etaMin +
      (((this.baseLrs[i] as number) - this.#etaMin) *
        (1 + Math.cos((Math.PI * this.lastEpoch) / this.#tMax))) /
        2
    );
  }
}

/** Cosine annealing that starts again after `t0` steps, each period `tMult` times as long. */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  readonly #t0: number;
  readonly #tMult: number;
  readonly #etaMin: number;
  constructor(
    optimizer: Schedulable,
    t0: number,
    options: SchedulerOptions & { tMult?: number; etaMin?: number } = {},
  ) {
    checkCount("CosineAnnealingWarmRestarts", "t0", t0);
    super(optimizer, options.lastEpoch);
    this.#t0 = t0;
    this.#tMult = options.tMult ?? 1;
    this.#etaMin = options.etaMin ?? 0;
    checkCount("CosineAnnealingWarmRestarts", "tMult", this.#tMult);
    this.apply();
  }
  protected override rate(i: number): number {
    let period = this.#t0;
    let t = this.lastEpoch;
    while (t >= period) {
      t -= period;
      period *= this.#tMult;
    }
    return (
      this.#etaMin +
      (((this.baseLrs[i] as number) - this.#etaMin) * (1 + Math.cos((Math.PI * t) / period))) / 2
    );
  }
}

/** `base * fn(t)`; one function, or one a group. */
export class LambdaLR extends LRScheduler {
  readonly #lambdas: readonly ((epoch: number) => number)[];
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
        `LambdaLR: expected ${this.baseLrs.length} functions, one a group, but received ${this.#lambdas.length}.`,
      );
    this.apply();
  }
  protected override rate(i: number): number {
    return (
      (this.baseLrs[i] as number) * (this.#lambdas[i] as (epoch: number) => number)(this.lastEpoch)
    );
  }
}
