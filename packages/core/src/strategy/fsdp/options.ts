// Options of FSDPStrategy.

import { distributed, FabricError } from "../../torch.js";
import { PARALLEL_OPTIONS, type ParallelStrategyOptions } from "../parallel.js";

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

const OWN: ReadonlySet<string> = new Set([
  "autoWrapPolicy",
  "reshardAfterForward",
  "mixedPrecision",
  "stateDictType",
  "syncModuleStates",
]);

/** @throws FabricError `FABRIC_CONFIG_STRATEGY_OPTION`. @internal */
export function checkFsdpOptions(options: FSDPStrategyOptions): void {
  for (const key of Object.keys(options))
    if (!OWN.has(key) && !PARALLEL_OPTIONS.includes(key))
      throw optionError(
        `unknown option \`${key}\`; known are ${[...OWN, ...PARALLEL_OPTIONS].join(", ")}`,
      );
  for (const name of ["reshardAfterForward", "syncModuleStates"] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== "boolean")
      throw optionError(`expected true or false as \`${name}\` but received ${shown(value)}`);
  }
  const { stateDictType: type } = options;
  if (type !== undefined && type !== "full" && type !== "sharded")
    throw optionError(
      `expected "full" or "sharded" as \`stateDictType\` but received ${shown(type)}`,
    );
  if (options.autoWrapPolicy !== undefined)
    distributed.fsdp.checkWrapPolicy(options.autoWrapPolicy);
  if (options.mixedPrecision !== undefined) distributed.fsdp.checkPolicy(options.mixedPrecision);
}

function optionError(reason: string): FabricError {
  return new FabricError("FABRIC_CONFIG_STRATEGY_OPTION", `FSDPStrategy: ${reason}.`);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? typeof value;
}
