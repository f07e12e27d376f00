export { gradsOf, incrementVersion } from "../tensor.js";
export { type AfterBackward, afterBackward } from "./after-backward.js";
export {
  allowGuarded,
  backward,
  type EngineBackwardOptions,
  type GradOptions,
  grad,
  guardBackward,
} from "./engine.js";
export { Function, FunctionContext, type FunctionResult } from "./function.js";
