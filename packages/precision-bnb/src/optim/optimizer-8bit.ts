// The base of the 8-bit optimizers: which parameters are stepped together, with which numbers, on which state.
import { FabricError, full, isTensor, optim, type Tensor } from "@fabric/torch";
import { operatorFor } from "../operators.js";
import { configError, type OptimConfig } from "./config.js";
import { GlobalOptimManager } from "./global-optim-manager.js";
import { checkNoStateOptions, type StateArguments } from "./options.js";
import {
  type PagedCall,
  pagedMemory,
  pagedStates,
  plainMemory,
  type StateMemory,
  stepInTurn,
} from "./paged.js";
import { countable, is8bit, loadState, nestState, newState, type StateLayout } from "./state.js";

/** What all groups have. */
export interface GroupOptions {
  lr: number;
  weightDecay: number;
}

/** An update rule by bitsandbytes' name, and what it keeps. @internal */
export interface Rule extends StateLayout {
  readonly name:
    | "adam"
    | "lamb"
    | "ademamix"
    | "momentum"
    | "lars"
    | "lion"
    | "rmsprop"
    | "adagrad";
  /** Whether a step can be bounded by the parameter's norm. */
  readonly takesTrustRatio: boolean;
}

/** What a rule reads from a group. @internal */
export type RuleOptions = Pick<OptimConfig, "lr" | "betas" | "eps" | "weightDecay"> &
  Partial<Pick<OptimConfig, "alpha" | "tAlpha" | "tBeta3">>;

/** `rateIsOwn`: the rate is overridden, so that it is not the group's. */
type Config = RuleOptions & StateArguments & { readonly rateIsOwn: boolean };
type SavedGroup = Record<string, unknown> & { params: number[] };

/** Parameters that one call takes. */
interface Call extends PagedCall {
  readonly config: Config;
  readonly is8bit: boolean;
  readonly params: Tensor[];
  readonly paged: Tensor[];
  readonly grads: Tensor[];
  readonly states: optim.ParamState[];
}

const DTYPES: ReadonlySet<string> = new Set(["float32", "float16", "bfloat16"]);

/**
 * Base of the optimizers with 8-bit state (Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization"): one byte for each element of
 * a state and a float32 scale for each block of 256. Parameters and gradients are float32, float16 or bfloat16; arithmetic is float32. Steps take
 * a GradScaler's scale themselves.
 */
export abstract class Optimizer8bit<O extends GroupOptions> extends optim.Optimizer<O> {
  override readonly stepSupportsAmpScaling: boolean = true;
  readonly #rule: Rule;
  readonly #arguments: StateArguments;
  readonly #memory: StateMemory;
  readonly #manager = GlobalOptimManager.getInstance();
  /** Groups and modules with overrides when these were last looked for. */
  #resolved = "";

  /** @internal */
  protected constructor(
    params: optim.ParamsInput<O>,
    [defaults, state]: readonly [O, StateArguments],
    rule: Rule,
  ) {
    super(params, defaults);
    this.#rule = rule;
    this.#arguments = state;
    this.#memory = state.isPaged ? pagedMemory(new.target.name) : plainMemory;
  }

  /** A group's options as the rule reads them. @internal */
  protected abstract optionsOf(group: O): RuleOptions;

  /** Checks the options of a group. @throws FabricError `FABRIC_CONFIG_OPTIMIZER`. */
  protected override checkGroup(group: optim.ParamGroup<O>): void {
    checkNoStateOptions(this.constructor.name, group);
  }

  protected override initialState(param: Tensor, group: optim.ParamGroup<O>): optim.ParamState {
    const config = this.#configOf(this.ownerOf(param), group);
    const bits = param.numel() < config.minSize8bit ? 32 : config.optimBits;
    const state = newState(param, this.#rule, bits, config.maxUnorm > 0, this.#memory);
    return this.#arguments.capturable ? countable(state, param) : state;
  }

  /** Why a step cannot be recorded into a CUDA graph, as the end of a sentence; null if it can. */
  override captureObstacle(): string | null {
    return this.#arguments.capturable
      ? null
      : "its learning rate and its steps would be fixed in the recording; make it with `capturable: true`";
  }

  protected override update(
    { params, grads, dtype }: optim.Bucket,
    group: optim.ParamGroup<O>,
  ): void {
    if (!DTYPES.has(dtype))
      throw new FabricError(
        "FABRIC_UNSUPPORTED_DTYPE",
        `${this.constructor.name}: expected parameters of float32, float16 or bfloat16 but received ${dtype}. Use an optimizer of optim, such as optim.AdamW.`,
      );
    const { capturable } = this.#arguments;
    if (!capturable && this.foundInf !== null && this.foundInf.item() !== 0) return;
    this.#resolveModules();
    const calls = [...this.#callsOf(params, grads, group)];
    stepInTurn(calls, (call) => this.#apply(call, group));
  }

  #callsOf(
    params: readonly Tensor[],
    grads: readonly Tensor[],
    group: optim.ParamGroup<O>,
  ): Iterable<Call> {
    const calls = new Map<string, Call>();
    const shared = this.#manager.isUsed ? null : this.#configOf(params[0] as Tensor, group);
    params.forEach((param, i) => {
      const state = this.stateOf(param, group);
      const config = shared ?? this.#configOf(this.ownerOf(param), group);
      const paged = config.isPaged ? pagedStates(state) : [];
      // Paged states come one parameter at a time: a full device has no room for all.
      const apart = paged.length > 0 ? i : "";
      const key = `${is8bit(state)} ${shared === null ? JSON.stringify(config) : ""} ${apart}`;
      let call = calls.get(key);
      if (call === undefined) {
        call = { config, is8bit: is8bit(state), params: [], grads: [], states: [], paged };
        calls.set(key, call);
      }
      call.params.push(param);
      call.grads.push(grads[i] as Tensor);
      call.states.push(state);
    });
    return calls.values();
  }

  #apply(call: Call, group: optim.ParamGroup<O>): void {
    const { config, is8bit: hasCodes, params, grads, states } = call;
    const { name, hasSecond } = this.#rule;
    const numbers = config.capturable ? this.#countSteps(call, group) : null;
    const list = (entry: string): Tensor[] => states.map((state) => state[entry] as Tensor);
    const second = (entry: string): Tensor[] => (hasSecond ? list(entry) : []);
    const steps = numbers === null ? states.map((state) => (state["step"] as number) + 1) : [];
    const norms = states.every((state) => state["unorm_vec"] !== undefined);
    const unorm = config.maxUnorm > 0 && norms ? list("unorm_vec") : [];
    const options = {
      ...numbersOf(config),
      lr: config.lr,
      maxUnorm: config.maxUnorm,
      skipZeros: config.skipZeros,
      skipNonFinite: config.skipNonFinite,
      gradScale: this.gradScale,
      foundInf: numbers === null ? null : this.foundInf,
      numbers,
    };
    const first = params[0] as Tensor;
    if (hasCodes)
      operatorFor("optimizer_update_8bit_blockwise_", first)(
        name,
        params,
        grads,
        list("state1"),
        second("state2"),
        list("absmax1"),
        second("absmax2"),
        list("qmap1"),
        second("qmap2"),
        unorm,
        steps,
        options,
      );
    else
      operatorFor("optimizer_update_32bit_", first)(
        name,
        params,
        grads,
        list("state1"),
        second("state2"),
        unorm,
        steps,
        options,
      );
    steps.forEach((step, i) => {
      (states[i] as optim.ParamState)["step"] = step;
    });
  }

  /** Counts on the device, unless a gradient is not finite. @returns what the step computes with, a row for each parameter. */
  #countSteps({ config, params, states }: Call, group: optim.ParamGroup<O>): unknown {
    const first = params[0] as Tensor;
    const { device } = first;
    const rate = config.rateIsOwn
      ? full([], config.lr, { dtype: "float32", device })
      : this.deviceRate(group, device);
    const steps = states.map((state) => state["step"]);
    const options = { ...numbersOf(config), foundInf: this.foundInf };
    return operatorFor("optimizer_step_numbers_", first)(this.#rule.name, steps, rate, options);
  }

  /** A group's options, the optimizer's, and what is overridden for a parameter. */
  #configOf(param: Tensor, group: optim.ParamGroup<O>): Config {
    const config: Config = {
      ...this.optionsOf(group),
      ...this.#arguments,
      rateIsOwn: false,
    };
    if (!this.#manager.isUsed) return config;
    const place = group.params.indexOf(param);
    const override = this.#manager.overrideFor(param, this.paramGroups.indexOf(group), place);
    if (override === null) return config;
    const who = this.constructor.name;
    const { betas, maxUnorm = 0 } = override;
    if (betas !== undefined && betas.length !== config.betas.length)
      throw configError(
        who,
        `expected ${config.betas.length} numbers in the override of \`betas\` but received ${betas.length}.`,
      );
    if (maxUnorm > 0 && !this.#rule.takesTrustRatio)
      throw configError(
        who,
        `\`maxUnorm\` is overridden for a parameter, but only Adam, LAMB, SGD and LARS take it.`,
      );
    return { ...config, ...override, rateIsOwn: override.lr !== undefined };
  }

  #resolveModules(): void {
    if (!this.#manager.isUsed) return;
    const now = `${this.paramGroups.length} ${this.#manager.moduleOverrides}`;
    if (now === this.#resolved) return;
    this.#manager.resolveModules(new Set(this.paramGroups.flatMap((group) => group.params)));
    this.#resolved = now;
  }

  protected override savedState(state: optim.ParamState): optim.ParamState {
    const { step } = state;
    return nestState(isTensor(step) ? { ...state, step: step.item<number>() } : state);
  }

  protected override loadedState(saved: optim.ParamState, param: Tensor): optim.ParamState {
    const { maxUnorm, capturable } = this.#arguments;
    const who = this.constructor.name;
    const state = loadState(who, saved, param, this.#rule, maxUnorm > 0, this.#memory);
    return capturable ? countable(state, param) : state;
  }

  /** State and options in bitsandbytes' layout: state1, qmap1, absmax1, ... in a nested record; tensors are the live ones. */
  override stateDict(): optim.OptimizerStateDict {
    const { state, param_groups: groups } = super.stateDict();
    return { state, param_groups: groups.map((group) => this.savedGroup(group)) };
  }

  /**
   * Takes over a state dict of this class or of bitsandbytes', nested or flat, by order of parameters. A state keeps the bits it was saved with,
   * and is never cast.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_MISMATCH` if groups, sizes or the kind of state differ.
   */
  override loadStateDict(stateDict: optim.OptimizerStateDict): void {
    const { param_groups: groups } = stateDict;
    super.loadStateDict(
      Array.isArray(groups)
        ? { ...stateDict, param_groups: groups.map((group) => this.loadedGroup(group)) }
        : stateDict,
    );
  }

  /** Options, in snake_case, under bitsandbytes' names. @internal */
  protected abstract savedGroup(group: SavedGroup): SavedGroup;

  /** Options, in snake_case, under the names of this class. @internal */
  protected abstract loadedGroup(group: SavedGroup): SavedGroup;
}

/** What the numbers of a step are made of, as the operators take it. */
function numbersOf(config: RuleOptions): Record<string, number | null> {
  const [beta1 = 0, beta2 = 0, beta3 = 0] = config.betas;
  const { alpha = 0, tAlpha = null, tBeta3 = null, eps, weightDecay } = config;
  return { beta1, beta2, beta3, alpha, tAlpha, tBeta3, eps, weightDecay };
}
