// RAdam (Liu et al. 2020).
import { zerosLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import { checkAdamVariant, decayed, type RAdamOptions } from "./adam-variant.js";
import type { Bucket } from "./bucket.js";
import {
  add,
  add_,
  addcmul_,
  descend_,
  div,
  div_,
  lerp_,
  mul,
  mul_,
  mulBy_,
  onesMinus,
  powers,
  sqrt,
  sqrt_,
  widened,
} from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import type { ParamGroup, ParamsInput } from "./param-group.js";
import { inFloat64, newStep } from "./step-count.js";

/** Adam whose adaptive part starts only when its variance can be trusted. */
export class RAdam extends Optimizer<Required<RAdamOptions>> {
  protected override readonly takesCapturable: boolean = true;

  constructor(params: ParamsInput<Required<RAdamOptions>>, options: RAdamOptions = {}) {
    super(params, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      decoupledWeightDecay: false,
      maximize: false,
      capturable: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Required<RAdamOptions>>): void {
    checkAdamVariant("RAdam", group);
  }

  protected override initialState(param: Tensor): ParamState {
    return { step: newStep(), exp_avg: zerosLike(param), exp_avg_sq: zerosLike(param) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Required<RAdamOptions>>): void {
    const [beta1, beta2] = group.betas;
    const rate = this.rateOf(group, bucket.device);
    const grads = decayed(bucket, group, rate);
    const moments = this.stateList(bucket, group, "exp_avg");
    const squares = this.stateList(bucket, group, "exp_avg_sq");
    lerp_(moments, grads, 1 - beta1);
    mul_(squares, beta2);
    addcmul_(squares, grads, grads, 1 - beta2);
    const steps = this.countSteps(bucket, group);
    const rhoInf = 2 / (1 - beta2) - 1;
    if (typeof rate !== "number") {
      rectifyOnDevice(bucket, group, { moments, squares, steps, rate, rhoInf });
      return;
    }
    bucket.params.forEach((param, i) => {
      const step = (steps[i] as Tensor).item<number>();
      const correction1 = 1 - beta1 ** step;
      const correction2 = 1 - beta2 ** step;
      const rho = rhoInf - (2 * step * beta2 ** step) / correction2;
      const moment = (moments[i] as Tensor).div(correction1);
      if (rho > RHO_MIN) {
        const rectified = Math.sqrt(
          ((rho - 4) * (rho - 2) * rhoInf) / ((rhoInf - 4) * (rhoInf - 2) * rho),
        );
        const adaptive = (squares[i] as Tensor)
          .sqrt()
          .add_(group.eps)
          .reciprocal_()
          .mul(Math.sqrt(correction2));
        // In PyTorch's order of multiplications, for its rounding.
        param.sub_(moment.mul(rate).mul(adaptive).mul(rectified));
      } else {
        param.sub_(moment.mul(rate));
      }
    });
  }
}

/** Above it the variance of the adaptive part can be trusted. */
const RHO_MIN = 5;

interface RAdamLists {
  moments: Tensor[];
  squares: Tensor[];
  steps: Tensor[];
  rate: Tensor;
  rhoInf: number;
}

/** The end of a step whose factors, and the decision between them, are computed where the counters are. */
function rectifyOnDevice(
  bucket: Bucket,
  group: Required<RAdamOptions>,
  { moments, squares, steps, rate, rhoInf }: RAdamLists,
): void {
  const [beta1, beta2] = group.betas;
  const counts = inFloat64(steps);
  const decays = powers(beta2, counts);
  const corrections = onesMinus(decays);
  const rhos = div(mul(counts, decays), corrections);
  mul_(rhos, -2);
  add_(rhos, rhoInf);
  const rectified = mul(add(rhos, -4), add(rhos, -2));
  mul_(rectified, rhoInf / ((rhoInf - 4) * (rhoInf - 2)));
  div_(rectified, rhos);
  mulBy_(rectified, corrections);
  sqrt_(rectified);
  const roots = sqrt(widened(squares));
  add_(roots, group.eps);
  const adaptive = div(rectified, roots);
  rhos.forEach((rho, i) => void adaptive[i]?.maskedFill_(rho.le(RHO_MIN), 1));
  const updates = div(widened(moments), onesMinus(powers(beta1, counts)));
  mulBy_(updates, adaptive);
  descend_(bucket.params, updates, rate);
}
