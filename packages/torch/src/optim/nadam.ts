// NAdam (Dozat 2016).
import { tensor, zerosLike } from "../creation.js";
import type { Tensor } from "../tensor.js";
import { checkAdamVariant, decayed, type RAdamOptions } from "./adam-variant.js";
import type { Bucket } from "./bucket.js";
import {
  add,
  add_,
  addcdiv_,
  addcmul_,
  descend_,
  div,
  lerp_,
  mul,
  mul_,
  mulBy_,
  onesMinus,
  powers,
  sqrt_,
  widened,
} from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import { atLeastZero, checkNumber, type ParamGroup, type ParamsInput } from "./param-group.js";
import { inFloat64, newStep } from "./step-count.js";

/** Options of {@link NAdam}. */
export interface NAdamOptions extends RAdamOptions {
  /** Default 4e-3. */
  momentumDecay?: number;
}

/** Adam with Nesterov momentum. */
export class NAdam extends Optimizer<Required<NAdamOptions>> {
  protected override readonly takesCapturable: boolean = true;

  constructor(params: ParamsInput<Required<NAdamOptions>>, options: NAdamOptions = {}) {
    super(params, {
      lr: 2e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0,
      decoupledWeightDecay: false,
      maximize: false,
      capturable: false,
      momentumDecay: 4e-3,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Required<NAdamOptions>>): void {
    checkAdamVariant("NAdam", group);
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
    const rate = this.rateOf(group, bucket.device);
    const grads = decayed(bucket, group, rate);
    const moments = this.stateList(bucket, group, "exp_avg");
    const squares = this.stateList(bucket, group, "exp_avg_sq");
    lerp_(moments, grads, 1 - beta1);
    mul_(squares, beta2);
    addcmul_(squares, grads, grads, 1 - beta2);
    const steps = this.countSteps(bucket, group);
    const products = this.scalarList(bucket, group, "mu_product");
    if (typeof rate === "number") {
      this.#onHost(bucket, group, { grads, moments, squares, steps, products });
      return;
    }
    const counts = inFloat64(steps);
    const denominators = div(widened(squares), onesMinus(powers(beta2, counts)));
    sqrt_(denominators);
    add_(denominators, group.eps);
    const mus = momentumOnDevice(group, counts);
    const nexts = momentumOnDevice(group, add(counts, 1));
    mulBy_(products, mus);
    const exact = inFloat64(products);
    const updates = div(grads, denominators);
    mulBy_(updates, div(onesMinus(mus), onesMinus(exact)));
    addcmul_(updates, div(moments, denominators), div(nexts, onesMinus(mul(exact, nexts))));
    descend_(bucket.params, updates, rate);
  }

  /** The end of a step, with factors that the host computes. */
  #onHost(bucket: Bucket, group: ParamGroup<Required<NAdamOptions>>, lists: NAdamLists): void {
    const [beta1, beta2] = group.betas;
    const { grads, moments, squares, steps, products } = lists;
    const gradRates: number[] = [];
    const momentRates: number[] = [];
    const corrections: number[] = [];
    steps.forEach((counter, i) => {
      const step = counter.item<number>();
      const mu = beta1 * (1 - 0.5 * 0.96 ** (step * group.momentumDecay));
      const muNext = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * group.momentumDecay));
      const product = products[i] as Tensor;
      product.mul_(mu);
      const muProduct = product.item<number>();
      gradRates.push((-group.lr * (1 - mu)) / (1 - muProduct));
      momentRates.push((-group.lr * muNext) / (1 - muProduct * muNext));
      corrections.push(1 - beta2 ** step);
    });
    const denominators = div(squares, corrections);
    sqrt_(denominators);
    add_(denominators, group.eps);
    addcdiv_(bucket.params, grads, denominators, gradRates);
    addcdiv_(bucket.params, moments, denominators, momentRates);
  }
}

interface NAdamLists {
  grads: readonly Tensor[];
  moments: Tensor[];
  squares: Tensor[];
  steps: Tensor[];
  products: Tensor[];
}

/** beta1 (1 - 0.96^(t momentumDecay) / 2) for each count t, `[]`, float64. */
function momentumOnDevice(group: Required<NAdamOptions>, counts: readonly Tensor[]): Tensor[] {
  const [beta1] = group.betas;
  const mus = powers(0.96 ** group.momentumDecay, counts);
  mul_(mus, -0.5 * beta1);
  add_(mus, beta1);
  return mus;
}
