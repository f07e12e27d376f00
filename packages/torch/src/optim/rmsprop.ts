// RMSprop (Hinton's lecture 6e), centred on request (Graves 2013).
import { zerosLike } from "../creation.js";
import { op } from "../dispatch/op.js";
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import {
  add_,
  addcdiv_,
  addcmul_,
  descend_,
  descent,
  div,
  lerp_,
  mul_,
  sqrt,
  sqrt_,
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
import { newStep } from "./step-count.js";

/** Options of {@link RMSprop}. */
export interface RMSpropOptions {
  /** Default 1e-2. */
  lr?: number;
  /** Decay of the mean square. Default 0.99. */
  alpha?: number;
  /** Default 1e-8. */
  eps?: number;
  /** Default 0. */
  weightDecay?: number;
  /** Default 0. */
  momentum?: number;
  /** Subtract the squared mean gradient. Default false. */
  centered?: boolean;
  maximize?: boolean;
  /** Let the step be recorded into a CUDA graph: counters and the learning rate are read from the device's memory. Default false. */
  capturable?: boolean;
}

type Complete = Required<RMSpropOptions>;

const addcmul: (
  self: readonly Tensor[],
  a: readonly Tensor[],
  b: readonly Tensor[],
  value: number,
) => Tensor[] = op("_foreach_addcmul");

/** Divides by the root of the mean of recent squared gradients. */
export class RMSprop extends Optimizer<Complete> {
  protected override readonly takesCapturable: boolean = true;

  constructor(params: ParamsInput<Complete>, options: RMSpropOptions = {}) {
    super(params, {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      maximize: false,
      capturable: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    checkSwitch("RMSprop", "capturable", group.capturable);
    for (const name of ["lr", "alpha", "eps", "weightDecay", "momentum"] as const)
      checkNumber("RMSprop", name, group[name], atLeastZero, "a number >= 0");
  }

  protected override initialState(param: Tensor, group: ParamGroup<Complete>): ParamState {
    const state: ParamState = { step: newStep(), square_avg: zerosLike(param) };
    if (group.momentum > 0) state["momentum_buffer"] = zerosLike(param);
    if (group.centered) state["grad_avg"] = zerosLike(param);
    return state;
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    const grads = descent(bucket.params, bucket.grads, group.maximize, group.weightDecay);
    const squares = this.stateList(bucket, group, "square_avg");
    this.countSteps(bucket, group);
    mul_(squares, group.alpha);
    addcmul_(squares, grads, grads, 1 - group.alpha);
    let roots: Tensor[];
    if (group.centered) {
      const means = this.stateList(bucket, group, "grad_avg");
      lerp_(means, grads, 1 - group.alpha);
      roots = addcmul(squares, means, means, -1);
      sqrt_(roots);
    } else {
      roots = sqrt(squares);
    }
    add_(roots, group.eps);
    const rate = this.rateOf(group, bucket.device);
    if (group.momentum > 0) {
      const buffers = this.stateList(bucket, group, "momentum_buffer");
      mul_(buffers, group.momentum);
      addcdiv_(buffers, grads, roots);
      descend_(bucket.params, buffers, rate);
    } else if (typeof rate === "number") {
      addcdiv_(bucket.params, grads, roots, -rate);
    } else {
      descend_(bucket.params, div(widened(grads), roots), rate);
    }
  }
}
