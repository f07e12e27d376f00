// Learning-rate schedulers that wait while steps are skipped.

import { FabricError, type optim } from "./torch.js";
import { stepCounts } from "./wrappers/fabric-optimizer.js";
import { unwrapOne } from "./wrappers/wrapped.js";

/** What Fabric needs of a scheduler. */
export interface SchedulerLike {
  /** Advances the schedule. */
  step(...args: never[]): unknown;
}

const AWARE: unique symbol = Symbol.for("@fabric/scheduler.aware");

/**
 * Makes `scheduler.step()` do nothing when every optimizer step since its last call was skipped: the loss scaler left
 * those out, so the schedule must not run ahead. A call with at least one real step in between advances as usual, and
 * so does a call with no step at all. The object stays the same. @internal
 */
export function holdOnSkippedSteps(
  scheduler: SchedulerLike,
  optimizers: readonly optim.Optimizer[],
): void {
  if (typeof scheduler !== "object" || scheduler === null || typeof scheduler.step !== "function") {
    throw new FabricError(
      "FABRIC_USAGE_NOT_SCHEDULER",
      `Expected an object with a step() method as \`scheduler\` but received ${scheduler === null ? "null" : typeof scheduler}.`,
    );
  }
  if (AWARE in scheduler) return;
  const own = unwrapOne((scheduler as { optimizer?: unknown }).optimizer, false);
  const watched = optimizers.filter((optimizer) => optimizer === own);
  const sources = watched.length > 0 ? watched : [...optimizers];
  const total = (field: "taken" | "skipped"): number =>
    sources.reduce((sum, o) => sum + (stepCounts(o)?.[field] ?? 0), 0);
  let taken = total("taken");
  let skipped = total("skipped");
  const advance = scheduler.step as (...args: unknown[]) => unknown;
  const step = (...args: unknown[]): unknown => {
    const [takenNow, skippedNow] = [total("taken"), total("skipped")];
    const onlySkipped = takenNow === taken && skippedNow > skipped;
    taken = takenNow;
    skipped = skippedNow;
    return onlySkipped ? undefined : advance.apply(scheduler, args);
  };
  Object.defineProperty(scheduler, "step", {
    value: step,
    writable: true,
    configurable: true,
    enumerable: false,
  });
  Object.defineProperty(scheduler, AWARE, { value: true });
}
