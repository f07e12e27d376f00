// Lion (Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms").
import { zerosLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import { add_, decay_, descend_, descent, lerp_, mul, sign_ } from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import {
  atLeastZero,
  checkBetas,
  checkNumber,
  checkSwitch,
  type ParamGroup,
  type ParamsInput,
} from "./param-group.js";

/** Options of {@link Lion}. */
export interface LionOptions {
  /** Default 1e-4. */
  lr?: number;
  /** Weights of the update direction and of the moment. Default [0.9, 0.99]. */
  betas?: readonly [number, number];
  /** Apart from the gradient, as in AdamW. Default 0. */
  weightDecay?: number;
  maximize?: boolean;
  /** Let the step be recorded into a CUDA graph: the learning rate is read from the device's memory. Default false. */
  capturable?: boolean;
}

type Complete = Required<LionOptions>;

/** Steps by the sign of an interpolated momentum. */
export class Lion extends Optimizer<Complete> {
  protected override readonly takesCapturable: boolean = true;

  constructor(params: ParamsInput<Complete>, options: LionOptions = {}) {
    super(params, {
      lr: 1e-4,
      betas: [0.9, 0.99],
      weightDecay: 0,
      maximize: false,
      capturable: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    checkSwitch("Lion", "capturable", group.capturable);
    for (const name of ["lr", "weightDecay"] as const)
      checkNumber("Lion", name, group[name], atLeastZero, "a number >= 0");
    checkBetas("Lion", group.betas);
  }

  protected override initialState(param: Tensor): ParamState {
    return { exp_avg: zerosLike(param) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    const [beta1, beta2] = group.betas;
    const grads = descent(bucket.params, bucket.grads, group.maximize);
    const moments = this.stateList(bucket, group, "exp_avg");
    const rate = this.rateOf(group, bucket.device);
    decay_(bucket.params, rate, group.weightDecay);
    const directions = mul(moments, beta1);
    add_(directions, grads, { alpha: 1 - beta1 });
    sign_(directions);
    descend_(bucket.params, directions, rate);
    lerp_(moments, grads, 1 - beta2);
  }
}
