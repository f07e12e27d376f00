// Who talks to other processes and wraps the module. Owns the precision plugin: everything reaches it through here.

import type { CheckpointIO } from "../checkpoint/checkpoint-io.js";
import type { ClusterEnvironment, ProcessLayout } from "../cluster/cluster-environment.js";
import type { Accelerator } from "../connector/accelerator.js";
import { FullPrecision } from "../full-precision.js";
import type { BackwardOptions, Precision, StepClosure } from "../precision.js";
import {
  type Device,
  type data,
  FabricError,
  type nn,
  type optim,
  type Tensor,
  torch,
} from "../torch.js";

/** Makes a strategy registered by name. */
export type StrategyFactory = (options: {
  readonly accelerator: Accelerator;
  /** One for each process of this machine. */
  readonly devices: readonly Device[];
  /** Machines that take part. */
  readonly numNodes: number;
  /** Where ranks and the address of rank 0 come from. */
  readonly clusterEnvironment: ClusterEnvironment;
}) => Strategy;

/** Shared, so that a step allocates nothing. */
const NO_CLOSURE: { closure?: StepClosure } = Object.freeze({});

/** How a collective combines values: `"mean"` and `"avg"` are the same. */
export type ReduceOp = "mean" | "avg" | "sum" | "min" | "max" | "product";

/** How a loader is to be split over processes. */
export interface DistributedSamplerOptions {
  readonly numReplicas: number;
  readonly rank: number;
}

/** Options of a strategy's constructor. What is given here must not be given to Fabric as well. */
export interface StrategyOptions {
  /** The device family. */
  accelerator?: Accelerator | undefined;
  /** The precision plugin. */
  precision?: Precision | undefined;
  /** Reads and writes checkpoints. */
  checkpointIO?: CheckpointIO | undefined;
  /** Where ranks and the address of rank 0 come from. */
  clusterEnvironment?: ClusterEnvironment | undefined;
}

/** What the connector chose for a strategy. @internal */
export interface StrategyParts {
  readonly accelerator: Accelerator;
  readonly precision: Precision;
  readonly clusterEnvironment: ClusterEnvironment;
}

/**
 * Base class of strategies. Ranks are those of the cluster environment; the other defaults are those of one process, and a strategy
 * overrides what changes with several.
 *
 * The precision hooks of a step are called from here, in the order of the guide, and those that a plugin left at their
 * default are skipped.
 */
export abstract class Strategy {
  /** The name users select it by, e.g. `"single_device"`. */
  abstract readonly name: string;
  /** True if the setup methods need `fabric.launch()` first. */
  readonly requiresLaunch: boolean = false;
  /** True if a plain `loss.backward()` would leave something out, so that outputs of models carry the guard. */
  readonly requiresFabricBackward: boolean = false;
  /** True if modules and optimizers can only be set up in one call. */
  readonly requiresJointSetup: boolean = false;

  /** True if set-up leaves each process a part of the parameters only. Optimizers and modules on the meta device are then possible. */
  readonly shardsParameters: boolean = false;

  /** Why a training step under this strategy cannot be recorded by `fabric.capture`, as the end of a sentence; null if it can. */
  captureObstacle(): string | null {
    return null;
  }

  /** What the constructor was given; none of it may come from Fabric as well. @internal */
  readonly own: Readonly<StrategyOptions>;

  #precision: Precision;
  #accelerator: Accelerator | null;
  #clusterEnvironment: ClusterEnvironment | null;

  constructor(options: StrategyOptions = {}) {
    const { accelerator, precision, checkpointIO, clusterEnvironment } = options;
    this.own = { accelerator, precision, checkpointIO, clusterEnvironment };
    this.#precision = precision ?? new FullPrecision();
    this.#accelerator = accelerator ?? null;
    this.#clusterEnvironment = clusterEnvironment ?? null;
  }

  /** The plugin that decides about dtypes. */
  get precision(): Precision {
    return this.#precision;
  }

  /** The device family, null until the connector has chosen one. */
  get accelerator(): Accelerator | null {
    return this.#accelerator;
  }

  /** Where ranks and the address of rank 0 come from, null until the connector has found out. */
  get clusterEnvironment(): ClusterEnvironment | null {
    return this.#clusterEnvironment;
  }

  /** Whether the plugin was given to this strategy's constructor. */
  get hasOwnPrecision(): boolean {
    return this.own.precision !== undefined;
  }

  /** Ties what the connector chose to the strategy. @internal */
  connect({ accelerator, precision, clusterEnvironment }: StrategyParts): void {
    this.#accelerator = accelerator;
    this.#precision = precision;
    this.#clusterEnvironment = clusterEnvironment;
  }

  /** This process's device. */
  abstract get rootDevice(): Device;

  /** Rank among all processes. */
  get globalRank(): number {
    return this.#clusterEnvironment?.globalRank() ?? 0;
  }
  /** Rank among the processes of this machine. */
  get localRank(): number {
    return this.#clusterEnvironment?.localRank() ?? 0;
  }
  /** Rank of this machine. */
  get nodeRank(): number {
    return this.#clusterEnvironment?.nodeRank() ?? 0;
  }
  /** Number of processes, also before they are started. */
  get worldSize(): number {
    return this.#clusterEnvironment?.worldSize() ?? 1;
  }

  /**
   * Starts the processes that this strategy needs and no launcher has started; default: none are missing.
   *
   * `fabric.launch()` calls it once, before {@link setupEnvironment}. A strategy of several processes returns `launchCopies(cluster, layout)`.
   *
   * @param _layout - processes on this machine, and machines, as Fabric's options say.
   */
  async launch(_layout: ProcessLayout): Promise<void> {}

  /** Takes the devices of this machine, one for each of its processes. Called by the connector, before anything else. */
  useDevices(_devices: readonly Device[]): void {}

  /** Prepares the device, and the process group where there is one. May return a promise, which `fabric.launch()` awaits. */
  setupEnvironment(): void {
    this.#accelerator?.setupDevice?.(this.rootDevice);
  }

  /** As {@link setupEnvironment}, at once: in a process that `fabric run` started it is called by the constructor of Fabric. */
  setupEnvironmentNow(): void {
    this.setupEnvironment();
  }

  /** Wraps a module for the forward pass. */
  setupModule(module: nn.Module): nn.Module {
    return module;
  }

  /** Wraps or replaces an optimizer. */
  setupOptimizer(optimizer: optim.Optimizer): optim.Optimizer {
    return optimizer;
  }

  /** Wraps a module, then each of its optimizers. */
  setupModuleAndOptimizers(
    module: nn.Module,
    optimizers: readonly optim.Optimizer[],
  ): { module: nn.Module; optimizers: optim.Optimizer[] } {
    return {
      module: this.setupModule(module),
      optimizers: optimizers.map((o) => this.setupOptimizer(o)),
    };
  }

  /** How loaders are split over processes, or null if they are not. */
  get distributedSamplerOptions(): DistributedSamplerOptions | null {
    return null;
  }

  /** Last say over a loader. */
  processDataLoader(loader: data.DataLoader<unknown>): data.DataLoader<unknown> {
    return loader;
  }

  /** Runs the three backward hooks of the plugin. Guarded outputs may be reached inside. */
  backward(tensor: Tensor, module: nn.Module | null, options: BackwardOptions): void {
    const precision = this.#precision;
    precision.preBackward(tensor, module);
    if (this.guardsBackward)
      torch.autograd.allowGuarded(() => precision.backward(tensor, module, options));
    else precision.backward(tensor, module, options);
    precision.postBackward(tensor, module);
  }

  /** Whether outputs of models get the guard against a plain backward. */
  get guardsBackward(): boolean {
    return this.requiresFabricBackward || this.#precision.requiresFabricBackward;
  }

  /** Performs an optimizer step through the plugin. */
  optimizerStep(optimizer: optim.Optimizer, closure: StepClosure | undefined): unknown {
    return this.#precision.optimizerStep(
      optimizer,
      closure === undefined ? NO_CLOSURE : { closure },
    );
  }

  /** State of a module for a checkpoint, without the strategy's own layer. */
  moduleStateDict(module: nn.Module): Record<string, Tensor> {
    return module.stateDict();
  }

  /** State of an optimizer for a checkpoint. */
  optimizerStateDict(optimizer: optim.Optimizer): Record<string, unknown> {
    return optimizer.stateDict() as unknown as Record<string, unknown>;
  }

  /** True if each process writes its own part of a checkpoint. */
  get savesShards(): boolean {
    return false;
  }

  /** Whether every process holds these values, so that any of them may write them to a sharded checkpoint. Default: rank 0 writes what is whole. */
  isAlikeEverywhere(_tensor: Tensor): boolean {
    return false;
  }

  /** Loads what {@link optimizerStateDict} gave, on one process or on several. */
  loadOptimizerState(optimizer: optim.Optimizer, state: optim.OptimizerStateDict): void {
    optimizer.loadStateDict(state);
  }

  /** Where `fabric.initModule` makes modules; `emptyInit` says that their weights will be loaded. */
  moduleInitDevice(_emptyInit: boolean): Device {
    return this.rootDevice;
  }

  /**
   * The norm over all processes, where each has a part of the gradients: a collective then. Here the norm itself.
   *
   * @param norm - of order `_normType`, of this process's gradients of `_parameters`.
   */
  combineNorm(norm: Tensor, _normType: number, _parameters: readonly Tensor[]): Tensor {
    return norm;
  }

  /** The values of all processes on rank 0, null elsewhere. */
  async gatherObject<T>(value: T): Promise<T[] | null> {
    return [value];
  }

  /** Whether the synchronisation of gradients can be left out for a backward; null where there is none to leave out. */
  noBackwardSync(_module: nn.Module): Disposable | null {
    return null;
  }

  /** Waits for all processes. */
  async barrier(_name?: string): Promise<void> {}

  /** Runs `fn` in the processes with `isFirst`, then in the others; all meet at the end. */
  async rankZeroFirst<T>(_isFirst: boolean, fn: () => T | Promise<T>): Promise<T> {
    return fn();
  }

  /** The value of rank `src`, everywhere. */
  async broadcast<T>(value: T, _src: number): Promise<T> {
    return value;
  }

  /** The tensors of all processes, along a new first dimension where there are several. */
  async allGather(tensor: Tensor, _options: { syncGrads: boolean }): Promise<Tensor> {
    return tensor;
  }

  /** The combined tensor, everywhere. In place where possible. */
  async allReduce(tensor: Tensor, _op: ReduceOp): Promise<Tensor> {
    return tensor;
  }

  /** The combined tensor on rank `dst`; elsewhere the tensor as it was. */
  async reduce(tensor: Tensor, _op: ReduceOp, _dst: number): Promise<Tensor> {
    return tensor;
  }

  /** Releases what the strategy and its plugin hold. */
  teardown(): void {
    this.#precision.teardown();
  }
}

/** Whether `value` is a strategy. */
export function isStrategy(value: unknown): value is Strategy {
  return value instanceof Strategy;
}

/** The device of a strategy that cannot work without one. @internal */
export function requireDevice(device: Device | null, name: string): Device {
  if (device !== null) return device;
  throw new FabricError(
    "FABRIC_USAGE_STRATEGY",
    `The strategy "${name}" has no device yet. Pass { device } or give it to new Fabric({ strategy }).`,
  );
}
