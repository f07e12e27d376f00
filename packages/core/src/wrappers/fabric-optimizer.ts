// The optimizer that `fabric.setup` returns: the user's own, with its step through the precision plugin.

import { overridesHook, type StepClosure, type StepReport } from "../precision.js";
import type { Strategy } from "../strategy/strategy.js";
import type { optim } from "../torch.js";
import { BoundMethods, WRAPPED, type Wrapped } from "./wrapped.js";

/** What an optimizer set up by Fabric has besides the members of its own class. */
export interface FabricOptimizer<O extends optim.Optimizer = optim.Optimizer> {
  /** The user's optimizer. */
  readonly optimizer: O;
  /** What happened in the last step; null before the first. */
  readonly lastStep: StepReport | null;
  /** True if the last step was left out, because a gradient was inf or nan. */
  readonly stepWasSkipped: boolean;
  /** Steps through the precision plugin; returns what the plugin returned, usually the closure's loss or undefined. */
  step(closure?: StepClosure): unknown;
}

/** Told about every step, skipped ones included. @internal */
export type AfterStep = (optimizer: optim.Optimizer, report: StepReport) => void;

/** Counts of one optimizer's steps, which skip-aware schedulers look at. @internal */
export interface StepCounts {
  taken: number;
  skipped: number;
}

const STEPPED: StepReport = Object.freeze({ skipped: false, lossScale: 1 });
const counts = new WeakMap<object, StepCounts>();
let beforeStep: ((optimizer: optim.Optimizer) => void) | null = null;
/** Norms that clipping measured, until the step that follows. */
const norms = new WeakMap<object, number>();

/** Takes down the norm of an optimizer's gradients for its next step's report. @internal */
export function noteGradNorm(optimizer: object, norm: number): void {
  norms.set(optimizer, norm);
}

/** Runs `fn`; `watch` is called with each optimizer before it steps. @internal */
export function watchingSteps<T>(watch: (optimizer: optim.Optimizer) => void, fn: () => T): T {
  const outer = beforeStep;
  beforeStep = watch;
  try {
    return fn();
  } finally {
    beforeStep = outer;
  }
}

/** Counts a step that the device took by itself, from a recording. @internal */
export function countReplayedStep(optimizer: optim.Optimizer): void {
  const count = counts.get(optimizer);
  if (count !== undefined) count.taken++;
}

/** How often a raw optimizer stepped through Fabric; null if it was not set up. @internal */
export function stepCounts(optimizer: object): StepCounts | null {
  return counts.get(optimizer) ?? null;
}

/** Wraps an optimizer. @internal */
export function wrapOptimizer<O extends optim.Optimizer>(
  optimizer: O,
  strategy: Strategy,
  afterStep: AfterStep,
): FabricOptimizer<O> & O {
  const handler = new OptimizerHandler(optimizer, strategy, afterStep);
  const proxy = new Proxy(optimizer, handler as ProxyHandler<O>) as FabricOptimizer<O> & O;
  handler.proxy = proxy;
  return proxy;
}

class OptimizerHandler implements ProxyHandler<optim.Optimizer> {
  proxy!: object;
  readonly #methods: BoundMethods;
  readonly #wrapped: Wrapped;
  readonly #step: (closure?: StepClosure) => unknown;
  readonly #stateDict: () => unknown;
  readonly #loadStateDict: (state: optim.OptimizerStateDict) => void;
  #lastStep: StepReport | null = null;

  constructor(optimizer: optim.Optimizer, strategy: Strategy, afterStep: AfterStep) {
    this.#methods = new BoundMethods(optimizer, () => this.proxy);
    this.#wrapped = { kind: "optimizer", optimizer };
    const count: StepCounts = { taken: 0, skipped: 0 };
    counts.set(optimizer, count);
    const { precision } = strategy;
    const reports = overridesHook(precision, "stepReport");
    this.#step = (closure) => {
      beforeStep?.(optimizer);
      const result = strategy.optimizerStep(optimizer, closure);
      let report = (reports ? precision.stepReport(optimizer) : null) ?? STEPPED;
      const gradNorm = norms.get(optimizer);
      if (gradNorm !== undefined) {
        norms.delete(optimizer);
        report = { ...report, gradNorm };
      }
      this.#lastStep = report;
      if (report.skipped) count.skipped++;
      else count.taken++;
      afterStep(optimizer, report);
      return result;
    };
    this.#stateDict = () => strategy.optimizerStateDict(optimizer);
    this.#loadStateDict = (state) => strategy.loadOptimizerState(optimizer, state);
  }

  get(target: optim.Optimizer, key: PropertyKey): unknown {
    switch (key) {
      case "step":
        return this.#step;
      case "stateDict":
        return this.#stateDict;
      case "loadStateDict":
        return this.#loadStateDict;
      case "optimizer":
        return target;
      case "lastStep":
        return this.#lastStep;
      case "stepWasSkipped":
        return this.#lastStep?.skipped ?? false;
      case WRAPPED:
        return this.#wrapped;
      default:
        return this.#methods.read(key);
    }
  }

  set(target: optim.Optimizer, key: PropertyKey, value: unknown): boolean {
    return Reflect.set(target, key, value, target);
  }

  has(target: optim.Optimizer, key: PropertyKey): boolean {
    return (
      key === WRAPPED ||
      key === "optimizer" ||
      key === "lastStep" ||
      key === "stepWasSkipped" ||
      Reflect.has(target, key)
    );
  }
}
