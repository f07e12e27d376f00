// The plugin interface: one abstract class whose every hook is a working full-precision default.

import type { Device, DType, nn, optim, Tensor } from "@fabric/torch";
import { PRECISION_API, PRECISION_BRAND } from "./brand.js";

/** Marks a hook that does nothing, so that core detects it once and skips the call; shared by copies of core. */
const DEFAULT_HOOK: unique symbol = Symbol.for("@fabric/precision.default");

/** A context that changes nothing. */
const NOTHING: Disposable = { [Symbol.dispose]: () => {} };

/** What a plugin is told about the place where it will run. */
export interface PrecisionEnvironment {
  /** Device family: `"cpu"`, `"cuda"`, `"mps"`, ... */
  readonly accelerator: string;
  /** This process's device, e.g. `"cuda:0"`. */
  readonly device: Device;
}

/** Makes the plugin that serves `alias`. A plugin package exports one as `createPrecision`. */
export type PrecisionFactory = (alias: string, environment: PrecisionEnvironment) => Precision;

/** Options of a backward pass. */
export interface BackwardOptions {
  /** Gradient of the tensor itself; needed when it has more than one element. */
  gradient?: Tensor;
  /** Keep the graph for another backward. */
  retainGraph?: boolean;
  /** Build a graph of the gradients. */
  createGraph?: boolean;
  /** Accumulate into these leaves only. */
  inputs?: Tensor[];
}

/** Runs forward and backward again and returns the loss; some optimizers call it several times a step. */
export type StepClosure = () => unknown;

/** The processes that train one model together, as a plugin sees them. */
export interface Processes {
  /** How many there are; at least 2. */
  readonly worldSize: number;
  /**
   * Replaces each element by the largest that any process has there, in place, and waits for it. All processes must call it equally often,
   * with equal shapes; it may be called during backward.
   */
  allReduceMax(tensor: Tensor): void;
}

/** Dtypes in which a strategy that shards parameters sends them about. */
export interface ShardingDtypes {
  /** Of parameters while they are gathered and computed with; default: their own. */
  readonly paramDtype?: DType | undefined;
  /** Of gradients on their way to be averaged; default: that of the gathered parameters. */
  readonly reduceDtype?: DType | undefined;
  /** Parameters that are gathered in their own dtype nevertheless. `module` holds `parameter` directly. */
  readonly keepParamDtype?: ((module: nn.Module, parameter: nn.Parameter) => boolean) | undefined;
}

/** What happened in one optimizer step. */
export interface StepReport {
  /** True if the step was left out, because a gradient was inf or nan. */
  readonly skipped: boolean;
  /** Factor that the loss was multiplied with for this step; 1 without a scaler. */
  readonly lossScale: number;
  /** Norm of the gradients before clipping, when `clipGradients` measured it; reading it may wait for the device. */
  readonly gradNorm?: number;
}

/** One change of a loss scale. */
export interface LossScaleChange {
  /** Number of the step after which it changed, from 1; steps that were skipped count. */
  readonly step: number;
  /** The scale from then on. */
  readonly scale: number;
  /** Whether a gradient was inf or nan, or steps had gone well for long. */
  readonly reason: "overflow" | "growth";
}

/** What became of a loss scale. */
export interface LossScaleHistory {
  /** Steps so far: rounds of optimizer steps after a backward pass. */
  readonly steps: number;
  /** How many of them were left out, because a gradient was inf or nan. */
  readonly skippedSteps: number;
  /** The latest changes, oldest first; a plugin keeps a bounded number. */
  readonly changes: readonly LossScaleChange[];
}

/**
 * Decides in which dtypes a model is stored and computed. The defaults are full precision; a plugin overrides only what
 * it changes and declares its label.
 *
 * Order within one step: `convertInput`, then `forwardContext` around the user's `forward`, then `convertOutput`;
 * `preBackward`, `backward`, `postBackward`; `unscaleGradients`, `mainParams` (when gradients are clipped);
 * `optimizerStep`, `stepReport`.
 *
 * A plugin is recognised by the brand, never by `instanceof`, because two copies of core can meet in one process.
 *
 * @example
 * ```ts
 * class Rounded extends Precision {
 *   readonly precision = "rounded";
 *   override convertOutput<T>(data: T): T {
 *     return mapTensors(data, (tensor) => (isRealFloat(tensor) ? tensor.bfloat16().float() : tensor));
 *   }
 * }
 * export const createPrecision: PrecisionFactory = () => new Rounded();
 * ```
 */
export abstract class Precision {
  /** The alias that `fabric.precision` reports and checkpoints record, e.g. `"bf16-mixed"`. */
  abstract readonly precision: string;

  /**
   * True if gradients are only right through `fabric.backward` (a loss scaler, say). Outputs of the model then carry a
   * guard that makes a plain `loss.backward()` throw `FABRIC_USAGE_BACKWARD`.
   */
  readonly requiresFabricBackward: boolean = false;

  /** The alias, so that a plugin reads well in a message. */
  toString(): string {
    return this.precision;
  }

  /** One line for reports: what is stored and computed in which dtype. */
  describe(): string {
    return this.precision;
  }

  /**
   * Throws a FabricError if the plugin cannot work at this place. Called once, by the connector.
   * `strategy` is the strategy's name, e.g. `"single_device"`.
   */
  validate(_environment: PrecisionEnvironment & { readonly strategy: string }): void {}

  /**
   * Told about the other processes once they are connected, by strategies of several; with one process it is never called. What must be alike
   * everywhere, and is found from values that are not, is agreed through it: whether a gradient is inf, the largest value of a tensor.
   */
  connectProcesses(_processes: Processes): void {}

  /**
   * Converts parameters and buffers, once at `setup` and before the move to the device. Returns the module to use,
   * which may be the same object. A second call on the result must change nothing.
   */
  convertModule<M extends nn.Module>(module: M): M {
    return module;
  }

  /** How parameters and gradients travel where a strategy shards them; null leaves every tensor in its own dtype. */
  shardingDtypes(): ShardingDtypes | null {
    return null;
  }

  /** Told about every optimizer that is set up, the raw one, before its first step. */
  prepareOptimizer(_optimizer: optim.Optimizer): void {}

  /** Entered around `fabric.initTensor`. */
  tensorInitContext(): Disposable {
    return NOTHING;
  }

  /** Entered around `fabric.initModule`: the innermost context, after the device and `emptyInit`. */
  moduleInitContext(): Disposable {
    return NOTHING;
  }

  /** Entered around every forward pass and by `fabric.autocast`; left also on a throw. */
  forwardContext(): Disposable {
    return NOTHING;
  }

  /**
   * Converts the arguments of `forward` (an array), before the forward context is entered. Must keep integers, bools,
   * complex tensors and the structure, and return the same object if nothing changes; `mapTensors` does.
   */
  convertInput<T>(data: T): T {
    return data;
  }

  /** Converts the result of `forward`, after the forward context was left. Same rules as `convertInput`. */
  convertOutput<T>(data: T): T {
    return data;
  }

  /** Runs before the backward pass. `module` is the model named in `fabric.backward`, or null. */
  preBackward(_tensor: Tensor, _module: nn.Module | null): void {}

  /** Runs the backward pass. */
  backward(tensor: Tensor, _module: nn.Module | null, options: BackwardOptions = {}): void {
    const { gradient, ...rest } = options;
    tensor.backward(gradient, rest);
  }

  /** Runs after the backward pass. */
  postBackward(_tensor: Tensor, _module: nn.Module | null): void {}

  /** Performs one step of `optimizer`, the raw one. Returns what its `step` returned. */
  optimizerStep(optimizer: optim.Optimizer, { closure }: { closure?: StepClosure } = {}): unknown {
    return (optimizer as { step(closure?: StepClosure): unknown }).step(closure);
  }

  /** The parameters whose gradients are clipped: every one of every group, in order. */
  mainParams(optimizer: optim.Optimizer): Tensor[] {
    return optimizer.paramGroups.flatMap((group) => [...group.params]);
  }

  /**
   * Brings the gradients of `optimizer` to their true size; the first thing that clipping does. A second call within
   * one step must change nothing. A plugin that takes the 2-norm of the gradients of `mainParams` on the way returns it, a
   * scalar tensor, and saves clipping a pass over them.
   *
   * @throws FabricError `FABRIC_USAGE_NO_BACKWARD` if there was no backward pass whose scale could be taken out.
   */
  unscaleGradients(_optimizer: optim.Optimizer): Tensor | undefined {
    return undefined;
  }

  /**
   * True if a step of `optimizer` whose gradients are inf or nan will be skipped. `clipGradients` then returns the
   * non-finite norm and leaves the gradients alone, where it would otherwise throw.
   */
  skipsNonfiniteSteps(_optimizer: optim.Optimizer): boolean {
    return false;
  }

  /** What the last `optimizerStep` of `optimizer` did; null means: it stepped, and no scaler is in use. */
  stepReport(_optimizer: optim.Optimizer): StepReport | null {
    return null;
  }

  /** The factor that losses are multiplied with now; 1 without a scaler. Reading it may wait for the device. */
  lossScale(): number {
    return 1;
  }

  /** What became of the loss scale so far; null without a scaler. */
  lossScaleHistory(): LossScaleHistory | null {
    return null;
  }

  /**
   * Why a training step under this precision cannot be recorded by `fabric.capture`, as the end of a sentence; null if it can. A plugin says null if
   * none of its hooks reads a tensor's values on the host while `torch.cuda.avoidsHostReads()` is true, nor has to run anew at each step.
   */
  captureObstacle(): string | null {
    return "its plugin does not say that its hooks can be recorded (Precision.captureObstacle)";
  }

  /** Told that a step could not be recorded: what its hooks made during the recording was never computed, and is to be forgotten. */
  recordingFailed(): void {}

  /**
   * Called before a recorded step is replayed, with the optimizers that step in it: the moment to take over, by work on the device, what was changed
   * since, weights that were set from outside for example.
   */
  beforeReplay(_optimizers: readonly optim.Optimizer[]): void {}

  /** Called after a replay, which has stepped these optimizers; their parameters' versions have been counted up. */
  afterReplay(_optimizers: readonly optim.Optimizer[]): void {}

  /** State to be saved with a checkpoint: tensors, numbers, strings, booleans, arrays and plain objects. */
  stateDict(): Record<string, unknown> {
    return {};
  }

  /** Restores what `stateDict` returned. */
  loadStateDict(_state: Record<string, unknown>): void {}

  /**
   * The state dict of a module that was saved under this plugin, as floating-point tensors under PyTorch's names: what
   * `fabric.load(path, state, { convert: true })` gives to a model of another precision. A plugin that stores weights in a form of its own
   * (packed, scaled) overrides it; checkpoints then say so. Called on a new plugin object of the alias; the state is not to be changed.
   */
  plainStateDict(state: Record<string, Tensor>): Record<string, Tensor> {
    return state;
  }

  /** Releases what the plugin holds; called by `fabric.teardown()`. */
  teardown(): void {}
}

/** The brand; declared apart, because a class cannot declare a computed name here. */
export interface Precision {
  /** API number of the interface that the plugin was written against. */
  readonly [PRECISION_BRAND]: number;
}

Object.defineProperty(Precision.prototype, PRECISION_BRAND, { value: PRECISION_API });

/** Hooks that core leaves out when a plugin has not overridden them. */
export type SkippableHook =
  | "tensorInitContext"
  | "moduleInitContext"
  | "forwardContext"
  | "convertInput"
  | "convertOutput"
  | "preBackward"
  | "postBackward"
  | "optimizerStep"
  | "unscaleGradients"
  | "stepReport"
  | "plainStateDict";

const SKIPPABLE = [
  "tensorInitContext",
  "moduleInitContext",
  "forwardContext",
  "convertInput",
  "convertOutput",
  "preBackward",
  "postBackward",
  "optimizerStep",
  "unscaleGradients",
  "stepReport",
  "plainStateDict",
] as const satisfies readonly SkippableHook[];

for (const hook of [...SKIPPABLE, "convertModule"] as const) {
  Object.defineProperty(Precision.prototype[hook], DEFAULT_HOOK, { value: true });
}

/** Whether `precision` does something in `hook`. */
export function overridesHook(precision: Precision, hook: SkippableHook): boolean {
  return !(DEFAULT_HOOK in precision[hook]);
}

/** Whether `precision` converts modules. @internal */
export function overridesConversion(precision: Precision): boolean {
  return !(DEFAULT_HOOK in precision.convertModule);
}

/** Whether `value` is a precision plugin, of whichever copy of core. */
export function isPrecision(value: unknown): value is Precision {
  return typeof value === "object" && value !== null && PRECISION_BRAND in value;
}
