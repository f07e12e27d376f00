// Options of strategies of several processes, and their checks, worded alike.

import { checkOptions } from "@fabric/torch";
import { type distributed, FabricError } from "../torch.js";
import type { StrategyOptions } from "./strategy.js";

/** Options that every strategy of several processes takes. */
export interface ParallelStrategyOptions extends StrategyOptions {
  /** Who moves the bytes; default: `"cpu:gloo,cuda:nccl"` for CUDA devices, else `"gloo"`. */
  processGroupBackend?: distributed.Backend | undefined;
  /** How long a process waits for the others in a collective; default 30 minutes. */
  timeoutMs?: number | undefined;
}

const SHARED = [
  "accelerator",
  "precision",
  "checkpointIO",
  "clusterEnvironment",
  "processGroupBackend",
  "timeoutMs",
];

const CODE = "FABRIC_CONFIG_STRATEGY_OPTION";

/** The error for an option's value. @internal */
export function optionError(name: string, expected: string, received: unknown): FabricError {
  return new FabricError(
    CODE,
    `Expected ${expected} as the strategy's \`${name}\` but received ${JSON.stringify(received) ?? typeof received}.`,
  );
}

/**
 * Checks names of options, those that are on or off, and `stateDictType`; other values are their owner's to check.
 *
 * @throws FabricError `FABRIC_CONFIG_STRATEGY_OPTION`. @internal
 */
export function checkStrategyOptions(
  owner: string,
  options: ParallelStrategyOptions & { readonly stateDictType?: unknown },
  { switches, others }: { switches: readonly string[]; others: readonly string[] },
): void {
  checkOptions(owner, options, [...switches, ...others, "stateDictType", ...SHARED], CODE);
  for (const name of switches) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && typeof value !== "boolean")
      throw optionError(name, "true or false", value);
  }
  const type = options.stateDictType;
  if (type !== undefined && type !== "full" && type !== "sharded")
    throw optionError("stateDictType", '"full" or "sharded"', type);
}
