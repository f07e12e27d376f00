// One loss scale shared by any number of optimizers: which gradients carry which scale, and when the scale changes.

import type { LossScaleHistory, Processes, StepReport } from "@fabric/core";
import { amp, cuda, FabricError, full, keep, ones, type optim, type Tensor } from "@fabric/torch";
import { Collapse } from "./collapse.js";
import { divideGradients, GradientWatch, multiplyGradients, type Unscaled } from "./gradients.js";
import { type HistoryMark, ScaleHistory } from "./scale-history.js";
import { checkScalerState, nextState, type ScalerState } from "./scaler-state.js";

/** The backward passes between two rounds of steps, all made with one scale. */
interface Generation {
  /** `[]`, float32: what losses were multiplied with. */
  readonly scale: Tensor;
  /** The same as a number, once somebody needed it. */
  value: number | null;
  /** How many optimizers stepped with gradients of this generation, skipped steps included. */
  steps: number;
  /** Whether one of them had a gradient that is inf or nan. */
  overflow: boolean;
  /** The scaler's state before this generation changed it. */
  before: ScalerState | null;
  /** Flags of the steps whose outcome only the device knows. */
  readonly flags: Tensor[];
  /** How many of the steps the scale was adjusted for. */
  settled: number;
  /** Its place in the history. */
  mark: HistoryMark | null;
}

/** What is known of one optimizer. */
interface OptimizerRecord {
  /** The generation whose scale its gradients carry, if it has not stepped with them yet. */
  pending: Generation | null;
  /** One tensor a device, not 0 after an overflow; not null once the gradients are of true size. */
  overflow: Tensor[] | null;
  report: StepReport | null;
}

/**
 * Drives a GradScaler for several optimizers.
 *
 * GradScaler itself forgets at each update which optimizer was unscaled and by what, so that with two optimizers the
 * second one steps with gradients divided by the wrong scale or divided twice. Here each optimizer remembers the scale
 * that its gradients were made with, and the scale changes once a generation: when every optimizer that got gradients
 * has stepped, or at the next backward pass.
 */
export class LossScaling {
  readonly #scaler: amp.GradScaler;
  readonly #names = new WeakMap<Tensor, string>();
  #records = new WeakMap<optim.Optimizer, OptimizerRecord>();
  #known: WeakRef<optim.Optimizer>[] = [];
  #generation: Generation | null = null;
  #one: Tensor | null = null;
  #processes: Processes | null = null;
  readonly #history = new ScaleHistory();
  readonly #collapse: Collapse;

  /** @param collapseAfter - skipped steps in a row, at a scale of 1 or less, after which {@link step} throws. */
  constructor(scaler: amp.GradScaler, collapseAfter: number) {
    this.#scaler = scaler;
    this.#collapse = new Collapse(collapseAfter);
  }

  /** From now on a step is left out in all processes if one of them has a gradient that is inf or nan. */
  connect(processes: Processes): void {
    this.#processes = processes;
  }

  /** Remembers what parameters are called, for messages. */
  nameParameters(named: Iterable<readonly [name: string, parameter: Tensor]>): void {
    for (const [name, parameter] of named) this.#names.set(parameter, name);
  }

  /** Makes an optimizer known before its first step; gradients it has now count as of true size. */
  know(optimizer: optim.Optimizer): void {
    if (!this.#records.has(optimizer)) this.#add(optimizer, null);
  }

  /** Multiplies `loss` by the scale and calls `run` with the product. */
  backward(loss: Tensor, run: (scaled: Tensor) => void): void {
    const generation = this.#begin();
    const optimizers = this.#alive();
    const watches = optimizers.map((optimizer) => new GradientWatch(optimizer));
    const scaled = this.#scaler.scale(loss);
    try {
      run(scaled);
    } finally {
      // After a throw, too: what was accumulated until then carries the scale.
      if (scaled !== loss) scaled.dispose();
      optimizers.forEach((optimizer, i) => {
        if (!watches[i]?.changed()) return;
        const record = this.#recordOf(optimizer);
        record.pending = generation;
        record.overflow = null;
      });
    }
  }

  /** Brings the gradients of `optimizer` to their true size and returns their 2-norm. A second call changes nothing and returns undefined. */
  unscale(optimizer: optim.Optimizer): Tensor | undefined {
    const record = this.#recordAfterBackward(optimizer, "clipGradients");
    if (record.pending === null || record.overflow !== null) return undefined;
    const { overflow, norm } = this.#look(optimizer, true);
    record.overflow = overflow;
    return norm ?? undefined;
  }

  /** Runs `invoke`, a plain step, unless a gradient is inf or nan. Returns what it returned, or undefined. */
  step(optimizer: optim.Optimizer, invoke: () => unknown): unknown {
    const record = this.#recordAfterBackward(optimizer, "step");
    const generation = record.pending;
    if (generation === null) {
      // No backward pass reached its parameters since it stepped: their gradients, if any, are of true size.
      record.report = { skipped: false, lossScale: this.current() };
      return handOver(optimizer, invoke);
    }
    if (cuda.avoidsHostReads()) return this.#stepOnDevice(optimizer, record, generation, invoke);
    // An optimizer that divides inside its step saves a pass that writes all gradients.
    const folds = record.overflow === null && amp.foldsScale(optimizer, valueOf(generation));
    const found = record.overflow ?? this.#look(optimizer, !folds).overflow;
    const overflow = this.#anywhere(found.some((flag) => flag.item() !== 0));
    generation.steps += 1;
    generation.overflow ||= overflow;
    record.pending = null;
    record.overflow = null;
    record.report = { skipped: overflow, lossScale: valueOf(generation) };
    if (!this.#isAwaited(generation)) this.#settle();
    this.#collapse.look(optimizer, record.report, (parameter) => this.#names.get(parameter));
    return overflow ? undefined : handOver(optimizer, invoke, folds ? generation.scale : null);
  }

  /**
   * A step whose outcome the host does not learn: the optimizer's kernel leaves it out if a gradient is inf or nan, and the scale is adapted where it
   * lies. Neither report nor history tells of it.
   */
  #stepOnDevice(
    optimizer: optim.Optimizer,
    record: OptimizerRecord,
    generation: Generation,
    invoke: () => unknown,
  ): unknown {
    const found = record.overflow ?? this.#look(optimizer, true).overflow;
    const result = amp.stepUnless(optimizer, found, invoke);
    generation.steps += 1;
    generation.settled = generation.steps;
    generation.flags.push(...found);
    record.pending = null;
    record.overflow = null;
    record.report = null;
    if (!this.#isAwaited(generation)) this.#scaler.updateWith(generation.flags.splice(0));
    return result;
  }

  /** Forgets gradients that a failed recording promised. */
  recordingFailed(): void {
    this.#generation = null;
    for (const optimizer of this.#alive()) {
      const record = this.#recordOf(optimizer);
      record.pending = null;
      record.overflow = null;
    }
  }

  /** What the last step of `optimizer` did. */
  report(optimizer: optim.Optimizer): StepReport | null {
    return this.#records.get(optimizer)?.report ?? null;
  }

  /** The scale that the next generation will use. */
  current(): number {
    return this.#scaler.getScale();
  }

  /** Steps, skipped steps and changes of the scale. */
  history(): LossScaleHistory {
    this.#settle();
    return this.#history.get();
  }

  /** The scaler's state under PyTorch's keys, and the history once there is one. */
  stateDict(): Record<string, unknown> {
    this.#settle();
    const history = this.#history.get();
    return { ...this.#scaler.stateDict(), ...(history.steps > 0 ? { history } : {}) };
  }

  /** Restores a state, and forgets what was in progress. */
  loadStateDict(saved: Record<string, unknown>): void {
    const state = checkScalerState(saved);
    this.forget();
    this.#scaler.loadStateDict({ ...state });
    this.#history.restore(saved["history"]);
  }

  /** Forgets generations and optimizers; the scale stays. */
  forget(): void {
    this.#generation = null;
    this.#records = new WeakMap();
    this.#known = [];
    this.#one = null;
  }

  /** The generation that the coming backward pass belongs to. */
  #begin(): Generation {
    let generation = this.#generation;
    if (generation === null || generation.steps > 0) {
      this.#settle();
      generation = {
        scale: this.#scaleTensor(),
        value: null,
        steps: 0,
        overflow: false,
        before: null,
        flags: [],
        settled: 0,
        mark: null,
      };
      this.#history.trim();
      this.#generation = generation;
    }
    for (const optimizer of this.#alive()) this.#carryOver(optimizer, generation);
    return generation;
  }

  /**
   * Gradients left from before, which the coming pass may add to, take its scale: those of an optimizer that did not
   * step while others did, and those that were clipped but not used.
   */
  #carryOver(optimizer: optim.Optimizer, generation: Generation): void {
    const record = this.#recordOf(optimizer);
    if (record.pending === null || (record.pending === generation && record.overflow === null))
      return;
    const carried = record.overflow === null ? valueOf(record.pending) : 1;
    const count = multiplyGradients(optimizer, valueOf(generation) / carried);
    record.pending = count === 0 ? null : generation;
    record.overflow = null;
  }

  #look(optimizer: optim.Optimizer, write: boolean): Unscaled {
    const { scale } = this.#recordOf(optimizer).pending as Generation;
    const nameOf = (parameter: Tensor): string | undefined => this.#names.get(parameter);
    return divideGradients(optimizer, scale, nameOf, write);
  }

  /** Gradients may differ between processes: sharded ones do, and those of parameters that nobody averages. */
  #anywhere(overflow: boolean): boolean {
    if (this.#processes === null) return overflow;
    const flag = full([1], overflow ? 1 : 0, { dtype: "float32", device: this.#scaler.device });
    this.#processes.allReduceMax(flag);
    const agreed = flag.item() !== 0;
    flag.dispose();
    return agreed;
  }

  /** Whether a known optimizer has gradients of this generation that it has not stepped with. */
  #isAwaited(generation: Generation): boolean {
    return this.#alive().some((optimizer) => this.#recordOf(optimizer).pending === generation);
  }

  /**
   * Adjusts the scale for the steps of the generation so far. An optimizer that was unknown until it stepped may come
   * late: then the adjustment is made anew, from the state before the first one.
   */
  #settle(): void {
    const generation = this.#generation;
    if (generation === null || generation.settled === generation.steps) return;
    generation.settled = generation.steps;
    generation.before ??= this.#scaler.stateDict() as unknown as ScalerState;
    const next = nextState(generation.before, generation.overflow);
    this.#scaler.loadStateDict({ ...next });
    generation.mark ??= this.#history.mark();
    this.#history.enter(generation.mark, generation.before.scale, next.scale, generation.overflow);
  }

  #scaleTensor(): Tensor {
    this.#one ??= keep(ones([], { dtype: "float32", device: this.#scaler.device }));
    return keep(this.#scaler.scale(this.#one));
  }

  #recordAfterBackward(optimizer: optim.Optimizer, what: string): OptimizerRecord {
    if (this.#generation === null) throw noBackward(what);
    return this.#recordOf(optimizer);
  }

  /** An optimizer that turns up now got its gradients in this generation, as far as anyone knows. */
  #recordOf(optimizer: optim.Optimizer): OptimizerRecord {
    return this.#records.get(optimizer) ?? this.#add(optimizer, this.#generation);
  }

  #add(optimizer: optim.Optimizer, pending: Generation | null): OptimizerRecord {
    const record: OptimizerRecord = { pending, overflow: null, report: null };
    this.#records.set(optimizer, record);
    this.#known.push(new WeakRef(optimizer));
    return record;
  }

  /** The known optimizers that still exist. */
  #alive(): optim.Optimizer[] {
    const alive: optim.Optimizer[] = [];
    const references = this.#known.filter((reference) => {
      const optimizer = reference.deref();
      if (optimizer === undefined) return false;
      alive.push(optimizer);
      return true;
    });
    this.#known = references;
    return alive;
  }
}

function valueOf(generation: Generation): number {
  generation.value ??= generation.scale.item();
  return generation.value;
}

/** Tells an optimizer that divides inside its step what its gradients carry, null for nothing, and that none is inf or nan. */
function handOver(
  optimizer: optim.Optimizer,
  invoke: () => unknown,
  scale: Tensor | null = null,
): unknown {
  if (!optimizer.stepSupportsAmpScaling) return invoke();
  const { gradScale, foundInf } = optimizer;
  optimizer.gradScale = scale;
  optimizer.foundInf = null;
  try {
    return invoke();
  } finally {
    optimizer.gradScale = gradScale;
    optimizer.foundInf = foundInf;
  }
}

function noBackward(what: string): FabricError {
  return new FabricError(
    "FABRIC_USAGE_NO_BACKWARD",
    `${what}: there was no backward pass through fabric.backward(loss) yet, so there are no scaled gradients. Call fabric.backward(loss) first.`,
  );
}
