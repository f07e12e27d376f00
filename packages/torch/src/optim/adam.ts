// Adam and AdamW on libtorch's fused kernels, foreach where those do not apply.
import { tensor, zerosLike } from "../creation.js";
import type { Device } from "../device.js";
import { op } from "../dispatch/op.js";
import type { Tensor } from "../tensor.js";
import { type Bucket, takesFused } from "./bucket.js";
import {
  add_,
  addcdiv_,
  addcmul_,
  decay_,
  descend_,
  descent,
  div,
  div_,
  lerp_,
  maximum_,
  mul_,
  onesMinus,
  powers,
  sqrt,
  sqrt_,
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
import { inFloat64 } from "./step-count.js";

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** Decay rates of the first and second moment. Default [0.9, 0.999]. */
  betas?: readonly [number, number];
  /** Added to the root of the second moment. Default 1e-8. */
  eps?: number;
  /** Weight decay: added to the gradient in Adam (default 0), decoupled in AdamW (default 0.01). */
  weightDecay?: number;
  /** Use the largest second moment so far (Reddi et al. 2018). Default false. */
  amsgrad?: boolean;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /**
   * One kernel for the whole step. Default (null): wherever libtorch's can be trusted. False takes the plain operators, whose rounding is
   * that of PyTorch's default on the CPU to the last bit.
   */
  fused?: boolean | null;
  /**
   * Let the step be recorded into a CUDA graph: counters and the learning rate are read from the device's memory, so that a change of `lr` reaches a
   * recorded step. Default false.
   */
  capturable?: boolean;
}

type Complete = Required<AdamOptions>;
type Fused = (
  self: Tensor[],
  grads: Tensor[],
  expAvgs: Tensor[],
  expAvgSqs: Tensor[],
  maxExpAvgSqs: Tensor[],
  steps: Tensor[],
  options: object,
) => void;

const fusedAdam: Fused = op("_fused_adam_");
const fusedAdamW: Fused = op("_fused_adamw_");

abstract class AdamBase extends Optimizer<Complete> {
  override readonly stepSupportsAmpScaling: boolean = true;
  protected override readonly takesCapturable: boolean = true;
  readonly #fused: Fused;
  readonly #isDecoupled: boolean;

  protected constructor(params: ParamsInput<Complete>, defaults: Complete, fused: Fused) {
    super(params, defaults);
    this.#fused = fused;
    this.#isDecoupled = fused === fusedAdamW;
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    const who = this.constructor.name;
    checkSwitch(who, "capturable", group.capturable);
    checkNumber(who, "lr", group.lr, atLeastZero, "a number >= 0");
    checkNumber(who, "eps", group.eps, atLeastZero, "a number >= 0");
    checkNumber(who, "weightDecay", group.weightDecay, atLeastZero, "a number >= 0");
    checkBetas(who, group.betas);
  }

  protected override stepDevice(param: Tensor): Device {
    return param.device;
  }

  protected override initialState(param: Tensor, group: ParamGroup<Complete>): ParamState {
    // PyTorch keeps the step in float32 whatever the parameter's dtype, on the parameter's device for fused kernels.
    const state: ParamState = {
      step: tensor(0, { dtype: "float32", device: param.device }),
      exp_avg: zerosLike(param),
      exp_avg_sq: zerosLike(param),
    };
    if (group.amsgrad) state["max_exp_avg_sq"] = zerosLike(param);
    return state;
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    if (!takesFused(bucket, group.fused)) {
      if (this.takesScaleByHand(bucket)) return;
      if (group.capturable) this.#foreachOnDevice(bucket, group);
      else this.#foreach(bucket, group);
      return;
    }
    const steps = this.countSteps(bucket, group);
    this.#fused(
      bucket.params,
      bucket.grads,
      this.stateList(bucket, group, "exp_avg"),
      this.stateList(bucket, group, "exp_avg_sq"),
      group.amsgrad ? this.stateList(bucket, group, "max_exp_avg_sq") : [],
      steps,
      {
        lr: this.fusedRate(group, bucket),
        beta1: group.betas[0],
        beta2: group.betas[1],
        weightDecay: group.weightDecay,
        eps: group.eps,
        amsgrad: group.amsgrad,
        maximize: group.maximize,
        gradScale: this.gradScale,
        foundInf: this.foundInf,
      },
    );
    // A step that a non-finite gradient cancelled does not count.
    if (this.foundInf !== null) {
      const found = this.foundInf.reshape([]);
      for (const step of steps) step.sub_(found);
    }
  }

  /** As {@link #foreach}, without asking for the counters: corrections are computed where they are. */
  #foreachOnDevice(bucket: Bucket, group: ParamGroup<Complete>): void {
    const { params } = bucket;
    const [beta1, beta2] = group.betas;
    const lr = this.deviceRate(group, bucket.device);
    const grads = descent(
      params,
      bucket.grads,
      group.maximize,
      this.#isDecoupled ? 0 : group.weightDecay,
    );
    if (this.#isDecoupled) decay_(params, lr, group.weightDecay);
    const moments = this.stateList(bucket, group, "exp_avg");
    const squares = this.stateList(bucket, group, "exp_avg_sq");
    lerp_(moments, grads, 1 - beta1);
    mul_(squares, beta2);
    addcmul_(squares, grads, grads, 1 - beta2);
    let bound = squares;
    if (group.amsgrad) {
      bound = this.stateList(bucket, group, "max_exp_avg_sq");
      maximum_(bound, squares);
    }
    const counts = inFloat64(this.countSteps(bucket, group));
    const roots = onesMinus(powers(beta2, counts));
    sqrt_(roots);
    const denominators = div(sqrt(widened(bound)), roots);
    add_(denominators, group.eps);
    const updates = div(widened(moments), denominators);
    div_(updates, onesMinus(powers(beta1, counts)));
    descend_(params, updates, lr);
  }

  /** The same step, an operator at a time in the parameter's dtype, as PyTorch takes it without fused kernels. */
  #foreach(bucket: Bucket, group: ParamGroup<Complete>): void {
    const { params } = bucket;
    const [beta1, beta2] = group.betas;
    const grads = descent(
      params,
      bucket.grads,
      group.maximize,
      this.#isDecoupled ? 0 : group.weightDecay,
    );
    if (this.#isDecoupled) decay_(params, group.lr, group.weightDecay);
    const moments = this.stateList(bucket, group, "exp_avg");
    const squares = this.stateList(bucket, group, "exp_avg_sq");
    lerp_(moments, grads, 1 - beta1);
    mul_(squares, beta2);
    addcmul_(squares, grads, grads, 1 - beta2);
    let bound = squares;
    if (group.amsgrad) {
      bound = this.stateList(bucket, group, "max_exp_avg_sq");
      maximum_(bound, squares);
    }
    const counts = this.countSteps(bucket, group).map((step) => step.item<number>());
    const denominators = div(
      sqrt(bound),
      counts.map((n) => Math.sqrt(1 - beta2 ** n)),
    );
    add_(denominators, group.eps);
    addcdiv_(
      params,
      moments,
      denominators,
      counts.map((n) => -group.lr / (1 - beta1 ** n)),
    );
  }
}

/** Adam (Kingma and Ba 2015); `weightDecay` is added to the gradient. */
export class Adam extends AdamBase {
  constructor(params: ParamsInput<Complete>, options: AdamOptions = {}) {
    super(
      params,
      {
        lr: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0,
        amsgrad: false,
        maximize: false,
        fused: null,
        capturable: false,
        ...options,
      },
      fusedAdam,
    );
  }
}

/** AdamW (Loshchilov and Hutter 2019): weight decay apart from the gradient. */
export class AdamW extends AdamBase {
  constructor(params: ParamsInput<Complete>, options: AdamOptions = {}) {
    super(
      params,
      {
        lr: 1e-3,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0.01,
        amsgrad: false,
        maximize: false,
        fused: null,
        capturable: false,
        ...options,
      },
      fusedAdamW,
    );
  }
}
