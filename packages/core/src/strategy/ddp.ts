// Data parallel: every process has the whole model and its share of the batch; gradients are averaged during backward.

import type { StepClosure } from "../precision.js";
import { FabricError, nn, type optim } from "../torch.js";
import { ParallelStrategy, type ParallelStrategyOptions } from "./parallel.js";

/** Options of {@link DDPStrategy}: those of the process group, and of `nn.parallel.DistributedDataParallel`. */
export interface DDPStrategyOptions
  extends ParallelStrategyOptions,
    Omit<nn.parallel.DistributedDataParallelOptions, "processGroup"> {}

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
    checkOptions(options);
  }

  /** Compares the module with rank 0's, takes over its values and wraps it; one without anything to train stays as it is. */
  override setupModule(module: nn.Module): nn.Module {
    const processGroup = this.processGroup;
    if (!module.parameters().some((parameter) => parameter.requiresGrad)) {
      nn.parallel.syncModule(module, processGroup);
      return module;
    }
    const wrapper = new nn.parallel.DistributedDataParallel(module, {
      ...this.#options,
      processGroup,
    });
    this.#wrappers.push(new WeakRef(wrapper));
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

  override moduleStateDict(module: nn.Module): ReturnType<nn.Module["stateDict"]> {
    return module.stateDict();
  }

  override teardown(): void {
    for (const wrapper of this.#wrappers) wrapper.deref()?.release();
    this.#wrappers.length = 0;
    super.teardown();
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

function checkOptions(options: DDPStrategyOptions): void {
  for (const name of SWITCHES) {
    const value: unknown = options[name];
    if (value === undefined || typeof value === "boolean") continue;
    throw new FabricError(
      "FABRIC_CONFIG_STRATEGY_OPTION",
      `Expected true or false as the strategy's \`${name}\` but received ${JSON.stringify(value) ?? typeof value}.`,
    );
  }
}
