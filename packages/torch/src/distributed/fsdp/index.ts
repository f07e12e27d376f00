// Fully sharded data parallel: torch.distributed.fsdp.

export { type ShardRows, shardRows } from "../../nn/shard-rows.js";
export { fullyShard, isFullySharded } from "./fully-shard.js";
export type { FullyShardOptions, MixedPrecisionPolicy } from "./policy.js";
export {
  type FullStateOptions,
  fullOptimizerState,
  fullStateDict,
  shardedOptimizerState,
  shardedStateDict,
  shardOptimizerState,
} from "./state-dict.js";
export { gatherRows, summonFullParams } from "./whole.js";
export { fullyShardByPolicy, type ShardedModel, type WrapPolicy } from "./wrap-policy.js";
