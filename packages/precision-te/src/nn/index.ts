// Layers that compute in FP8 inside `fp8Autocast`.
export { LayerNormLinear, type LayerNormLinearOptions } from "./layer-norm-linear.js";
export { LayerNormMLP, type LayerNormMLPOptions } from "./layer-norm-mlp.js";
export { type ForwardOptions, Linear, type LinearOptions } from "./linear.js";
export type { ActivationParams, MlpActivation } from "./mlp-activation.js";
export { LayerNorm, type NormOptions, RMSNorm } from "./norm.js";
export type { Normalization } from "./norm-function.js";
export { NormedLayer, type NormedLayerOptions } from "./normed-layer.js";
export {
  type AttentionMaskType,
  DotProductAttention,
  LayerNormQkv,
  SelfAttention,
  type TransformerForwardOptions,
  TransformerLayer,
  type TransformerLayerOptions,
} from "./transformer-layer.js";
