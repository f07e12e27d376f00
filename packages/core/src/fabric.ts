// The object users hold. It owns no numerics: those are the precision plugin's, reached through the strategy.

import { hasHook } from "./callbacks.js";
import { type CapturedStep, type CaptureOptions, captureStep } from "./capture/captured-step.js";
import { type ConvertState, converter, historyOf, savedPrecision } from "./checkpoint/convert.js";
import { PendingSaves } from "./checkpoint/pending-saves.js";
import { stateObject } from "./checkpoint/read.js";
import { resumesTraining } from "./checkpoint/rng.js";
import { lazyState } from "./checkpoint/shards/load-state.js";
import { saveShards } from "./checkpoint/shards/save-state.js";
import { snapshotState } from "./checkpoint/snapshot.js";
import {
  applyState,
  collectState,
  holdsModule,
  loadInto,
  PRECISION_KEY,
  type StateFilter,
  userEntries,
} from "./checkpoint/state.js";
import {
  type ClipOptions,
  checkClipOptions,
  clipParameters,
  groupNorms,
  preparedParameters,
} from "./clip.js";
import { contextArguments, enterAll, runInContext } from "./context.js";
import { FabricBase, type FabricOptions } from "./fabric-base.js";
import { checkLoaders, type LoaderLike, loaderDevice, seedLoader, shardLoader } from "./loaders.js";
import type { BackwardOptions, StepReport } from "./precision.js";
import { holdOnSkippedSteps, type SchedulerLike } from "./scheduler.js";
import {
  checkModule,
  checkNoMeta,
  checkOptimizers,
  checkSeparateOptimizers,
  type SetupContext,
  type SetupModule,
  type SetupOptimizers,
  type SetupOptions,
  setupModuleAndOptimizers,
  splitOptions,
} from "./setup.js";
import type { Strategy } from "./strategy/strategy.js";
import { type data, FabricError, isTensor, nn, type optim, type Tensor, torch } from "./torch.js";
import { type FabricDataLoader, wrapLoader } from "./wrappers/fabric-data-loader.js";
import { type FabricOptimizer, noteGradNorm, wrapOptimizer } from "./wrappers/fabric-optimizer.js";
import { unwrapOne, wrappedOf } from "./wrappers/wrapped.js";

/** Options of `fabric.backward`. */
export interface FabricBackwardOptions extends BackwardOptions {
  /** The model whose output the loss was made of; needed only where a strategy says so. */
  model?: nn.Module | undefined;
}

/** Options of `fabric.initModule`. */
export interface InitModuleOptions {
  /** Leave the memory of parameters as it is, for weights that are loaded right afterwards. */
  emptyInit?: boolean | undefined;
}

/** Options of `fabric.save` and `fabric.saveAsync`. */
export interface SaveOptions {
  /** By key of the state: which of its entries, by name and value, are stored. Default: all. */
  filter?: Record<string, StateFilter> | undefined;
  /** Store the state of the default random generators as well. Default true. */
  rng?: boolean | undefined;
}

/** Options of `fabric.load`. */
export interface LoadOptions {
  /** Throw if an asked-for entry, or a module's key, is missing. Default true. */
  strict?: boolean | undefined;
  /** Restore the default random generators. Default: if an optimizer is loaded. */
  rng?: boolean | undefined;
  /** Turn weights that another precision stores in a form of its own into floating-point numbers. Default false. */
  convert?: boolean | undefined;
  /** Compare every tensor's checksum before anything is loaded, which reads the file once more. Default true. */
  verify?: boolean | undefined;
}

/** Loads module states as they are. */
const unchanged: ConvertState = (state) => state;

type Optimizers = [optim.Optimizer, ...optim.Optimizer[]];
type LoaderOptions = {
  useDistributedSampler?: boolean | undefined;
  moveToDevice?: boolean | undefined;
};

/**
 * Gives a training loop its device, its precision and its checkpoints.
 *
 * @example
 * ```ts
 * const fabric = new Fabric({ precision: "bf16-mixed" });
 * const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-3 }));
 * for await (const [x, y] of fabric.setupDataLoaders(loader)) {
 *   optimizer.zeroGrad();
 *   fabric.backward(F.crossEntropy(model.forward(x), y));
 *   optimizer.step();
 * }
 * ```
 */
export class Fabric extends FabricBase {
  readonly #optimizers: WeakRef<optim.Optimizer>[] = [];
  readonly #names = new WeakMap<Tensor, string>();
  readonly #context: SetupContext;
  readonly #saves = new PendingSaves();
  /** Precisions that the weights were in before, as checkpoints tell. */
  #convertedFrom: readonly string[] = [];
  #models = 0;
  /** Calls of `load` and `loadRaw`: a step recorded before writes to tensors that may have been replaced. */
  #loads = 0;
  #lastLossScale: number | null = null;

  /** @throws FabricError `FABRIC_CONFIG_*`, `FABRIC_MISSING_*` or `FABRIC_UNSUPPORTED_*`: the first option that cannot be used. */
  constructor(options: FabricOptions = {}) {
    super(options);
    this.#context = {
      strategy: this.strategy,
      device: this.device,
      afterStep: (optimizer, report) => this.#afterStep(optimizer, report),
    };
  }

  // -- set-up --------------------------------------------------------------------------------------------------

  /**
   * Converts a module to the precision, moves it to the device and wraps it, with its optimizers.
   *
   * Optimizers made before stay valid, also when the plugin replaces layers. A `scheduler` is returned last, as the same
   * object; its `step()` waits while optimizer steps are skipped.
   *
   * @returns the module, or `[module, ...optimizers, scheduler?]`.
   * @throws FabricError `FABRIC_USAGE_ALREADY_WRAPPED`, `FABRIC_USAGE_NOT_MODULE`, `FABRIC_USAGE_NOT_OPTIMIZER`, `FABRIC_USAGE_EMPTY_OPTIMIZER`.
   */
  setup<M extends nn.Module>(
    module: M,
    options?: SetupOptions & { scheduler?: undefined },
  ): SetupModule<M>;
  setup<M extends nn.Module, O extends Optimizers>(
    module: M,
    ...optimizers: O
  ): [SetupModule<M>, ...SetupOptimizers<O>];
  setup<M extends nn.Module, O extends Optimizers>(
    module: M,
    ...args: [...O, SetupOptions & { scheduler?: undefined }]
  ): [SetupModule<M>, ...SetupOptimizers<O>];
  setup<M extends nn.Module, O extends Optimizers, S extends SchedulerLike>(
    module: M,
    ...args: [...O, SetupOptions & { scheduler: S }]
  ): [SetupModule<M>, ...SetupOptimizers<O>, S];
  setup(module: nn.Module, ...args: unknown[]): unknown {
    this.requireLaunch("setup");
    checkModule(module);
    const { objects, options } = splitOptions("fabric.setup", args, ["scheduler", "moveToDevice"]);
    const optimizers: readonly unknown[] = objects;
    checkOptimizers(optimizers);
    if (this.strategy.shardsParameters) checkNoMeta(optimizers);
    const { scheduler } = options as { scheduler?: SchedulerLike };
    const result = setupModuleAndOptimizers(
      this.#context,
      module,
      optimizers,
      (options["moveToDevice"] ?? true) as boolean,
    );
    if (scheduler !== undefined) holdOnSkippedSteps(scheduler, result.raw);
    this.#remember(result.original, result.raw);
    this.#attach(result.original);
    this.call("onAfterSetup", { fabric: this, module: result.model });
    if (optimizers.length === 0 && scheduler === undefined) return result.model;
    return [result.model, ...result.optimizers, ...(scheduler === undefined ? [] : [scheduler])];
  }

  /** As {@link setup} for a module alone, without the callback; optimizers follow with {@link setupOptimizers}. */
  setupModule<M extends nn.Module>(
    module: M,
    { moveToDevice: move = true }: SetupOptions = {},
  ): SetupModule<M> {
    this.requireLaunch("setupModule");
    checkModule(module);
    const result = setupModuleAndOptimizers(this.#context, module, [], move);
    this.#remember(result.original, []);
    return result.model;
  }

  /**
   * Wraps optimizers whose module was set up with {@link setupModule}.
   *
   * @returns the wrapper, or an array if several were given.
   * @throws FabricError `FABRIC_USAGE_NO_OPTIMIZER`, `FABRIC_USAGE_ALREADY_WRAPPED`, `FABRIC_USAGE_META_PARAMETERS`, `FABRIC_USAGE_JOINT_SETUP`.
   */
  setupOptimizers<O extends optim.Optimizer>(optimizer: O): FabricOptimizer<O> & O;
  setupOptimizers<O extends Optimizers>(...optimizers: O): SetupOptimizers<O>;
  setupOptimizers(...optimizers: unknown[]): unknown {
    this.requireLaunch("setupOptimizers");
    const given: readonly unknown[] = optimizers;
    checkOptimizers(given);
    checkSeparateOptimizers(given, this.strategy);
    const raw = given.map((optimizer) => this.strategy.setupOptimizer(optimizer));
    this.#know(raw);
    const wrapped = raw.map((optimizer) =>
      wrapOptimizer(optimizer, this.strategy, this.#context.afterStep),
    );
    return wrapped.length === 1 ? wrapped[0] : wrapped;
  }

  /**
   * Makes schedulers that were built after set-up wait while optimizer steps are skipped, as those given to
   * {@link setup} do. Returns the same object, or an array if several were given.
   */
  setupSchedulers<S extends SchedulerLike>(scheduler: S): S;
  setupSchedulers<S extends [SchedulerLike, ...SchedulerLike[]]>(...schedulers: S): S;
  setupSchedulers(...schedulers: SchedulerLike[]): unknown {
    for (const scheduler of schedulers) holdOnSkippedSteps(scheduler, this.#known());
    return schedulers.length === 1 ? schedulers[0] : schedulers;
  }

  /**
   * Wraps loaders: each process reads its share, epochs are told to samplers, batches arrive on the device.
   *
   * @returns the wrapper, or an array if several were given.
   * @throws FabricError `FABRIC_USAGE_NO_LOADER`, `FABRIC_USAGE_ALREADY_WRAPPED`, `FABRIC_USAGE_NOT_LOADER`.
   */
  setupDataLoaders<L extends LoaderLike>(loader: L, options?: LoaderOptions): FabricDataLoader & L;
  setupDataLoaders<L extends [LoaderLike, LoaderLike, ...LoaderLike[]]>(
    ...loaders: L
  ): { -readonly [K in keyof L]: FabricDataLoader & L[K] };
  setupDataLoaders<L extends [LoaderLike, LoaderLike, ...LoaderLike[]]>(
    ...args: [...L, LoaderOptions]
  ): { -readonly [K in keyof L]: FabricDataLoader & L[K] };
  setupDataLoaders(...args: unknown[]): unknown {
    this.requireLaunch("setupDataLoaders");
    const { objects, options } = splitOptions("fabric.setupDataLoaders", args, [
      "useDistributedSampler",
      "moveToDevice",
    ]);
    const loaders: readonly unknown[] = objects;
    checkLoaders(loaders);
    const device = loaderDevice(this.strategy, (options["moveToDevice"] ?? true) as boolean);
    const share = (options["useDistributedSampler"] ?? true) as boolean;
    const wrapped = loaders.map((loader) => {
      const sharded = seedLoader(shardLoader(loader, this.strategy, share), this.strategy);
      return wrapLoader(
        this.strategy.processDataLoader(sharded as data.DataLoader<unknown>),
        device,
      );
    });
    return wrapped.length === 1 ? wrapped[0] : wrapped;
  }

  // -- training ------------------------------------------------------------------------------------------------

  /** Runs the backward pass of a loss through the precision plugin. Use it in place of `loss.backward()`. */
  backward(tensor: Tensor, { model, ...options }: FabricBackwardOptions = {}): void {
    if (!isTensor(tensor)) {
      throw new FabricError(
        "FABRIC_USAGE_BACKWARD_ARGUMENT",
        `backward: expected the loss, a Tensor, but received ${tensor === null ? "null" : typeof tensor}.`,
      );
    }
    const module = model === undefined ? null : (unwrapOne(model, false) as nn.Module);
    this.strategy.backward(tensor, module, options);
  }

  /**
   * Clips the gradients of an optimizer's parameters, or of a list of parameters, after taking out the loss scale.
   *
   * @returns the norm before clipping, a scalar tensor; undefined with `clipValue`.
   * @throws FabricError `FABRIC_CONFIG_CLIP`, `FABRIC_USAGE_NO_BACKWARD`, `FABRIC_USAGE_NONFINITE_GRADIENT`.
   */
  clipGradients(
    module: nn.Module,
    optimizer: optim.Optimizer | readonly Tensor[],
    options: ClipOptions & { clipValue: number },
  ): undefined;
  clipGradients(
    module: nn.Module,
    optimizer: optim.Optimizer | readonly Tensor[],
    options: ClipOptions & { maxNorm: number },
  ): Tensor;
  clipGradients(
    module: nn.Module,
    optimizer: optim.Optimizer | readonly Tensor[],
    options: ClipOptions,
  ): Tensor | undefined {
    checkClipOptions(options);
    const target = (Array.isArray(optimizer) ? optimizer : unwrapOne(optimizer, false)) as
      | optim.Optimizer
      | readonly Tensor[];
    const prepared = preparedParameters(this.precision, target, this.#known());
    const told = {
      nameOf: (parameter: Tensor) => this.#nameOf(parameter, module),
      norm: (value: number) => {
        if (!Array.isArray(target)) noteGradNorm(target, value);
      },
      combine: this.#combineNorm,
    };
    const { params, skipsNonfinite, norm, owners } = prepared;
    return clipParameters(params, options, skipsNonfinite, norm, told, owners);
  }

  /** The gradients' norm of each parameter group, at their true size: one scalar tensor a group. Nothing is clipped. */
  gradientNorms(
    optimizer: optim.Optimizer,
    { normType = 2 }: { normType?: number } = {},
  ): Tensor[] {
    const raw = unwrapOne(optimizer, false) as optim.Optimizer;
    this.precision.unscaleGradients(raw);
    return groupNorms(raw, normType, this.#combineNorm);
  }

  /**
   * A training step that is recorded into a CUDA graph and replayed, which spares the host all of its work: forward, backward, clipping, the
   * scaler and the optimizer.
   *
   * Every call is one step. The first `warmup` ones run as usual, on a stream of their own; the next one records the step, and replays it; later
   * ones copy their inputs into the recorded ones and replay. Inputs keep their shapes, dtypes and plain values. Outputs are detached, and the same
   * tensors each time: read or copy them before the next call. A replay runs no JavaScript: hooks, counters and prints of the step happen in the
   * warm-up and once while recording. Learning rates of optimizers may change between calls.
   *
   * @throws FabricError `FABRIC_CAPTURE_DEVICE`, `FABRIC_CAPTURE_STRATEGY`, `FABRIC_CAPTURE_PRECISION`, `FABRIC_CAPTURE_CALLBACK`,
   * `FABRIC_CONFIG_CAPTURE`; from a call `FABRIC_CAPTURE_OPTIMIZER`, `FABRIC_CAPTURE_INPUT`, `FABRIC_CAPTURE_HOST_READ`.
   *
   * @example
   * ```ts
   * const step = fabric.capture((input: Tensor, target: Tensor) => {
   *   optimizer.zeroGrad();
   *   const loss = F.crossEntropy(model.forward(input), target);
   *   fabric.backward(loss);
   *   optimizer.step();
   *   return loss;
   * });
   * for await (const [input, target] of loader) step(input, target);
   * ```
   */
  capture<A extends unknown[], R>(
    step: (...args: A) => R,
    options: CaptureOptions<A> = {},
  ): CapturedStep<A, R> {
    return captureStep(this, step, options, () => this.#loads);
  }

  /** The precision's context for work outside `forward`, a loss for example. */
  autocast<T>(fn: () => T): T;
  autocast(): Disposable;
  autocast<T>(fn?: () => T): T | Disposable {
    return runInContext("fabric.autocast", () => this.precision.forwardContext(), fn);
  }

  /** Tensors made inside are on the device, and of the precision's dtype. */
  initTensor<T>(fn: () => T): T;
  initTensor(): Disposable;
  initTensor<T>(fn?: () => T): T | Disposable {
    const enter = (): Disposable =>
      enterAll(
        () => torch.device(this.device),
        () => this.precision.tensorInitContext(),
      );
    return runInContext("fabric.initTensor", enter, fn);
  }

  /** Modules made inside are on the device, and of the precision's dtype. With `emptyInit` their weights are left uninitialised. */
  initModule<T>(fn: () => T, options?: InitModuleOptions): T;
  initModule<T>(options: InitModuleOptions, fn: () => T): T;
  initModule(options?: InitModuleOptions): Disposable;
  initModule<T>(
    first?: InitModuleOptions | (() => T),
    second?: InitModuleOptions | (() => T),
  ): T | Disposable {
    this.requireLaunch("initModule");
    const { options, fn } = contextArguments<InitModuleOptions, T>(first, second);
    const emptyInit = options?.emptyInit === true;
    const enters: (() => Disposable)[] = [
      () => torch.device(this.strategy.moduleInitDevice(emptyInit)),
    ];
    if (emptyInit) enters.push(() => nn.init.skipInit());
    enters.push(() => this.precision.moduleInitContext());
    return runInContext("fabric.initModule", () => enterAll(...enters), fn);
  }

  /** Leaves out the synchronisation of gradients between processes; forward and backward must both run inside. One process: nothing. */
  noBackwardSync<T>(module: nn.Module, fn: () => T): T;
  noBackwardSync<T>(module: nn.Module, options: { enabled?: boolean } | boolean, fn: () => T): T;
  noBackwardSync(module: nn.Module, options?: { enabled?: boolean } | boolean): Disposable;
  noBackwardSync<T>(
    module: nn.Module,
    first?: { enabled?: boolean } | boolean | (() => T),
    second?: () => T,
  ): T | Disposable {
    const wrapped = wrappedOf(module);
    if (wrapped?.kind !== "module") {
      throw new FabricError(
        "FABRIC_USAGE_NOT_WRAPPED",
        "noBackwardSync: expected a module that fabric.setup returned. Set the module up first, and pass the result.",
      );
    }
    const fn = typeof first === "function" ? first : second;
    const enabled =
      typeof first === "boolean"
        ? first
        : typeof first === "object"
          ? (first.enabled ?? true)
          : true;
    const enter = (): Disposable =>
      (enabled ? this.strategy.noBackwardSync(wrapped.forwardModule) : null) ?? {
        [Symbol.dispose]: () => {},
      };
    return runInContext("fabric.noBackwardSync", enter, fn);
  }

  // -- checkpoints ---------------------------------------------------------------------------------------------

  /**
   * Saves modules, optimizers, anything with `stateDict` and `loadStateDict`, and plain values: as a folder, or as one
   * file if `path` ends in `.safetensors`. The precision's own state goes along, and, unless `rng` is false, the state of
   * the default random generators.
   *
   * @throws FabricError `FABRIC_USAGE_STATE`, `FABRIC_CONFIG_FILTER`, `FABRIC_CHECKPOINT_VALUE`, `FABRIC_CHECKPOINT_WRITE`.
   */
  async save(
    path: string,
    state: Record<string, unknown>,
    options: SaveOptions = {},
  ): Promise<void> {
    checkPath("save", path);
    if (this.strategy.savesShards) return this.#saveShards(path, state, options);
    let collected = this.#collect(state, options);
    if (this.#saves.isPending) {
      // What is stored is the state now, also where the caller goes on without waiting.
      collected = snapshotState(collected) as Record<string, unknown>;
      await this.#saves.drain();
    }
    if (this.isGlobalZero)
      await this.checkpointIO.save(path, collected, { precision: this.precision.precision });
    await this.strategy.barrier("save");
  }

  /**
   * As {@link save}, but only copies the tensors now, to the memory of the CPU, and writes them meanwhile: training may go on and change
   * everything. Saves are stored in order, and only one is under way: a second call waits for the first.
   *
   * Await the promise, or leave it: a failure that nobody awaits is a process warning at once, and is thrown by the next `save` or
   * `load`, or at the end of `await using fabric`. The process stays alive until the file is complete. With several processes it meets
   * no barrier; `save` does.
   *
   * @example
   * ```ts
   * const saved = fabric.saveAsync("ckpt", { model, optimizer, step });
   * await trainMore();
   * await saved;
   * ```
   */
  saveAsync(
    path: string,
    state: Record<string, unknown>,
    options: SaveOptions = {},
  ): Promise<void> {
    checkPath("saveAsync", path);
    // Its end is a meeting of all processes, which training that goes on would get among.
    if (this.strategy.savesShards)
      throw new FabricError(
        "FABRIC_UNSUPPORTED_ASYNC_SHARDS",
        'saveAsync: a sharded checkpoint cannot be written in the background. Use await fabric.save(...), or stateDictType: "full".',
      );
    const collected = this.#collect(state, options);
    return this.#saves.add(this.#storeAsync(path, collected));
  }

  /** Without a barrier: between collectives of the training that goes on, it would be out of step. */
  async #storeAsync(path: string, state: Record<string, unknown>): Promise<void> {
    const io = this.checkpointIO;
    const header = { precision: this.precision.precision };
    if (!this.isGlobalZero) return;
    if (io.saveAsync !== undefined) await io.saveAsync(path, state, header);
    else await io.save(path, snapshotState(state) as Record<string, unknown>, header);
  }

  /** Filters would have to agree between processes, which see different parts. */
  async #saveShards(
    path: string,
    state: Record<string, unknown>,
    options: SaveOptions,
  ): Promise<void> {
    if (options.filter !== undefined && Object.keys(options.filter).length > 0)
      throw new FabricError(
        "FABRIC_CONFIG_FILTER",
        'save: a sharded checkpoint takes no filter. Save with stateDictType: "full", or leave entries out of the state.',
      );
    if (path.endsWith(".safetensors"))
      throw new FabricError(
        "FABRIC_USAGE_PATH",
        `save: a sharded checkpoint is a folder, but "${path}" names a file. Pass a path without .safetensors, and join it later with fabric consolidate.`,
      );
    await this.#saves.drain();
    const header = { precision: this.precision.precision };
    await saveShards(path, this.#collect(state, options), header, this.strategy);
    await this.strategy.barrier("save");
  }

  #collect(
    state: Record<string, unknown>,
    { filter, rng = true }: SaveOptions,
  ): Record<string, unknown> {
    return collectState(state, filter, this.strategy, rng, this.#convertedFrom);
  }

  /**
   * Loads a checkpoint: stateful objects in `state` in place, plain values written back into it. Without `state`
   * everything is returned. The default random generators go on where they were if an optimizer is loaded, which is what
   * resuming is, or if `rng` is true.
   *
   * A checkpoint of another precision is loaded as PyTorch would, floats cast to the model's dtype, which is said once. One whose weights
   * are in a form of their own (4 bits, say) needs `convert: true`, and the plugin that saved it: its weights become floats first.
   *
   * @returns what was not asked for.
   * @throws FabricError `FABRIC_CHECKPOINT_NOT_FOUND`, `FABRIC_CHECKPOINT_CORRUPT`, `FABRIC_CHECKPOINT_KEYS` if an entry is missing and
   * `strict`, `FABRIC_CHECKPOINT_CONVERT`.
   */
  async load(
    path: string,
    state?: Record<string, unknown>,
    {
      strict = true,
      rng = resumesTraining(state),
      convert = false,
      verify = true,
    }: LoadOptions = {},
  ): Promise<Record<string, unknown>> {
    checkPath("load", path);
    await this.#saves.drain();
    using shards = this.strategy.shardsParameters
      ? (this.checkpointIO.openShards?.(path) ?? null)
      : null;
    const stored =
      shards === null
        ? await this.checkpointIO.load(path, { verify })
        : stateObject(path, lazyState(shards, path, verify));
    const change = holdsModule(state) ? this.#converter(stored, path, convert) : unchanged;
    this.#loads += 1;
    const rest = applyState(stored, state, strict, this.strategy, path, rng, change);
    await this.strategy.barrier("load");
    return rest;
  }

  /**
   * Loads what is one state dict into a module or an optimizer: a file, or a checkpoint of another program in safetensors, one file or a folder
   * in the layout of Hugging Face. `strict` does not apply to optimizers; `convert` as in {@link load}.
   *
   * Another program's checkpoint is read layer by layer: besides the module, memory holds the tensors of one layer. With a model of
   * `fabric.initModule({ emptyInit: true }, ...)` the peak is that of the finished model and one layer.
   *
   * @throws FabricError as {@link load}, and `FABRIC_CHECKPOINT_INDEX` for a folder whose index does not fit its files.
   */
  async loadRaw(
    path: string,
    object: nn.Module | optim.Optimizer,
    { strict = true, convert = false, verify = true }: Omit<LoadOptions, "rng"> = {},
  ): Promise<void> {
    checkPath("loadRaw", path);
    await this.#saves.drain();
    using foreign = holdsModule(object) ? (this.checkpointIO.openRaw?.(path) ?? null) : null;
    const { strategy } = this;
    const take = (stored: Parameters<typeof loadInto>[1], change: ConvertState): boolean => {
      this.#loads += 1;
      return loadInto(object, stored, strict, change, strategy);
    };
    if (foreign !== null && take(foreign, this.#converter({}, path, convert))) return;
    const stored = await this.checkpointIO.load(path, { verify });
    if (!take(userEntries(stored), this.#converter(stored, path, convert))) {
      throw new FabricError(
        "FABRIC_USAGE_STATE",
        "loadRaw: expected a module or an optimizer to load into.",
      );
    }
  }

  /** Converts modules; from the first one on, the Fabric's weights have the checkpoint's history. */
  #converter(stored: Record<string, unknown>, path: string, convert: boolean): ConvertState {
    const saved = savedPrecision(stored[PRECISION_KEY]);
    const environment = { accelerator: this.accelerator.name, device: this.device };
    const change = converter(saved, this.precision, environment, convert, path);
    return (state, module) => {
      this.#convertedFrom = historyOf(saved, this.precision);
      return change(state, module);
    };
  }

  /** `await using fabric = new Fabric(...)`: waits for saves under way, then {@link teardown}. */
  override async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#saves.drain();
    } finally {
      await super[Symbol.asyncDispose]();
    }
  }

  readonly #combineNorm: Strategy["combineNorm"] = (norm, normType, parameters) =>
    this.strategy.combineNorm(norm, normType, parameters);

  #afterStep(optimizer: optim.Optimizer, report: StepReport): void {
    if (this.callbacks.length === 0) return;
    const { skipped, lossScale, gradNorm } = report;
    if (hasHook(this.callbacks, "onAfterOptimizerStep")) {
      const { strategy } = this;
      const payload = { fabric: this, strategy, optimizer, stepped: !skipped, lossScale };
      this.call(
        "onAfterOptimizerStep",
        gradNorm === undefined ? payload : { ...payload, gradNorm },
      );
    }
    if (hasHook(this.callbacks, "onPrecisionEvent")) this.#tellOfScale(skipped, lossScale);
  }

  /** `onPrecisionEvent({ kind: "overflow" | "growth", lossScale })`: a step was skipped, or the scale of this step is larger than the last one's. */
  #tellOfScale(skipped: boolean, lossScale: number): void {
    const before = this.#lastLossScale;
    this.#lastLossScale = lossScale;
    if (skipped) this.call("onPrecisionEvent", { kind: "overflow", lossScale });
    else if (before !== null && lossScale > before)
      this.call("onPrecisionEvent", { kind: "growth", lossScale });
  }

  /** Names and optimizers of a model, for messages and for clipping by parameters. */
  #remember(original: nn.Module, optimizers: readonly optim.Optimizer[]): void {
    const prefix = this.#models++ === 0 ? "" : `${original.constructor.name}.`;
    for (const [name, parameter] of original.namedParameters())
      this.#names.set(parameter, `\`${prefix}${name}\``);
    this.#know(optimizers);
  }

  #know(optimizers: readonly optim.Optimizer[]): void {
    for (const optimizer of optimizers) {
      this.#optimizers.push(new WeakRef(optimizer));
      this.precision.prepareOptimizer(optimizer);
    }
  }

  /** The optimizers set up so far that are still in use. */
  #known(): optim.Optimizer[] {
    return this.#optimizers
      .map((reference) => reference.deref())
      .filter((optimizer) => optimizer !== undefined);
  }

  #nameOf(parameter: Tensor, module: unknown): string {
    const known = this.#names.get(parameter);
    if (known !== undefined) return known;
    const original = unwrapOne(module, true);
    const found =
      original instanceof nn.Module
        ? original.namedParameters().find(([, p]) => p === parameter)
        : undefined;
    return found === undefined
      ? `a parameter of shape [${parameter.shape.join(", ")}]`
      : `\`${found[0]}\``;
  }

  /** A module with a field `fabric` is given this Fabric, and its hooks are called like a callback's. */
  #attach(original: nn.Module): void {
    if (!("fabric" in original)) return;
    (original as { fabric: unknown }).fabric = this;
    this.addCallback(original);
  }
}

function checkPath(method: string, path: unknown): void {
  if (typeof path === "string" && path !== "") return;
  throw new FabricError(
    "FABRIC_USAGE_PATH",
    `${method}: expected a path, a non-empty string, but received ${JSON.stringify(path) ?? typeof path}.`,
  );
}
