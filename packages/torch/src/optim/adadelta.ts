// Adadelta (Zeiler 2012).
import { zerosLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import { add, addcmul_, descend_, descent, div, mul_, mulBy_, sqrt_ } from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import {
  atLeastZero,
  checkNumber,
  checkSwitch,
  type ParamGroup,
  type ParamsInput,
} from "./param-group.js";
import { newStep } from "./step-count.js";

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions {
  /** Default 1. */
  lr?: number;
  /** Decay of the running averages. Default 0.9. */
  rho?: number;
  /** Default 1e-6. */
  eps?: number;
  /** Default 0. */
  weightDecay?: number;
  maximize?: boolean;
  /** Let the step be recorded into a CUDA graph: counters and the learning rate are read from the device's memory. Default false. */
  capturable?: boolean;
}

type Complete = Required<AdadeltaOptions>;

/** Scales by the ratio of recent updates to recent gradients. */
export class Adadelta extends Optimizer<Complete> {
  protected override readonly takesCapturable: boolean = true;

  constructor(params: ParamsInput<Complete>, options: AdadeltaOptions = {}) {
    super(params, {
      lr: 1,
      rho: 0.9,
      eps: 1e-6,
      weightDecay: 0,
      maximize: false,
      capturable: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    checkSwitch("Adadelta", "capturable", group.capturable);
    for (const name of ["lr", "eps", "weightDecay"] as const)
      checkNumber("Adadelta", name, group[name], atLeastZero, "a number >= 0");
    checkNumber("Adadelta", "rho", group.rho, (v) => v >= 0 && v <= 1, "a number in [0, 1]");
  }

  protected override initialState(param: Tensor): ParamState {
    return { step: newStep(), square_avg: zerosLike(param), acc_delta: zerosLike(param) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    const { rho, eps } = group;
    const grads = descent(bucket.params, bucket.grads, group.maximize, group.weightDecay);
    const squares = this.stateList(bucket, group, "square_avg");
    const deltas = this.stateList(bucket, group, "acc_delta");
    this.countSteps(bucket, group);
    mul_(squares, rho);
    addcmul_(squares, grads, grads, 1 - rho);
    const std = add(squares, eps);
    sqrt_(std);
    const step = add(deltas, eps);
    sqrt_(step);
    const updates = div(step, std);
    mulBy_(updates, grads);
    mul_(deltas, rho);
    addcmul_(deltas, updates, updates, 1 - rho);
    descend_(bucket.params, updates, this.rateOf(group, bucket.device));
  }
}
