// Options of FSDPStrategy.

import { distributed } from "../../torch.js";
import { checkStrategyOptions, type ParallelStrategyOptions } from "../parallel-options.js";

/** Options of {@link FSDPStrategy}: those of the process group, and of `torch.distributed.fsdp`. */
export interface FSDPStrategyOptions extends ParallelStrategyOptions {
  /** Which modules are gathered on their own; default `"auto"`: the blocks that stand in lists. */
  autoWrapPolicy?: distributed.fsdp.WrapPolicy | undefined;
  /** Give gathered parameters back after forward; default true, but for what the model itself holds. */
  reshardAfterForward?: boolean | undefined;
  /** Dtypes in which parameters and gradients travel, in the place of what the precision plugin asks for. */
  mixedPrecision?: distributed.fsdp.MixedPrecisionPolicy | undefined;
  /** `"full"` (default): rank 0 writes a checkpoint like that of one process. `"sharded"`: each process writes its part, into one folder. */
  stateDictType?: "full" | "sharded" | undefined;
  /** Take over rank 0's parameters and buffers at set-up; default true. */
  syncModuleStates?: boolean | undefined;
}

/** @throws FabricError `FABRIC_CONFIG_STRATEGY_OPTION`, `FABRIC_CONFIG_FSDP`. @internal */
export function checkFsdpOptions(options: FSDPStrategyOptions): void {
  checkStrategyOptions("FSDPStrategy", options, {
    switches: ["reshardAfterForward", "syncModuleStates"],
    others: ["autoWrapPolicy", "mixedPrecision"],
  });
  if (options.autoWrapPolicy !== undefined)
    distributed.fsdp.checkWrapPolicy(options.autoWrapPolicy);
  if (options.mixedPrecision !== undefined) distributed.fsdp.checkPolicy(options.mixedPrecision);
}
