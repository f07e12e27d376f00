// NAdam (Dozat 2016) and RAdam (Liu et al. 2020).
import { tensor, zerosLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import type { Bucket } from "./bucket.js";
import { add_, addcdiv_, addcmul_, descent, div, lerp_, mul_, sqrt_ } from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import { atLeastZero, checkNumber, type ParamGroup, type ParamsInput } from "./param-group.js";
import { countStep, newStep } from "./step-count.js";

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
}
/** Options of {@link NAdam}. */
export interface NAdamOptions extends RAdamOptions {
  /** Default 4e-3. */
  momentumDecay?: number;
}

function check(who: string, group: Required<RAdamOptions>): void {
  for (const name of ["lr", "eps", "weightDecay"] as const)
    checkNumber(who, name, group[name], atLeastZero, "a number >= 0");
  for (const i of [0, 1] as const)
    checkNumber(who, `betas[${i}]`, group.betas?.[i], (v) => v >= 0 && v < 1, "a number in [0, 1)");
}

/** Decays the weights or adds the decay to the gradients; returns the gradients to use. */
function decayed(bucket: Bucket, group: Required<RAdamOptions>): readonly Tensor[] {
  if (!group.decoupledWeightDecay)
    return descent(bucket.params, bucket.grads, group.maximize, group.weightDecay);
  if (group.weightDecay !== 0) mul_(bucket.params, 1 - group.lr * group.weightDecay);
  return descent(bucket.params, bucket.grads, group.maximize);
}

/** Adam with Nesterov momentum. */
export class NAdam extends Optimizer<Required<NAdamOptions>> {
  constructor(params: ParamsInput<Required<NAdamOptions>>, options: NAdamOptions = {}) {
    super(params, {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      decoupledWeightDecay: false,
      maximize: false,
      momentumDecay: 4e-3,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Required<NAdamOptions>>): void {
    check("NAdam", group);
    checkNumber("NAdam", "momentumDecay", group.momentumDecay, atLeastZero, "a number >= 0");
  }

  protected override initialState(param: Tensor): ParamState {
    return {
      step: newStep(),
      mu_product: tensor(1, { dtype: "float32" }),
      exp_avg: zerosLike(param),
      exp_avg_sq: zerosLike(param),
    };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Required<NAdamOptions>>): void {
    const [beta1, beta2] = group.betas;
    const grads = decayed(bucket, group);
    const moments = this.stateList(bucket, group, "exp_avg");
    const squares = this.stateList(bucket, group, "exp_avg_sq");
    lerp_(moments, grads, 1 - beta1);
    mul_(squares, beta2);
    addcmul_(squares, grads, grads, 1 - beta2);
    const gradRates: number[] = [];
    const momentRates: number[] = [];
    const corrections: number[] = [];
    for (const param of bucket.params) {
      const state = this.stateOf(param, group);
      const step = countStep(state);
      const mu = beta1 * (1 - 0.5 * 0.96 ** (step * group.momentumDecay));
      const muNext = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * group.momentumDecay));
      const product = state["mu_product"] as Tensor;
      product.mul_(mu);
      const muProduct = product.item();
      gradRates.push((-group.lr * (1 - mu)) / (1 - muProduct));
      momentRates.push((-group.lr * muNext) / (1 - muProduct * muNext));
      corrections.push(1 - beta2 ** step);
    }
    const denominators = div(squares, corrections);
    sqrt_(denominators);
    add_(denominators, group.eps);
    addcdiv_(bucket.params, grads, denominators, gradRates);
    addcdiv_(bucket.params, moments, denominators, momentRates);
  }
}

/** Adam whose adaptive part starts only when its variance can be trusted. */
export class RAdam extends Optimizer<Required<RAdamOptions>> {
  constructor(params: ParamsInput<Required<RAdamOptions>>, options: RAdamOptions = {}) {
    super(params, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      decoupledWeightDecay: false,
      maximize: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Required<RAdamOptions>>): void {
    check("RAdam", group);
  }

  protected override initialState(param: Tensor): ParamState {
    return { step: newStep(), exp_avg: zerosLike(param), exp_avg_sq: zerosLike(param) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Required<RAdamOptions>>): void {
    const [beta1, beta2] = group.betas;
    const grads = decayed(bucket, group);
    const moments = this.stateList(bucket, group, "exp_avg");
    const squares = this.stateList(bucket, group, "exp_avg_sq");
    lerp_(moments, grads, 1 - beta1);
    mul_(squares, beta2);
    addcmul_(squares, grads, grads, 1 - beta2);
    bucket.params.forEach((param, i) => {
      const step = countStep(this.stateOf(param, group));
      const correction1 = 1 - beta1 ** step;
      const correction2 = 1 - beta2 ** step;
      const rhoInf = 2 / (1 - beta2) - 1;
      const rho = rhoInf - (2 * step * beta2 ** step) / correction2;
      const moment = (moments[i] as Tensor).div(correction1);
      if (rho > 5) {
        const rectified = Math.sqrt(
          ((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho),
        );
        const adaptive = (squares[i] as Tensor)
          .sqrt()
          .add_(group.eps)
          .reciprocal_()
          .mul(Math.sqrt(correction2));
        // In PyTorch's order of multiplications, for its rounding.
        param.sub_(moment.mul(group.lr).mul(adaptive).mul(rectified));
      } else {
        param.sub_(moment.mul(group.lr));
      }
    });
  }
}
