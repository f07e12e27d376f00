export { LRScheduler, type Schedulable, type SchedulerState } from "./base.js";
export { ChainedScheduler, MultiplicativeLR } from "./chained.js";
export {
  ConstantLR,
  CosineAnnealingLR,
  CosineAnnealingWarmRestarts,
  ExponentialLR,
  LambdaLR,
  LinearLR,
  MultiStepLR,
  PolynomialLR,
  type SchedulerOptions,
  StepLR,
} from "./decay.js";
export { OneCycleLR, type OneCycleOptions } from "./one-cycle.js";
export { type PlateauOptions, ReduceLROnPlateau } from "./plateau.js";
export { SequentialLR, withWarmup } from "./sequential.js";
