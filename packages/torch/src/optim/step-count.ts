// The `step` entry of a parameter's state: a float32 scalar on the CPU, as PyTorch keeps it.
import { tensor } from "../creation.js";
import type { Tensor } from "../tensor.js";
import type { ParamState } from "./optimizer.js";

/** A counter at zero. */
export function newStep(): Tensor {
  return tensor(0, { dtype: "float32", device: "cpu" });
}

/** Counts one step and returns its number. */
export function countStep(state: ParamState): number {
  const step = state["step"] as Tensor;
  step.add_(1);
  return step.item();
}
