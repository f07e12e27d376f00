// Fully sharded data parallel: every process keeps its share of parameters, gradients and optimizer state.

import type { StepClosure } from "../../precision.js";
import { type Device, distributed, FabricError, nn, type optim, type Tensor } from "../../torch.js";
import { ParallelStrategy } from "../parallel.js";
import { checkFsdpOptions, type FSDPStrategyOptions } from "./options.js";
import { prepareMeta } from "./prepare-meta.js";
import { ShardedForward } from "./sharded-forward.js";
import { takeShareOfState } from "./share-of-state.js";

const { fsdp } = distributed;

/**
 * Trains one model in several processes, none of which holds all of it: a block's parameters are gathered when it runs, and given back.
 * Parameters stay the same objects and hold the rows of this process; optimizers made before or after set-up work on those.
 *
 * The precision plugin says in which dtypes parameters and gradients travel. Works over gloo on the CPU as well.
 *
 * @example
 * ```ts
 * const fabric = new Fabric({ strategy: new FSDPStrategy({ stateDictType: "sharded" }), devices: 4, precision: "bf16-mixed" });
 * await fabric.launch();
 * const model = fabric.setupModule(fabric.initModule({ emptyInit: true }, () => new GPT(config)));
 * const optimizer = fabric.setupOptimizers(new optim.AdamW(model.parameters(), { lr: 3e-4 }));
 * ```
 */
export class FSDPStrategy extends ParallelStrategy {
  readonly name = "fsdp";
  override readonly requiresFabricBackward = true;
  override readonly shardsParameters = true;
  readonly #options: FSDPStrategyOptions;

  /** @throws FabricError `FABRIC_CONFIG_STRATEGY_OPTION`, `FABRIC_CONFIG_FSDP`. */
  constructor(options: FSDPStrategyOptions = {}) {
    checkFsdpOptions(options);
    super(options);
    this.#options = { ...options };
  }

  override get savesShards(): boolean {
    return this.#options.stateDictType === "sharded";
  }

  /** Weights that are not initialised anyway need no memory before they are sharded. */
  override moduleInitDevice(emptyInit: boolean): Device {
    return emptyInit ? "meta" : this.rootDevice;
  }

  /**
   * Shards a module by the wrap policy, unless its author has called `fullyShard` on it. Parameters on the meta device become uninitialised
   * shards on this process's device.
   */
  override setupModule(module: nn.Module): nn.Module {
    const { syncModuleStates = true, autoWrapPolicy, reshardAfterForward } = this.#options;
    const isMeta = prepareMeta(module, this.rootDevice);
    if (!fsdp.isFullySharded(module)) {
      if (syncModuleStates && !isMeta) nn.parallel.syncModule(module, this.processGroup);
      fsdp.fullyShardByPolicy(module, autoWrapPolicy, {
        group: this.processGroup,
        reshardAfterForward,
        mpPolicy: this.#policy(),
      });
    }
    if (isMeta) module.toEmpty({ device: this.rootDevice });
    return new ShardedForward(module);
  }

  /** State that an optimizer has already is cut down to this process's rows. */
  override setupOptimizer(optimizer: optim.Optimizer): optim.Optimizer {
    takeShareOfState(optimizer);
    return optimizer;
  }

  /** As the plugin steps, once it is sure that no gradient waits to be averaged. @throws FabricError `FABRIC_USAGE_UNAVERAGED_GRADIENTS`. */
  override optimizerStep(optimizer: optim.Optimizer, closure: StepClosure | undefined): unknown {
    if (closure === undefined) {
      checkAveraged(optimizer);
      return super.optimizerStep(optimizer, closure);
    }
    return super.optimizerStep(optimizer, () => {
      const result = closure();
      checkAveraged(optimizer);
      return result;
    });
  }

  override noBackwardSync(module: nn.Module): Disposable | null {
    return module instanceof ShardedForward ? fsdp.noSync(module.module) : null;
  }

  override combineNorm(norm: Tensor, normType: number, parameters: readonly Tensor[]): Tensor {
    return fsdp.combineNorm(norm, normType, parameters);
  }

  /** Of a `"full"` checkpoint: the whole on rank 0, nothing elsewhere; otherwise this process's rows. All processes call it. */
  override moduleStateDict(module: nn.Module): Record<string, Tensor> {
    if (!this.savesShards) return fsdp.fullStateDict(module);
    return Object.fromEntries(
      Object.entries(fsdp.shardedStateDict(module)).map(([key, { tensor, rows }]) => [
        key,
        rows === null ? tensor : fsdp.asRows(tensor.detach(), rows),
      ]),
    );
  }

  /** As {@link moduleStateDict}. */
  override optimizerStateDict(optimizer: optim.Optimizer): Record<string, unknown> {
    if (!this.savesShards)
      return fsdp.fullOptimizerState(optimizer) as unknown as Record<string, unknown>;
    return fsdp.shardedOptimizerState(optimizer) as unknown as Record<string, unknown>;
  }

  override loadOptimizerState(optimizer: optim.Optimizer, state: optim.OptimizerStateDict): void {
    optimizer.loadStateDict(fsdp.shardOptimizerState(optimizer, state));
  }

  #policy(): distributed.fsdp.MixedPrecisionPolicy {
    const { mixedPrecision } = this.#options;
    if (mixedPrecision !== undefined) return mixedPrecision;
    const dtypes = this.precision.shardingDtypes();
    // The plugin itself converts inputs and outputs.
    return dtypes === null ? {} : { ...dtypes, castForwardInputs: false };
  }
}

function checkAveraged(optimizer: optim.Optimizer): void {
  const name = fsdp.unaveragedGradient(optimizer.paramGroups.flatMap((group) => [...group.params]));
  if (name === null) return;
  throw new FabricError(
    "FABRIC_USAGE_UNAVERAGED_GRADIENTS",
    `step: \`${name}\` has a gradient of a pass inside noBackwardSync that was not averaged, and the shards have none of it. Run the last forward and backward before a step outside of noBackwardSync, or clear the gradients.`,
  );
}
