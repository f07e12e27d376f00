// The strategies of several processes that core brings, by name.

import { infoOnce, warnOnce } from "../messages.js";
import { DDPStrategy } from "../strategy/ddp.js";
import { FSDPStrategy } from "../strategy/fsdp/fsdp-strategy.js";
import type { StrategyFactory } from "../strategy/strategy.js";
import { FabricError } from "../torch.js";

/** Names that are understood, with what they turn into; no message offers them. @internal */
export const SYNONYMS: readonly string[] = ["ddp_spawn", "dp"];

/** Makes each of them. @internal */
export const BUILT_IN: ReadonlyMap<string, StrategyFactory> = new Map<string, StrategyFactory>([
  ["ddp", () => new DDPStrategy()],
  ["ddp_find_unused_parameters_true", () => new DDPStrategy({ findUnusedParameters: true })],
  ["fsdp", () => new FSDPStrategy()],
  [
    "ddp_spawn",
    () => {
      infoOnce('`strategy: "ddp_spawn"` is "ddp" here: each process runs the script.');
      return new DDPStrategy();
    },
  ],
  [
    "dp",
    ({ accelerator }) => {
      if (accelerator.name !== "cpu")
        throw new FabricError(
          "FABRIC_UNSUPPORTED_STRATEGY",
          '`strategy: "dp"` is not available: one process drives one device here. Use "ddp".',
        );
      warnOnce(
        "FABRIC_CONFIG_DP_ON_CPU",
        '`strategy: "dp"` drives several devices from one process, which the CPU is not: "ddp" is used.',
      );
      return new DDPStrategy();
    },
  ],
]);
