export {
  DistributedDataParallel,
  type DistributedDataParallelOptions,
} from "./distributed-data-parallel.js";
export type { JoinOptions } from "./join.js";
export type { AllReduceEvent } from "./reducer.js";
export { syncModule } from "./same-module.js";
