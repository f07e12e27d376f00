export { Adam, type AdamOptions, AdamW } from "./adam.js";
export { type Closure, Optimizer, type OptimizerStateDict, type ParamState, type StepHook, type ZeroGradOptions } from "./optimizer.js";
export type { ParamGroup, ParamsInput } from "./param-group.js";
export { SGD, type SGDOptions } from "./sgd.js";
