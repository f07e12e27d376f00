// Tensors in files, without pickle.

export type { SafetensorsInfo } from "./header.js";
export { load, type SafetensorsReadOptions } from "./read.js";
export { open, SafetensorsFile } from "./safetensors-file.js";
export {
  openSharded,
  type SafetensorsShard,
  ShardedFile,
  type ShardedInfo,
} from "./sharded-file.js";
export { isSharded } from "./shards.js";
export { type LazyTensor, save } from "./write.js";
export { create, type SafetensorsEntry, SafetensorsWriter } from "./writer.js";
