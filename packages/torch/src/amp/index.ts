export { GradScaler, type GradScalerOptions, type GradScalerState } from "./grad-scaler.js";
export { anyOf, stepUnless } from "./step-unless.js";
export { foldsScale, normOfNorms, type UnscaleOptions, unscaleGrads_ } from "./unscale.js";
