// Adagrad (Duchi et al. 2011).
import { fullLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import {
  add,
  add_,
  addcdiv_,
  addcmul_,
  descend_,
  descent,
  div,
  div_,
  mul_,
  sqrt,
  widened,
} from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import {
  atLeastZero,
  checkNumber,
  checkSwitch,
  type ParamGroup,
  type ParamsInput,
} from "./param-group.js";
import { inFloat64, newStep } from "./step-count.js";

/** Options of {@link Adagrad}. */
export interface AdagradOptions {
  /** Default 1e-2. */
  lr?: number;
  /** The rate in step t is `lr / (1 + (t - 1) * lrDecay)`. Default 0. */
  lrDecay?: number;
  /** Default 0. */
  weightDecay?: number;
  /** What the sum of squares starts from. Default 0. */
  initialAccumulatorValue?: number;
  /** Default 1e-10. */
  eps?: number;
  maximize?: boolean;
  /** Let the step be recorded into a CUDA graph: counters and the learning rate are read from the device's memory. Default false. */
  capturable?: boolean;
}

type Complete = Required<AdagradOptions>;

/** Divides by the root of the sum of all squared gradients. */
export class Adagrad extends Optimizer<Complete> {
  protected override readonly takesCapturable: boolean = true;

  constructor(params: ParamsInput<Complete>, options: AdagradOptions = {}) {
    super(params, {
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      maximize: false,
      capturable: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    checkSwitch("Adagrad", "capturable", group.capturable);
    for (const name of ["lr", "lrDecay", "weightDecay", "initialAccumulatorValue", "eps"] as const)
      checkNumber("Adagrad", name, group[name], atLeastZero, "a number >= 0");
  }

  protected override initialState(param: Tensor, group: ParamGroup<Complete>): ParamState {
    return { step: newStep(), sum: fullLike(param, group.initialAccumulatorValue) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    const grads = descent(bucket.params, bucket.grads, group.maximize, group.weightDecay);
    const sums = this.stateList(bucket, group, "sum");
    const steps = this.countSteps(bucket, group);
    addcmul_(sums, grads, grads);
    const roots = sqrt(sums);
    add_(roots, group.eps);
    if (!group.capturable) {
      const rates = steps.map(
        (step) => -group.lr / (1 + (step.item<number>() - 1) * group.lrDecay),
      );
      addcdiv_(bucket.params, grads, roots, rates);
      return;
    }
    const updates = div(widened(grads), roots);
    if (group.lrDecay !== 0) {
      const slowed = add(inFloat64(steps), -1);
      mul_(slowed, group.lrDecay);
      add_(slowed, 1);
      div_(updates, slowed);
    }
    descend_(bucket.params, updates, this.deviceRate(group, bucket.device));
  }
}
