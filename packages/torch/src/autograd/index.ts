export { allowGuarded, backward, type EngineBackwardOptions, grad, type GradOptions, guardBackward } from "./engine.js";
export { Function, FunctionContext, type FunctionResult } from "./function.js";
