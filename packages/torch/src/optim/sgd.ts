// Stochastic gradient descent.
import { zerosLike } from "../creation.js";
import { op } from "../dispatch/op.js";
import { FabricError } from "../errors.js";
import { unscoped } from "../scope.js";
import type { Tensor } from "../tensor.js";
import { type Bucket, takesFused } from "./bucket.js";
import { add, add_, copy_, descend_, descent, mul_ } from "./foreach.js";
import { Optimizer, type ParamState } from "./optimizer.js";
import {
  atLeastZero,
  checkNumber,
  checkSwitch,
  type ParamGroup,
  type ParamsInput,
} from "./param-group.js";

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Learning rate. Default 1e-3. */
  lr?: number;
  /** Share of the last direction that is kept. Default 0. */
  momentum?: number;
  /** Damps the gradient's part in the momentum. Default 0. */
  dampening?: number;
  /** Added to the gradient, times the parameter. Default 0. */
  weightDecay?: number;
  /** Look ahead along the momentum. Default false. */
  nesterov?: boolean;
  /** Climb instead of descend. Default false. */
  maximize?: boolean;
  /**
   * One kernel for the whole step. By default (null) on CUDA only: on the CPU the plain operators are used, whose rounding is that of
   * PyTorch's default to the last bit.
   */
  fused?: boolean | null;
  /** Let the step be recorded into a CUDA graph: the learning rate is read from the device's memory. Default false. */
  capturable?: boolean;
}

type Complete = Required<SGDOptions>;

const fusedSgd: (
  self: Tensor[],
  grads: Tensor[],
  momentumBuffers: Tensor[],
  options: object,
) => void = op("_fused_sgd_");

/** SGD, with momentum (Sutskever et al. 2013) on request; PyTorch's form of both. */
export class SGD extends Optimizer<Complete> {
  override readonly stepSupportsAmpScaling: boolean = true;
  protected override readonly takesCapturable: boolean = true;
  protected override readonly takesSparse: boolean = true;

  constructor(params: ParamsInput<Complete>, options: SGDOptions = {}) {
    super(params, {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      maximize: false,
      fused: null,
      capturable: false,
      ...options,
    });
  }

  protected override checkGroup(group: ParamGroup<Complete>): void {
    for (const name of ["lr", "momentum", "weightDecay"] as const)
      checkNumber("SGD", name, group[name], atLeastZero, "a number >= 0");
    checkSwitch("SGD", "capturable", group.capturable);
    if (group.nesterov && (group.momentum <= 0 || group.dampening !== 0)) {
      throw new FabricError(
        "FABRIC_CONFIG_OPTIMIZER",
        "SGD: nesterov needs a momentum > 0 and dampening 0.",
      );
    }
  }

  protected override initialState(param: Tensor, group: ParamGroup<Complete>): ParamState {
    // Zeros, not whatever memory holds: a fused first step may be cancelled by `foundInf`.
    return group.momentum === 0 ? {} : { momentum_buffer: zerosLike(param) };
  }

  protected override update(bucket: Bucket, group: ParamGroup<Complete>): void {
    const isFused = takesFused(bucket, group.fused ?? bucket.device !== "cpu");
    if (!isFused && this.takesScaleByHand(bucket)) return;
    const apply = (params: Tensor[], grads: Tensor[], buffers: Tensor[], isFirst: boolean): void =>
      isFused
        ? this.#apply(params, grads, buffers, group, isFirst)
        : this.#foreach(params, grads, buffers, group, isFirst);
    if (group.momentum === 0) {
      apply(bucket.params, bucket.grads, [], false);
      return;
    }
    // The first step fills a buffer with the gradient itself, without dampening; parameters may start at different times.
    const isNew = bucket.params.map((p) => this.existingState(p)?.["momentum_buffer"] == null);
    for (const isFirst of [true, false]) {
      const at = [...isNew.keys()].filter((i) => isNew[i] === isFirst);
      if (at.length === 0) continue;
      const params = at.map((i) => bucket.params[i] as Tensor);
      const buffers = params.map((p) => this.#buffer(p, group));
      apply(
        params,
        at.map((i) => bucket.grads[i] as Tensor),
        buffers,
        isFirst,
      );
    }
  }

  #buffer(param: Tensor, group: ParamGroup<Complete>): Tensor {
    const state = this.stateOf(param, group);
    // Momentum may have been switched on after the state was made.
    state["momentum_buffer"] ??= unscoped(() => zerosLike(param));
    return state["momentum_buffer"] as Tensor;
  }

  #apply(
    params: Tensor[],
    grads: Tensor[],
    buffers: Tensor[],
    group: ParamGroup<Complete>,
    isFirstStep: boolean,
  ): void {
    const { weightDecay, momentum, dampening, nesterov, maximize } = group;
    fusedSgd(params, grads, buffers, {
      weightDecay,
      momentum,
      lr: this.fusedRate(group, params[0] as Tensor),
      dampening,
      nesterov,
      maximize,
      isFirstStep,
      gradScale: this.gradScale,
      foundInf: this.foundInf,
    });
  }

  /** The same step, an operator at a time in the parameter's dtype. */
  #foreach(
    params: Tensor[],
    given: Tensor[],
    buffers: Tensor[],
    group: ParamGroup<Complete>,
    isFirstStep: boolean,
  ): void {
    const grads = descent(params, given, group.maximize, group.weightDecay);
    let direction = grads;
    if (buffers.length > 0) {
      // A sparse gradient cannot be copied onto a dense buffer, but it can be added to a fresh one of zeros.
      if (isFirstStep && grads.some((g) => g.layout !== "strided")) add_(buffers, grads);
      else if (isFirstStep) copy_(buffers, grads);
      else {
        mul_(buffers, group.momentum);
        add_(buffers, grads, { alpha: 1 - group.dampening });
      }
      direction = group.nesterov ? add(grads, buffers, { alpha: group.momentum }) : buffers;
    }
    descend_(params, direction, this.rateOf(group, (params[0] as Tensor).device));
  }
}
