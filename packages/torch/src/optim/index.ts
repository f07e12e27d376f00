export { Adadelta, type AdadeltaOptions } from "./adadelta.js";
export { Adagrad, type AdagradOptions } from "./adagrad.js";
export { Adam, type AdamOptions, AdamW } from "./adam.js";
export type { RAdamOptions } from "./adam-variant.js";
export { Adamax, type AdamaxOptions } from "./adamax.js";
export type { Bucket } from "./bucket.js";
export { LBFGS, type LBFGSOptions } from "./lbfgs.js";
export { Lion, type LionOptions } from "./lion.js";
export * as lrScheduler from "./lr-scheduler/index.js";
export { NAdam, type NAdamOptions } from "./nadam.js";
export {
  type Closure,
  Optimizer,
  type OptimizerStateDict,
  type ParamState,
  type StepHook,
  type StepHookHandle,
  type ZeroGradOptions,
} from "./optimizer.js";
export type { NamedParam, ParamGroup, ParamGroupInput, ParamsInput } from "./param-group.js";
export { RAdam } from "./radam.js";
export { RMSprop, type RMSpropOptions } from "./rmsprop.js";
export { SGD, type SGDOptions } from "./sgd.js";
