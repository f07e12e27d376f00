// What became of the loss scale: how many steps, how many of them skipped, and every change that is not long ago.

import type { LossScaleChange, LossScaleHistory } from "@fabric/core";

/** Changes that are kept; with the default growth interval, the last two million steps or more. */
const CAPACITY = 1000;

/** Where a generation of steps stands in the history, to be entered anew if it turns out otherwise. */
export interface HistoryMark {
  readonly steps: number;
  readonly skippedSteps: number;
  readonly changes: number;
}

/** The history of one scaler. */
export class ScaleHistory {
  #steps = 0;
  #skippedSteps = 0;
  #changes: LossScaleChange[] = [];

  /** A copy of what is known. */
  get(): LossScaleHistory {
    return { steps: this.#steps, skippedSteps: this.#skippedSteps, changes: [...this.#changes] };
  }

  /** The place before the next entry. */
  mark(): HistoryMark {
    return { steps: this.#steps, skippedSteps: this.#skippedSteps, changes: this.#changes.length };
  }

  /** Enters one generation of steps; `mark` is the place before it, also when it was entered before with another outcome. */
  enter(mark: HistoryMark, before: number, after: number, overflow: boolean): void {
    this.#steps = mark.steps + 1;
    this.#skippedSteps = mark.skippedSteps + (overflow ? 1 : 0);
    this.#changes.length = Math.min(this.#changes.length, mark.changes);
    if (after === before) return;
    this.#changes.push({
      step: this.#steps,
      scale: after,
      reason: overflow ? "overflow" : "growth",
    });
  }

  /** Lets go of what is too long ago; not while a generation may be entered anew. */
  trim(): void {
    if (this.#changes.length > CAPACITY) this.#changes = this.#changes.slice(-CAPACITY);
  }

  /** Goes on from a saved history; anything else, as in states of PyTorch, begins a new one. */
  restore(saved: unknown): void {
    const { steps, skippedSteps, changes } = (saved ?? {}) as Partial<LossScaleHistory>;
    this.#steps = isCount(steps) ? steps : 0;
    this.#skippedSteps = isCount(skippedSteps) ? skippedSteps : 0;
    this.#changes = Array.isArray(changes) ? changes.filter(isChange).slice(-CAPACITY) : [];
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isChange(value: unknown): value is LossScaleChange {
  const { step, scale, reason } = (value ?? {}) as Partial<LossScaleChange>;
  return (
    isCount(step) && typeof scale === "number" && (reason === "overflow" || reason === "growth")
  );
}
