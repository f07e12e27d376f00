// Adamax (Kingma and Ba 2015, section 7).
import { zerosLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import {
  abs,
  add_,
  addcdiv_,
  descend_,
  descent,
  div,
  div_,
  lerp_,
  maximum_,
  mul_,
  onesMinus,
  powers,
  widened,
} from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import {
  atLeastZero,
  checkBetas,
  checkNumber,
  checkSwitch,
  type ParamGroup,
  type ParamsInput,
} from "./param-group.js";
import { inFloat64, newStep } from "./step-count.js";

/** Options of {@link Adamax}. */
export interface AdamaxOptions {
  /** Default 2e-3. */
  lr?: number;
  /** Decay rates of the moment and of the largest magnitude. Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to each magnitude. Default 1e-8. */
  eps?: number;
  /** Added to the gradient, times the parameter. Default 0. */
  weightDecay?: number;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /** Let the step be recorded into a CUDA graph: counters and the learning rate are read from the device's memory. Default false. */
  capturable?: boolean;
}

type Complete = Required<AdamaxOptions>;

/** Adam with the largest recent magnitude in place of the root of the second moment. */
export class Adamax extends Optimizer<Complete> {
  protected override readonly takesCapturable: boolean = true;

  constructor(params: ParamsInput<Complete>, options: AdamaxOptions = {}) {
    super(params, {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      maximize: false,
      capturable: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    checkSwitch("Adamax", "capturable", group.capturable);
    for (const name of ["lr", "eps", "weightDecay"] as const)
      checkNumber("Adamax", name, group[name], atLeastZero, "a number >= 0");
    checkBetas("Adamax", group.betas);
  }

  protected override initialState(param: Tensor): ParamState {
    return { step: newStep(), exp_avg: zerosLike(param), exp_inf: zerosLike(param) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    const [beta1, beta2] = group.betas;
    const grads = descent(bucket.params, bucket.grads, group.maximize, group.weightDecay);
    const moments = this.stateList(bucket, group, "exp_avg");
    const largest = this.stateList(bucket, group, "exp_inf");
    const steps = this.countSteps(bucket, group);
    lerp_(moments, grads, 1 - beta1);
    mul_(largest, beta2);
    const magnitudes = abs(grads);
    add_(magnitudes, group.eps);
    maximum_(largest, magnitudes);
    if (!group.capturable) {
      const rates = steps.map((step) => -group.lr / (1 - beta1 ** step.item<number>()));
      addcdiv_(bucket.params, moments, largest, rates);
      return;
    }
    const updates = div(widened(moments), largest);
    div_(updates, onesMinus(powers(beta1, inFloat64(steps))));
    descend_(bucket.params, updates, this.deviceRate(group, bucket.device));
  }
}
