// The `step` entry of a parameter's state: a float32 scalar on the CPU, as PyTorch keeps it.
import { tensor } from "../creation.js";
import { unscoped } from "../scope.js";
import type { Tensor } from "../tensor.js";
import { add_ } from "./foreach.js";

let one: Tensor | undefined;

/** A counter at zero. */
export function newStep(): Tensor {
  return tensor(0, { dtype: "float32", device: "cpu" });
}

/** Counters as what steps are computed from, `[]`, where they are: corrections such as 1 - 0.999 would lose five digits in float32. */
export function inFloat64(steps: readonly Tensor[]): Tensor[] {
  return steps.map((step) => step.to("float64"));
}

/** Counts one step in every counter of a device. A tensor in place of the number 1 saves libtorch one wrapped scalar a counter. */
export function countSteps(steps: readonly Tensor[], device: string): void {
  if (device !== "cpu") {
    add_(steps, 1);
    return;
  }
  one ??= unscoped(newStep).fill_(1);
  add_(steps, one);
}
