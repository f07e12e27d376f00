// Data sets, samplers and the loader.

export type { RandomSource } from "./arguments.js";
export { type Collated, defaultCollate } from "./collate.js";
export { ConcatDataset } from "./concat-dataset.js";
export { DataLoader } from "./data-loader.js";
export {
  type DataSource,
  Dataset,
  IterableDataset,
  type IterableSource,
  type MapDataset,
} from "./dataset.js";
export { DistributedSampler, type DistributedSamplerOptions } from "./distributed-sampler.js";
export type { DataLoaderOptions } from "./loader-options.js";
export type { DataLoaderState } from "./loader-state.js";
export {
  RandomSampler,
  type RandomSamplerOptions,
  SubsetRandomSampler,
  WeightedRandomSampler,
  type WeightedRandomSamplerOptions,
} from "./random-sampler.js";
export {
  BatchSampler,
  Sampler,
  type SamplerLike,
  type SamplerState,
  SequentialSampler,
} from "./sampler.js";
export { randomSplit, Subset } from "./subset.js";
export { TensorDataset } from "./tensor-dataset.js";
export { getWorkerInfo, type WorkerInfo } from "./worker/info.js";
export { type DataClass, fromModule, type ModuleFunction } from "./worker/recipe.js";
export { workerSeed } from "./worker/seeds.js";
