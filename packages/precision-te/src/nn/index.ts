// Layers that compute in FP8 inside `fp8Autocast`.
export { type ForwardOptions, Linear, type LinearOptions } from "./linear.js";
