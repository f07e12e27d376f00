// The wrapper that trains one module in several processes, each with its share of every batch.

import { isGradEnabled, noGrad } from "../../contexts.js";
import { groupFor, type ProcessGroup } from "../../distributed/group.js";
import { FabricError, show } from "../../errors.js";
import type { Tensor } from "../../tensor.js";
import { withContext } from "../../with-context.js";
import { Embedding } from "../embedding.js";
import { Module, type NamedOptions } from "../module.js";
import type { Parameter } from "../parameter.js";
import type { LoadResult, StateDictSource } from "../state-dict.js";
import { type JoinOptions, joinUneven } from "./join.js";
import { differentiableTensors, replaceTensors, tensorsInInstances } from "./outputs.js";
import { type AllReduceEvent, broadcastTensors, Reducer } from "./reducer.js";
import { syncModule } from "./same-module.js";

/** Options of {@link DistributedDataParallel}. */
export interface DistributedDataParallelOptions {
  /** The processes that train together; default: all. */
  processGroup?: ProcessGroup | undefined;
  /** Size at which a bucket of gradients is sent off, in MiB; default 25. */
  bucketCapMb?: number | undefined;
  /** Look in each pass which parameters the outputs depend on; the others count as zero. Default false. */
  findUnusedParameters?: boolean | undefined;
  /** Every pass uses the same parameters in the same way: unused ones are found once, and a part of the graph may be run twice. Default false. */
  staticGraph?: boolean | undefined;
  /** Let gradients be views of the buckets, which saves their memory once over and a copy; they must not be detached in place then. Default false. */
  gradientAsBucketView?: boolean | undefined;
  /** Copy rank 0's buffers to all before a forward pass that follows one in training mode; default true. */
  broadcastBuffers?: boolean | undefined;
}

const OPTIONS = [
  "processGroup",
  "bucketCapMb",
  "findUnusedParameters",
  "staticGraph",
  "gradientAsBucketView",
  "broadcastBuffers",
];
const MIB = 2 ** 20;
/** Bytes of buffers that are broadcast at a time. */
const BUFFER_BYTES = 25 * MIB;

/**
 * Runs `module`, and averages the gradients of all processes during the backward pass: buckets of them are sent off while earlier layers
 * are still at work. All processes start from rank 0's parameters and buffers, and stay alike as long as their optimizers do.
 *
 * The state dict and the names of parameters are those of the module, without a prefix. Parameters that need no gradient at construction are
 * left alone for good: a forward pass throws if one needs it later. Everything has to be moved and cast before.
 *
 * @example
 * ```ts
 * await distributed.initProcessGroup();
 * const model = new nn.parallel.DistributedDataParallel(net);
 * F.crossEntropy(model.forward(x), y).backward();
 * ```
 */
export class DistributedDataParallel<M extends Module = Module> extends Module {
  /** The module that it runs. */
  readonly module: M;
  readonly #group: ProcessGroup;
  /** Null for a single process, which has nothing to average. */
  readonly #reducer: Reducer | null;
  readonly #broadcastsBuffers: boolean;
  /** Parameters without a gradient: the reducer does not know them. */
  readonly #frozen: readonly (readonly [name: string, parameter: Parameter])[];
  #syncs = true;
  /**
   * c10d learns a static graph in its first averaged pass, and leaves that state with the second: these two are averaged inside noSync as well, which
   * changes no sum.
   */
  #passesToLearn = 0;
  /** Whether a pass in training mode may have changed the buffers. */
  #areBuffersOld = false;
  #join: { readonly notify: (reducer: Reducer) => void } | null = null;

  /**
   * @throws FabricError `FABRIC_USAGE_MODEL_MISMATCH` if the processes have different modules, `FABRIC_USAGE_NO_TRAINABLE_PARAMETER`,
   * `FABRIC_DISTRIBUTED_NOT_INITIALIZED`, `FABRIC_CONFIG_OPTION`.
   */
  constructor(module: M, options: DistributedDataParallelOptions = {}) {
    super();
    checkOptions(options);
    const { bucketCapMb = 25 } = options;
    const processGroup = groupFor(options.processGroup, "DistributedDataParallel");
    this.module = module;
    this.#group = processGroup;
    if (options.staticGraph === true) this.#passesToLearn = 2;
    this.#broadcastsBuffers = options.broadcastBuffers ?? true;
    syncModule(module, processGroup);
    const named = module.namedParameters();
    const trained = named.filter(([, parameter]) => parameter.requiresGrad);
    this.#frozen = named.filter(([, parameter]) => !parameter.requiresGrad);
    if (trained.length === 0)
      throw new FabricError(
        "FABRIC_USAGE_NO_TRAINABLE_PARAMETER",
        `\`${module.constructor.name}\` has no parameter that requires a gradient, so there is nothing to average. Use the module itself.`,
      );
    const sparse = sparseParameters(module);
    const areSparse = trained.map(([, parameter]) => sparse.has(parameter));
    const reduction = {
      group: processGroup,
      bucketBytes: Math.round(bucketCapMb * MIB),
      findUnused: options.findUnusedParameters ?? false,
      staticGraph: options.staticGraph ?? false,
      bucketView: options.gradientAsBucketView ?? false,
    };
    this.#reducer = processGroup.size === 1 ? null : new Reducer(trained, areSparse, reduction);
  }

  /**
   * Runs the module's forward. With gradients on, the first backward pass of what it returns averages them.
   *
   * @throws FabricError `FABRIC_USAGE_UNUSED_PARAMETERS` of the pass before; `FABRIC_USAGE_UNAVERAGED_GRADIENTS` for a parameter that was unfrozen later.
   */
  override forward(...args: Parameters<M["forward"]>): ReturnType<M["forward"]> {
    const records = isGradEnabled();
    const reducer = this.#syncs || this.#passesToLearn > 0 ? this.#reducer : null;
    const averages = records && reducer !== null;
    if (averages) {
      this.#passesToLearn--;
      this.#join?.notify(reducer);
      this.#checkTrained();
      reducer.beforeForward();
    } else if (records) this.#reducer?.keepLocal(true);
    this.#refreshBuffers();
    const output = this.module.forward(...args);
    if (this.module.training) this.#areBuffersOld = true;
    return (averages ? track(reducer, output) : output) as ReturnType<M["forward"]>;
  }

  /** Gradients of passes inside are kept as they are, and added to; the next pass outside averages the sum. Forward and backward must both run inside. */
  noSync<T>(fn: () => T): T;
  noSync(): Disposable;
  noSync<T>(fn?: () => T): T | Disposable {
    const enter = (): (() => void) => {
      const before = this.#syncs;
      this.#syncs = false;
      return () => {
        this.#syncs = before;
      };
    };
    return withContext("noSync", enter, fn);
  }

  /**
   * Trains with data of different length: a process whose `fn` is done goes on to answer the others' all-reduces with zeros until all are done, then
   * all have the parameters of one that trained longest. Every pass inside must be averaged.
   *
   * @throws FabricError `FABRIC_USAGE_UNEVEN_INPUTS` on all processes with `throwOnEarlyTermination`, once the first is done.
   */
  async join<T>(fn: () => T | Promise<T>, options: JoinOptions = {}): Promise<T> {
    return joinUneven(this, fn, options);
  }

  /**
   * Throws if gradients are not averaged: the last backward pass did not reach all parameters, or was not the first after its forward pass.
   *
   * @throws FabricError `FABRIC_USAGE_UNUSED_PARAMETERS`, `FABRIC_USAGE_UNAVERAGED_GRADIENTS`.
   */
  checkGradientsAveraged(): void {
    this.#reducer?.checkFinished();
  }

  /** From now on takes down when each bucket is all-reduced; {@link takeTrace} returns it. */
  startTrace(): void {
    this.#reducer?.startTrace();
  }

  /** The all-reduces since the last call, and, of the last backward pass, the nanoseconds from the end of forward to each parameter's gradient. */
  takeTrace(): { allReduces: AllReduceEvent[]; gradientTimes: number[]; buckets: number[] } {
    return {
      allReduces: this.#reducer?.takeTrace() ?? [],
      gradientTimes: this.#reducer?.gradientTimes() ?? [],
      buckets: this.#reducer?.buckets() ?? [],
    };
  }

  /** Takes the hooks off the parameters: their gradients are no longer averaged. */
  release(): void {
    this.#reducer?.release();
  }

  // -- the module's own names ----------------------------------------------------------------------------------

  override namedParameters(
    options?: NamedOptions & { recurse?: boolean },
  ): [name: string, parameter: Parameter][] {
    return this.module.namedParameters(options);
  }

  override namedBuffers(options?: NamedOptions): [name: string, buffer: Tensor][] {
    return this.module.namedBuffers(options);
  }

  override stateDict(options?: { prefix?: string; keepVars?: boolean }): Record<string, Tensor> {
    return this.module.stateDict(options);
  }

  override loadStateDict(
    stateDict: StateDictSource,
    options?: { strict?: boolean; assign?: boolean },
  ): LoadResult {
    return this.module.loadStateDict(stateDict, options);
  }

  // -- parts of a join -----------------------------------------------------------------------------------------

  /** @internal */
  get joinGroup(): ProcessGroup {
    return this.#group;
  }

  /** @internal */
  beginJoin(notify: (reducer: Reducer) => void): void {
    this.#join = { notify };
  }

  /** @internal */
  endJoin(): void {
    this.#join = null;
  }

  /** One pass of the others, answered with zeros. @internal */
  shadowPass(): void {
    this.#reducer?.beforeForward();
    this.#refreshBuffers();
    if (this.module.training) this.#areBuffersOld = true;
    this.#reducer?.shadowBackward();
  }

  /** A parameter that was frozen would be trained by each process for itself. */
  #checkTrained(): void {
    const thawed = this.#frozen.find(([, parameter]) => parameter.requiresGrad);
    if (thawed === undefined) return;
    throw new FabricError(
      "FABRIC_USAGE_UNAVERAGED_GRADIENTS",
      `\`${thawed[0]}\` requires a gradient now, but did not when the module was wrapped, so that its gradient would not be averaged. Unfreeze what is trained before set-up; freeze it again and let its gradient out with findUnusedParameters where it is trained later.`,
    );
  }

  #refreshBuffers(): void {
    if (!this.#broadcastsBuffers || !this.#areBuffersOld || !this.#syncs || this.#group.size === 1)
      return;
    this.#areBuffersOld = false;
    noGrad(() => broadcastTensors(this.module.buffers(), this.#group, BUFFER_BYTES));
  }
}

/** Has the reducer prepare for the backward pass of an output; returns the output to hand out. */
function track(reducer: Reducer, output: unknown): unknown {
  const tensors = differentiableTensors(output);
  const fixed = reducer.looksAtOutputs ? tensorsInInstances(output) : [];
  const tracked = reducer.afterForward(tensors, fixed);
  const byTensor = new Map(tensors.map((tensor, i) => [tensor, tracked[i] as Tensor]));
  return replaceTensors(output, (tensor) => byTensor.get(tensor) ?? tensor);
}

/** Weights whose gradients are sparse. */
function sparseParameters(module: Module): Set<Tensor> {
  return new Set(
    module.modules().flatMap((m) => (m instanceof Embedding && m.sparse ? [m.weight] : [])),
  );
}

function checkOptions(options: DistributedDataParallelOptions): void {
  for (const key of Object.keys(options))
    if (!OPTIONS.includes(key))
      throw optionError(`unknown option \`${key}\`; known are ${OPTIONS.join(", ")}`);
  const { bucketCapMb } = options;
  if (
    bucketCapMb === undefined ||
    (typeof bucketCapMb === "number" && bucketCapMb > 0 && bucketCapMb <= 2 ** 20)
  )
    return;
  throw optionError(
    `expected a number of MiB above 0 as \`bucketCapMb\` but received ${show(bucketCapMb)}`,
  );
}

function optionError(problem: string): FabricError {
  return new FabricError("FABRIC_CONFIG_OPTION", `DistributedDataParallel: ${problem}.`);
}
