// What NAdam and RAdam share: options, their checks and the weight decay.
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import { decay_, descent } from "./foreach.js";
import { atLeastZero, checkBetas, checkNumber, checkSwitch } from "./param-group.js";

/** Options of {@link RAdam}. */
export interface RAdamOptions {
  /** Default 1e-3 (2e-3 in {@link NAdam}). */
  lr?: number;
  /** Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Default 1e-8. */
  eps?: number;
  /** Default 0. */
  weightDecay?: number;
  /** Weight decay apart from the gradient, as in AdamW. Default false. */
  decoupledWeightDecay?: boolean;
  maximize?: boolean;
  /** Let the step be recorded into a CUDA graph: counters and the learning rate are read from the device's memory. Default false. */
  capturable?: boolean;
}

/** @throws FabricError `FABRIC_CONFIG_OPTIMIZER` for a group with wrong options. */
export function checkAdamVariant(who: string, group: Required<RAdamOptions>): void {
  checkSwitch(who, "capturable", group.capturable);
  for (const name of ["lr", "eps", "weightDecay"] as const)
    checkNumber(who, name, group[name], atLeastZero, "a number >= 0");
  checkBetas(who, group.betas);
}

/** Decays the weights by a rate, or adds the decay to the gradients; returns the gradients to use. */
export function decayed(
  bucket: Bucket,
  group: Required<RAdamOptions>,
  rate: Tensor | number,
): readonly Tensor[] {
  if (!group.decoupledWeightDecay)
    return descent(bucket.params, bucket.grads, group.maximize, group.weightDecay);
  decay_(bucket.params, rate, group.weightDecay);
  return descent(bucket.params, bucket.grads, group.maximize);
}
