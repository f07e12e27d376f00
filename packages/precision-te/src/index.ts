export { checkpoint } from "./checkpoint.js";
export { type Fp8AutocastOptions, fp8Autocast, isFp8Enabled } from "./context/index.js";
export { createPrecision } from "./create.js";
export type { EngineChoice, EngineName, EngineOptions } from "./engine/index.js";
export { type Fp8LayerState, type Fp8Slot, type Fp8TensorState, fp8State } from "./fp8-state.js";
export * as functional from "./functional/index.js";
export { type Fp8LayerRow, formatFp8Layers, fp8Layers } from "./layers.js";
export {
  type ActivationParams,
  type AttentionMaskType,
  DotProductAttention,
  type ForwardOptions,
  LayerNorm,
  LayerNormLinear,
  type LayerNormLinearOptions,
  LayerNormMLP,
  type LayerNormMLPOptions,
  LayerNormQkv,
  Linear,
  type LinearOptions,
  type MlpActivation,
  type Normalization,
  NormedLayer,
  type NormedLayerOptions,
  type NormOptions,
  RMSNorm,
  SelfAttention,
  type TransformerForwardOptions,
  TransformerLayer,
  type TransformerLayerOptions,
} from "./nn/index.js";
export { type QuantizeWeightsOptions, quantizeWeights_ } from "./quantize-weights.js";
export {
  type AmaxFunction,
  type BlockScalingOptions,
  type CurrentScalingOptions,
  DelayedScaling,
  type DelayedScalingOptions,
  Float8BlockScaling,
  Float8CurrentScaling,
  type Fp8Format,
  type LinearPrecision,
  MXFP8BlockScaling,
  type MXFP8Options,
  Recipe,
  type RecipeKind,
  type RecipeLike,
  type ScaleFunction,
} from "./recipes/index.js";
export { type AmaxReduction, DelayedState, type Direction, type Scales } from "./state/index.js";
export {
  type TransformerEngineAlias,
  type TransformerEngineOptions,
  TransformerEnginePrecision,
} from "./transformer-engine.js";
export {
  Fp8Weight,
  fp8StateDict,
  type QuantizedModelInitOptions,
  quantizedModelInit,
  /** Transformer Engine's old name. */
  quantizedModelInit as fp8ModelInit,
} from "./weights/index.js";
