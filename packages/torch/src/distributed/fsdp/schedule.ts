// The order in which the units of a model are gathered, given back and reduced, over a forward and a backward pass.

import { afterBackward, isBackwardRunning } from "../../autograd/after-backward.js";
import { isGradEnabled } from "../../contexts.js";
import type { Unit } from "./unit.js";

/** One forward of a unit that a backward pass will come back to. @internal */
export interface UnitCall {
  readonly unit: Unit;
  /** Whether gradients of its arguments will arrive: the last thing that its backward does. */
  readonly awaitsInputs: boolean;
}

/** All units below one outermost module. @internal */
export class Schedule {
  readonly units: readonly Unit[];
  readonly root: Unit | null;
  /** Units in the order of their last forward pass: what is gathered ahead. */
  #lastOrder: readonly Unit[] = [];
  #order: Unit[] = [];
  /** Calls whose backward has begun and whose arguments' gradients are still to come, by unit. */
  readonly #open = new Map<Unit, Set<UnitCall>>();
  readonly #begun = new Set<UnitCall>();
  readonly #touched = new Set<Unit>();
  #reducing: Unit | null = null;
  #backward = false;

  constructor(units: readonly Unit[], root: Unit | null) {
    this.units = units;
    this.root = root;
    for (const unit of units) unit.onGradients = () => this.#gradientsComplete(unit);
  }

  // -- forward -------------------------------------------------------------------------------------------------

  /** The outermost forward begins. */
  beginForward(): void {
    if (isBackwardRunning()) return;
    // What a forward without backward has left would be old once the optimizer has stepped.
    for (const unit of this.units) unit.release();
    if (this.#order.length > 0) this.#lastOrder = this.#order;
    this.#order = [];
  }

  /** The outermost forward is over, or threw: what was gathered ahead for nothing is given back. */
  endForward(): void {
    for (const unit of this.units) if (!unit.isFull) unit.release();
  }

  /** Gathers a unit about to run, and starts with the one that came after it the last time. */
  beforeForward(unit: Unit): void {
    unit.gather();
    if (isBackwardRunning()) return;
    const at = this.#order.length;
    this.#order.push(unit);
    // Only while this pass goes as the last one did: what is gathered must be the same on all processes.
    if (this.#lastOrder[at] === unit) this.#lastOrder[at + 1]?.prefetch();
  }

  /** Gives a unit back, unless its backward needs it at once or is running already. */
  afterForward(unit: Unit): void {
    if (isBackwardRunning()) return;
    if ((unit.reshardAfterForward ?? unit !== this.root) || !isGradEnabled()) unit.release();
  }

  // -- backward ------------------------------------------------------------------------------------------------

  /** The gradient of an output arrived: the unit's backward begins. */
  beginBackward(call: UnitCall): void {
    this.#enter();
    if (this.#begun.has(call)) return;
    this.#begun.add(call);
    const { unit } = call;
    this.#touched.add(unit);
    if (call.awaitsInputs) {
      const open = this.#open.get(unit);
      if (open === undefined) this.#open.set(unit, new Set([call]));
      else open.add(call);
    }
    unit.gather();
    const at = this.#order.lastIndexOf(unit);
    if (at > 0) this.#order[at - 1]?.prefetch();
  }

  /** The gradients of a call's arguments are known. */
  inputsDone(call: UnitCall): void {
    this.#open.get(call.unit)?.delete(call);
    this.#releaseIfDone(call.unit);
  }

  #gradientsComplete(unit: Unit): void {
    this.#enter();
    this.#touched.add(unit);
    if (unit.synchronises) this.#reduce(unit);
    this.#releaseIfDone(unit);
  }

  /** A unit is not needed any more once its gradients and those of its arguments are there. */
  #releaseIfDone(unit: Unit): void {
    if ((this.#open.get(unit)?.size ?? 0) > 0 || !unit.gradientsComplete) return;
    if (unit.active) return;
    unit.release();
  }

  #enter(): void {
    if (this.#backward) return;
    this.#backward = true;
    afterBackward((failed) => this.#endBackward(failed));
  }

  /** What remains: units of which not every parameter got a gradient, and the waiting. */
  #endBackward(failed: boolean): void {
    this.#backward = false;
    this.#begun.clear();
    this.#open.clear();
    // Gradients that were left to add up are averaged with those of this pass, also where it did not come by.
    const touched = this.units.filter(
      (unit) => this.#touched.has(unit) || (unit.synchronises && unit.holdsGradients),
    );
    this.#touched.clear();
    try {
      if (failed) for (const unit of this.units) unit.dropGradients();
      else for (const unit of touched) this.#reduceRest(unit);
      this.#reducing?.finishReductions();
    } finally {
      this.#reducing = null;
      for (const unit of this.units) {
        unit.endBackward();
        unit.release();
      }
    }
  }

  #reduceRest(unit: Unit): void {
    if (unit.synchronises && !unit.gradientsComplete) this.#reduce(unit);
  }

  /** One reduction at a time: several would hold the gradients of several units. It has run while the unit after it computed. */
  #reduce(unit: Unit): void {
    this.#reducing?.finishReductions();
    this.#reducing = unit;
    unit.reduce();
  }
}
