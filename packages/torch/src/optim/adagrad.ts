// Adagrad (Duchi et al. 2011).
import { fullLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import { add_, addcdiv_, addcmul_, descent, sqrt } from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import { atLeastZero, checkNumber, type ParamGroup, type ParamsInput } from "./param-group.js";
import { countStep, newStep } from "./step-count.js";

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
}

type Complete = Required<AdagradOptions>;

/** Divides by the root of the sum of all squared gradients. */
export class Adagrad extends Optimizer<Complete> {
  constructor(params: ParamsInput<Complete>, options: AdagradOptions = {}) {
    super(params, {
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      maximize: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    for (const name of ["lr", "lrDecay", "weightDecay", "initialAccumulatorValue", "eps"] as const)
      checkNumber("Adagrad", name, group[name], atLeastZero, "a number >= 0");
  }

  protected override initialState(param: Tensor, group: ParamGroup<Complete>): ParamState {
    return { step: newStep(), sum: fullLike(param, group.initialAccumulatorValue) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    const grads = descent(bucket.params, bucket.grads, group.maximize, group.weightDecay);
    const sums = this.stateList(bucket, group, "sum");
    const rates = bucket.params.map(
      (p) => -group.lr / (1 + (countStep(this.stateOf(p, group)) - 1) * group.lrDecay),
    );
    addcmul_(sums, grads, grads);
    const roots = sqrt(sums);
    add_(roots, group.eps);
    addcdiv_(bucket.params, grads, roots, rates);
  }
}
