// Data parallel: every process has the whole model and its share of the batch; gradients are averaged during backward.

import type { StepClosure } from "../precision.js";
import { isTensor, nn, type optim, type Tensor } from "../torch.js";
import { ParallelStrategy } from "./parallel.js";
import { checkStrategyOptions, type ParallelStrategyOptions } from "./parallel-options.js";

/** Options of {@link DDPStrategy}: those of the process group, and of `nn.parallel.DistributedDataParallel`. */
export interface DDPStrategyOptions
  extends ParallelStrategyOptions,
    Omit<nn.parallel.DistributedDataParallelOptions, "processGroup"> {
  /** `"full"` (default): rank 0 writes a checkpoint like that of one process. `"sharded"`: each process writes its share of the tensors, into one folder. */
  stateDictType?: "full" | "sharded" | undefined;
}

type Wrapper = nn.parallel.DistributedDataParallel;

/**
 * Trains copies of one model in several processes. Each sees its share of every batch, and the averaged gradients are those of the whole batch.
 *
 * @example
 * ```ts
 * const fabric = new Fabric({ strategy: new DDPStrategy({ findUnusedParameters: true }), devices: 2 });
 * await fabric.launch();
 * ```
 */
export class DDPStrategy extends ParallelStrategy {
  readonly name = "ddp";
  readonly #options: Omit<nn.parallel.DistributedDataParallelOptions, "processGroup">;
  readonly #stateDictType: "full" | "sharded";
  /** Parameters that set-up made the same in all processes, and what of their state a checkpoint was given. */
  readonly #alike = new WeakSet<Tensor>();
  readonly #wrappers: WeakRef<Wrapper>[] = [];
  /** Which wrapped models an optimizer trains. */
  readonly #trainedBy = new WeakMap<optim.Optimizer, { count: number; wrappers: Wrapper[] }>();

  /** @throws FabricError `FABRIC_CONFIG_STRATEGY_OPTION`. */
  constructor(options: DDPStrategyOptions = {}) {
    super(options);
    const { bucketCapMb, findUnusedParameters, staticGraph, gradientAsBucketView } = options;
    const { broadcastBuffers } = options;
    this.#options = {
      bucketCapMb,
      findUnusedParameters,
      staticGraph,
      gradientAsBucketView,
      broadcastBuffers,
    };
    checkStrategyOptions("DDPStrategy", options, { switches: SWITCHES, others: ["bucketCapMb"] });
    this.#stateDictType = options.stateDictType ?? "full";
  }

  override get savesShards(): boolean {
    return this.#stateDictType === "sharded";
  }

  /** Compares the module with rank 0's, takes over its values and wraps it; one without anything to train stays as it is. */
  override setupModule(module: nn.Module): nn.Module {
    const processGroup = this.processGroup;
    if (!module.parameters().some((parameter) => parameter.requiresGrad)) {
      nn.parallel.syncModule(module, processGroup);
      this.#noteParameters(module);
      return module;
    }
    const wrapper = new nn.parallel.DistributedDataParallel(module, {
      ...this.#options,
      processGroup,
    });
    this.#wrappers.push(new WeakRef(wrapper));
    this.#noteParameters(module);
    return wrapper;
  }

  /** As the plugin steps, once it is sure that the gradients are averages. @throws FabricError `FABRIC_USAGE_UNUSED_PARAMETERS`. */
  override optimizerStep(optimizer: optim.Optimizer, closure: StepClosure | undefined): unknown {
    const check = (): void => {
      for (const wrapper of this.#wrappersOf(optimizer)) wrapper.checkGradientsAveraged();
    };
    if (closure === undefined) {
      check();
      return super.optimizerStep(optimizer, closure);
    }
    return super.optimizerStep(optimizer, () => {
      const result = closure();
      check();
      return result;
    });
  }

  override noBackwardSync(module: nn.Module): Disposable | null {
    return module instanceof nn.parallel.DistributedDataParallel ? module.noSync() : null;
  }

  /** Buffers are rank 0's, as each process has its own between two passes. */
  override moduleStateDict(module: nn.Module): Record<string, Tensor> {
    const state = module.stateDict();
    if (!this.savesShards) return state;
    const parameters = module.parameters().filter((parameter) => this.#alike.has(parameter));
    const held = new Set(parameters.map((parameter) => parameter.storageKey()));
    for (const tensor of Object.values(state))
      if (held.has(tensor.storageKey())) this.#alike.add(tensor);
    return state;
  }

  override optimizerStateDict(optimizer: optim.Optimizer): Record<string, unknown> {
    if (this.savesShards) {
      for (const [parameter, entry] of optimizer.state as Map<Tensor, Record<string, unknown>>) {
        if (!this.#alike.has(parameter)) continue;
        for (const value of Object.values(entry)) if (isTensor(value)) this.#alike.add(value);
      }
    }
    return super.optimizerStateDict(optimizer);
  }

  override isAlikeEverywhere(tensor: Tensor): boolean {
    return this.#alike.has(tensor);
  }

  override teardown(): void {
    for (const wrapper of this.#wrappers) wrapper.deref()?.release();
    this.#wrappers.length = 0;
    super.teardown();
  }

  #noteParameters(module: nn.Module): void {
    for (const parameter of module.parameters()) this.#alike.add(parameter);
  }

  #wrappersOf(optimizer: optim.Optimizer): readonly Wrapper[] {
    const known = this.#trainedBy.get(optimizer);
    if (known?.count === this.#wrappers.length) return known.wrappers;
    const trained = new Set<unknown>(optimizer.paramGroups.flatMap((group) => [...group.params]));
    const wrappers = this.#wrappers
      .map((reference) => reference.deref())
      .filter((wrapper) => wrapper !== undefined)
      .filter((wrapper) => wrapper.parameters().some((parameter) => trained.has(parameter)));
    this.#trainedBy.set(optimizer, { count: this.#wrappers.length, wrappers });
    return wrappers;
  }
}

const SWITCHES = [
  "findUnusedParameters",
  "staticGraph",
  "gradientAsBucketView",
  "broadcastBuffers",
] as const;
