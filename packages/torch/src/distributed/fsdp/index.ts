// Fully sharded data parallel: torch.distributed.fsdp.

export { fullyShard, isFullySharded } from "./fully-shard.js";
export type { Pending, ShardGroup } from "./group.js";
export type { FullyShardOptions, MixedPrecisionPolicy } from "./policy.js";
export { type ShardRows, shardRows } from "./sharded-parameter.js";
