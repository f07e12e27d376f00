// Fully sharded data parallel: torch.distributed.fsdp.

export { rowsOf as takeRows, type ShardRows, shardRows } from "../../nn/shard-rows.js";
export { fullyShard, isFullySharded, runSharded } from "./fully-shard.js";
export { noSync } from "./no-sync.js";
export { combineNorm } from "./norm.js";
export { checkPolicy, type FullyShardOptions, type MixedPrecisionPolicy } from "./policy.js";
export {
  asRows,
  type FullStateOptions,
  fullOptimizerState,
  fullStateDict,
  shardedOptimizerState,
  shardedStateDict,
  shardOptimizerState,
} from "./state-dict.js";
export { unaveragedGradient } from "./unaveraged.js";
export { gatherWhole, summonFullParams } from "./whole.js";
export {
  checkWrapPolicy,
  fullyShardByPolicy,
  type ShardedModel,
  type WrapPolicy,
} from "./wrap-policy.js";
