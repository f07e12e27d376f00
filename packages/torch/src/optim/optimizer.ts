// The base of every optimizer: groups, state, state dicts, and the walk of a step.
import { enableGrad, noGrad } from "../contexts.js";
import { tensor } from "../creation.js";
import { avoidsHostReads, isRecording } from "../cuda/recording.js";
import type { Device } from "../device.js";
import type { DType } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { scope, unscoped } from "../scope.js";
import { clearGrads, gradsOf, isTensor, type Tensor } from "../tensor.js";
import { tellZeroGrad } from "../zero-grad.js";
import { type Bucket, buckets } from "./bucket.js";
import { DeviceRates } from "./device-rate.js";
import {
  type ParamGroup,
  type ParamGroupInput,
  type ParamsInput,
  toGroups,
} from "./param-group.js";
import { optionsFromSnake, optionsToSnake } from "./state-names.js";
import { countSteps } from "./step-count.js";

/** State of one parameter, under PyTorch's names (`exp_avg`, `momentum_buffer`, `step`, ...). */
export type ParamState = Record<string, Tensor | number>;

/** An optimizer's state in PyTorch's layout: parameters by their number, options in snake_case. */
export interface OptimizerStateDict {
  state: Record<number, ParamState>;
  param_groups: (Record<string, unknown> & { params: number[] })[];
}

/** Computes the loss again; for optimizers that evaluate it several times a step. */
export type Closure<T = unknown> = () => T;

/** What {@link Optimizer.registerStepPreHook} returns. */
export interface StepHookHandle {
  /** Takes the hook off again. */
  remove(): void;
}

/** A hook around {@link Optimizer.step}. */
export type StepHook = (optimizer: Optimizer) => void;

/** Options of {@link Optimizer.zeroGrad}. */
export interface ZeroGradOptions {
  /** Drop gradients (default) instead of filling them with zeros. */
  setToNone?: boolean;
}

/**
 * Base class. A subclass gives its defaults, checks a group's options and updates one bucket: parameters of one group with one dtype and device
 * that have gradients.
 */
export abstract class Optimizer<O extends object = object> {
  /** Groups of parameters with their options; change `paramGroups[0].lr` to change the rate. */
  readonly paramGroups: ParamGroup<O>[] = [];
  /** State by parameter. */
  readonly state: Map<Tensor, ParamState> = new Map();
  /** Options of a group that does not say otherwise. */
  readonly defaults: O;
  /** Whether {@link step} itself takes a gradient scale and a flag of non-finite gradients ({@link gradScale}, {@link foundInf}). */
  readonly stepSupportsAmpScaling: boolean = false;
  /** Whether sparse gradients can be used. */
  protected readonly takesSparse: boolean = false;
  /**
   * Whether groups take `capturable`, with which a step decides nothing on the host, and reads its counters and the learning rate
   * ({@link deviceRate}) from the device's memory.
   */
  protected readonly takesCapturable: boolean = false;
  /** Scale that the gradients carry, set by a scaler for one step. */
  gradScale: Tensor | null = null;
  /** One-element tensor, non-zero when a gradient is not finite; set by a scaler for one step. */
  foundInf: Tensor | null = null;

  /**
   * Tensors that {@link step} updates in the place of parameters of {@link paramGroups}: float32 masters of 16-bit weights, Megatron's
   * `main_params`. Empty unless a precision plugin fills it; the plugin gives each its gradient before a step and writes the parameter back
   * afterwards. State stays under the parameter, in the dtype of its main tensor.
   */
  readonly mainParams: Map<Tensor, Tensor> = new Map();
  /**
   * Splits the parameters of a group into parts that {@link step} updates one after the other; set by the plugin that fills {@link mainParams}.
   * A part's main tensors and their gradients are there when it is given out, and may go when the next one is asked for.
   */
  mainParts: ((params: readonly Tensor[]) => Iterable<readonly Tensor[]>) | null = null;
  /** The parameter that a main tensor stands for, during a step. */
  readonly #owners: Map<Tensor, Tensor> = new Map();

  readonly #rates: DeviceRates = new DeviceRates();
  #generation = 0;
  readonly #preHooks: Set<StepHook> = new Set();
  readonly #postHooks: Set<StepHook> = new Set();

  protected constructor(params: ParamsInput<O>, defaults: O) {
    this.defaults = defaults;
    for (const group of toGroups<O>(params, new.target.name)) this.addParamGroup(group);
  }

  /** Checks the options of a group. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. */
  protected checkGroup(_group: ParamGroup<O>): void {}

  /** The state that a parameter starts with; made outside all scopes. */
  protected abstract initialState(param: Tensor, group: ParamGroup<O>): ParamState;

  /** One update of a bucket; runs without recording, and inside a scope. */
  protected abstract update(bucket: Bucket, group: ParamGroup<O>): void;

  /** Adds parameters while training goes on. @throws FabricError `FABRIC_CONFIG_OPTIMIZER` if one is in another group. */
  addParamGroup(input: ParamGroupInput<O>): void {
    const [group] = toGroups<O>([input], this.constructor.name);
    const complete = { ...this.defaults, ...group } as ParamGroup<O>;
    const known = new Set(this.paramGroups.flatMap((g) => g.params));
    if (complete.params.some((p) => known.has(p))) {
      throw new FabricError(
        "FABRIC_CONFIG_OPTIMIZER",
        `${this.constructor.name}: a parameter appears in more than one group; it would be updated twice a step.`,
      );
    }
    this.checkGroup(complete);
    this.paramGroups.push(complete);
    this.#generation += 1;
  }

  /**
   * Grows when {@link loadStateDict} put other tensors in the place of the state's, or {@link addParamGroup} added some. A step that was recorded
   * before writes to the former ones.
   */
  get generation(): number {
    return this.#generation;
  }

  /** Where the `step` entry of a parameter's state is kept. */
  protected stepDevice(_param: Tensor): Device {
    return "cpu";
  }

  /** The state of a parameter, made on first use. */
  protected stateOf(param: Tensor, group: ParamGroup<O>): ParamState {
    const owner = this.ownerOf(param);
    let state = this.state.get(owner);
    if (state === undefined) {
      // Each replay would start it again.
      if (isRecording())
        throw new FabricError(
          "FABRIC_CAPTURE_OPTIMIZER",
          `${this.constructor.name}: a parameter of shape [${param.shape.join(", ")}] has its first gradient while the step is being recorded into a graph, so that its state would begin anew with each replay. Warm up until every parameter has had a gradient: more \`warmup\` steps, or inputs that reach it.`,
        );
      state = unscoped(() => this.initialState(param, group));
      this.state.set(owner, state);
    }
    return state;
  }

  /** The parameter that stands in {@link paramGroups} for what a bucket holds: itself, unless {@link mainParams} has a tensor for it. */
  protected ownerOf(param: Tensor): Tensor {
    return this.#owners.get(param) ?? param;
  }

  /** The state of a parameter, if it has any. */
  protected existingState(param: Tensor): ParamState | undefined {
    return this.state.get(this.ownerOf(param));
  }

  /** What is updated for parameters. */
  #stepped(params: readonly Tensor[]): readonly Tensor[] {
    const { mainParams } = this;
    if (mainParams.size === 0) return params;
    return params.map((param) => {
      const main = mainParams.get(param);
      if (main === undefined) return param;
      this.#owners.set(main, param);
      return main;
    });
  }

  /** Tensors of one state entry for all parameters of a bucket. */
  protected stateList(bucket: Bucket, group: ParamGroup<O>, name: string): Tensor[] {
    return bucket.params.map((p) => this.stateOf(p, group)[name] as Tensor);
  }

  /**
   * A scalar of the state, such as `step`, for all parameters of a bucket. With `capturable` they are on the bucket's device, where a recorded
   * step reads them: the first such step moves them there.
   */
  protected scalarList(bucket: Bucket, group: ParamGroup<O>, name: string): Tensor[] {
    const { capturable } = group as { capturable?: boolean };
    const device = bucket.device as Device;
    return bucket.params.map((p) => {
      const state = this.stateOf(p, group);
      const scalar = state[name] as Tensor;
      if (capturable !== true || scalar.device === device) return scalar;
      const moved = unscoped(() => scalar.to(device));
      state[name] = moved;
      return moved;
    });
  }

  /** Counts one step of each parameter of a bucket. @returns the counters, as {@link scalarList} gives them. */
  protected countSteps(bucket: Bucket, group: ParamGroup<O>): Tensor[] {
    const steps = this.scalarList(bucket, group, "step");
    if (steps[0] !== undefined) countSteps(steps, steps[0].device);
    return steps;
  }

  /** For a path that takes no scale inside its kernel: divides the gradients by it. @returns true when the step is to be skipped. */
  protected takesScaleByHand(bucket: Bucket): boolean {
    if (this.foundInf !== null && avoidsHostReads())
      throw new FabricError(
        "FABRIC_CAPTURE_OPTIMIZER",
        `${this.constructor.name}: a step that is recorded into a graph cannot be left out by the host when a gradient is inf or nan. Use \`fused: true\`, whose kernel leaves it out, or train without a loss scaler ("bf16-mixed").`,
      );
    if (this.foundInf !== null && this.foundInf.item() !== 0) return true;
    if (this.gradScale !== null) for (const grad of bucket.grads) grad.div_(this.gradScale);
    return false;
  }

  /** Why a step cannot be recorded into a CUDA graph, as the end of a sentence; null if it can. */
  captureObstacle(): string | null {
    if (!this.takesCapturable)
      return "its step counts, or decides, on the host; the optimizers of torch.optim but LBFGS can be recorded, with `capturable: true`";
    const groups = this.paramGroups as { capturable?: boolean }[];
    return groups.every(({ capturable }) => capturable === true)
      ? null
      : "its learning rate would be fixed in the recording; make it with `capturable: true`";
  }

  /** Writes options that changed, learning rates that is, to the device's memory, where a recorded step reads them. Called before each replay. */
  refreshCapturable(): void {
    this.#rates.refresh();
  }

  /** The rate of a group where a recorded step reads it, `[]`, float32. */
  protected deviceRate(group: { lr: number }, device: string): Tensor {
    return this.#rates.of(group, device);
  }

  /** The rate of a group: where a recorded step reads it with `capturable`, else the number. */
  protected rateOf(group: { lr: number; capturable?: boolean }, device: string): Tensor | number {
    return group.capturable === true ? this.deviceRate(group, device) : group.lr;
  }

  /** The rate for a fused kernel: that of the device's memory with `capturable`, else the number. */
  protected fusedRate(
    group: { lr: number; capturable?: boolean },
    { device, dtype }: { device: string; dtype: DType },
  ): Tensor | number {
    // On the CPU, where nothing is recorded, 16-bit kernels are ours and take a number.
    const takesTensor = device !== "cpu" || dtype === "float32" || dtype === "float64";
    return takesTensor ? this.rateOf(group, device) : group.lr;
  }

  /**
   * Updates every parameter that has a gradient. A closure computes the loss again, with gradients; it is called once
   * unless the optimizer says otherwise.
   * @returns what the closure returned.
   */
  step(): undefined;
  step<T>(closure: Closure<T>): T;
  step<T>(closure?: Closure<T>): T | undefined;
  step<T>(closure?: Closure<T>): T | undefined {
    for (const hook of this.#preHooks) hook(this as unknown as Optimizer);
    const result = closure === undefined ? undefined : enableGrad(closure);
    try {
      noGrad(() => {
        for (const group of this.paramGroups)
          for (const part of this.mainParts?.(group.params) ?? [group.params])
            scope(() => this.#updatePart(part, group));
      });
    } finally {
      this.#owners.clear();
    }
    for (const hook of this.#postHooks) hook(this as unknown as Optimizer);
    return result;
  }

  #updatePart(part: readonly Tensor[], group: ParamGroup<O>): void {
    const params = this.#stepped(part);
    for (const bucket of buckets(params, gradsOf(params))) {
      if (!bucket.isDense && !this.takesSparse)
        throw new FabricError(
          "FABRIC_UNSUPPORTED_SPARSE",
          `${this.constructor.name}: a gradient is sparse, which only SGD takes; use SGD, or \`sparse: false\` in nn.Embedding.`,
        );
      this.update(bucket, group);
    }
  }

  /** Calls `hook` before each step. */
  registerStepPreHook(hook: StepHook): StepHookHandle {
    this.#preHooks.add(hook);
    return { remove: () => void this.#preHooks.delete(hook) };
  }
  /** Calls `hook` after each step. */
  registerStepPostHook(hook: StepHook): StepHookHandle {
    this.#postHooks.add(hook);
    return { remove: () => void this.#postHooks.delete(hook) };
  }

  /** Drops the gradients of all parameters. */
  zeroGrad(options: ZeroGradOptions = {}): void {
    const params = this.paramGroups.flatMap((g) => g.params);
    tellZeroGrad(params);
    if (this.mainParams.size > 0) clearGrads([...this.mainParams.values()]);
    if (options.setToNone ?? true) {
      clearGrads(params);
      return;
    }
    noGrad(() =>
      scope(() => {
        for (const g of gradsOf(params)) g?.detach_().zero_();
      }),
    );
  }

  /** One parameter's state as {@link stateDict} gives it; here the same entries. */
  protected savedState(state: ParamState): ParamState {
    return { ...state };
  }

  /**
   * One parameter's state out of a state dict, which stays as it is; runs without recording and outside all scopes. Here copies, with
   * floating-point tensors in the dtype of the parameter, or of what {@link mainParams} has for it. An optimizer whose state has dtypes or a
   * layout of its own says so here.
   * @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if an optimizer cannot use it.
   */
  protected loadedState(saved: ParamState, param: Tensor): ParamState {
    const { dtype } = this.mainParams.get(param) ?? param;
    return copyState(saved, param, dtype, this.stepDevice(param));
  }

  /** State and options in PyTorch's layout; tensors are the live ones. */
  stateDict(): OptimizerStateDict {
    const numbers = new Map<Tensor, number>();
    const groups = this.paramGroups.map((group) => {
      const { params, paramNames, ...options } = group;
      const names = paramNames?.length === params.length ? { param_names: [...paramNames] } : {};
      const ids = params.map((p) => {
        if (!numbers.has(p)) numbers.set(p, numbers.size);
        return numbers.get(p) as number;
      });
      return { ...optionsToSnake(options), ...names, params: ids };
    });
    const state: Record<number, ParamState> = {};
    for (const [param, number] of numbers) {
      const entry = this.state.get(param);
      if (entry !== undefined) state[number] = this.savedState(entry);
    }
    return { state, param_groups: groups };
  }

  /**
   * Takes over a state dict, by order of parameters. Floating-point state is cast to the dtype and device of its parameter, or of what
   * {@link mainParams} has for it, except `step`. Options are those that were saved, but for `capturable`, which is how this optimizer was made to run.
   * @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if groups or sizes differ.
   */
  loadStateDict(stateDict: OptimizerStateDict): void {
    const { state, param_groups: saved } = stateDict;
    if (!Array.isArray(saved) || typeof state !== "object" || state === null) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_MISMATCH",
        `${this.constructor.name}: expected { state, param_groups } but received ${show(stateDict)}.`,
      );
    }
    if (saved.length !== this.paramGroups.length) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_MISMATCH",
        `${this.constructor.name}: the saved state has ${saved.length} parameter groups, this optimizer ${this.paramGroups.length}.`,
      );
    }
    const byNumber = new Map<number, Tensor>();
    saved.forEach((group, i) => {
      const own = this.paramGroups[i] as ParamGroup<O>;
      if (group.params.length !== own.params.length) {
        throw new FabricError(
          "FABRIC_CHECKPOINT_MISMATCH",
          `${this.constructor.name}: group ${i} was saved with ${group.params.length} parameters, this one has ${own.params.length}.`,
        );
      }
      group.params.forEach((number, j) => {
        byNumber.set(number, own.params[j] as Tensor);
      });
    });
    const loaded = new Map<Tensor, ParamState>();
    for (const [number, param] of byNumber) {
      const entry = state[number];
      if (entry === undefined) continue;
      const own = unscoped(() => noGrad(() => this.loadedState(entry, param)));
      loaded.set(param, own);
    }
    this.#generation += 1;
    this.state.clear();
    for (const [param, entry] of loaded) this.state.set(param, entry);
    saved.forEach((group, i) => {
      // Names stay this optimizer's own: parameters are matched by order.
      const { params: _, param_names: __, capturable: ___, ...options } = group;
      Object.assign(this.paramGroups[i] as object, optionsFromSnake(options));
    });
  }
}

/** Running scalars, not of the parameter's kind: a cast of NAdam's product to bfloat16 would change the steps after a resume. */
const SCALARS: ReadonlySet<string> = new Set(["mu_product"]);

/** A copy in the parameter's dtype and on its device; the counter in float32 where the optimizer wants it. */
function copyState(entry: ParamState, param: Tensor, dtype: DType, stepDevice: Device): ParamState {
  const copy: ParamState = {};
  for (const [name, value] of Object.entries(entry)) {
    if (name === "step") {
      // Old checkpoints hold a plain number.
      copy[name] = isTensor(value)
        ? value.detach().to({ dtype: "float32", device: stepDevice, copy: true })
        : tensor(value, { dtype: "float32", device: stepDevice });
    } else if (!isTensor(value)) copy[name] = value;
    else
      copy[name] = value.detach().to({
        dtype:
          param.isFloatingPoint() && value.isFloatingPoint() && !SCALARS.has(name)
            ? dtype
            : value.dtype,
        device: param.device,
        copy: true,
      });
  }
  return copy;
}
