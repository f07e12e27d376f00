// Optimizers with 8-bit state, and the overrides of single parameters.
export { Adagrad8bit, type Adagrad8bitOptions, type AdagradGroup } from "./adagrad.js";
export {
  Adam8bit,
  type Adam8bitOptions,
  AdamBase8bit,
  type AdamGroup,
  AdamW8bit,
  PagedAdam8bit,
  PagedAdamW8bit,
} from "./adam.js";
export {
  AdEMAMix8bit,
  type AdEMAMix8bitOptions,
  type AdEMAMixGroup,
  PagedAdEMAMix8bit,
} from "./ademamix.js";
export type { OptimConfig } from "./config.js";
export { GlobalOptimManager, type OptimOverride } from "./global-optim-manager.js";
export { LAMB8bit, type LAMB8bitOptions } from "./lamb.js";
export { Lion8bit, type Lion8bitOptions, type LionGroup, PagedLion8bit } from "./lion.js";
export { type GroupOptions, Optimizer8bit } from "./optimizer-8bit.js";
export type { StateOptions } from "./options.js";
export { RMSprop8bit, type RMSprop8bitOptions, type RMSpropGroup } from "./rmsprop.js";
export {
  LARS8bit,
  type LARS8bitOptions,
  MomentumBase8bit,
  SGD8bit,
  type SGD8bitOptions,
  type SGDGroup,
} from "./sgd.js";
