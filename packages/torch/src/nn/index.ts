// Neural network building blocks: modules, layers, losses, initialisers and functions.

export {
  Hardsigmoid,
  Hardswish,
  InplaceActivation,
  type InplaceOptions,
  LogSigmoid,
  Mish,
  ReLU,
  ReLU6,
  SELU,
  Sigmoid,
  SiLU,
  Softsign,
  Tanh,
  Tanhshrink,
} from "./activation.js";
export {
  CELU,
  ELU,
  type ELUOptions,
  GELU,
  GLU,
  Hardshrink,
  Hardtanh,
  LeakyReLU,
  type LeakyReLUOptions,
  LogSoftmax,
  PReLU,
  type PReLUOptions,
  Softmax,
  Softmin,
  Softplus,
  Softshrink,
  Threshold,
} from "./activation-parametric.js";
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveAvgPool3d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AdaptiveMaxPool3d,
  AdaptivePoolBase,
  type OutputSize,
} from "./adaptive-pool.js";
export { AvgPool1d, AvgPool2d, AvgPool3d, AvgPoolBase, type AvgPoolOptions } from "./avg-pool.js";
export {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  BatchNormBase,
  type BatchNormModuleOptions,
} from "./batch-norm.js";
export { type ConstructionHook, constructionHook, type ModuleClass } from "./construction-hook.js";
export { Conv1d, Conv2d, Conv3d } from "./conv.js";
export { ConvBase, type ConvOptions, type PaddingMode, type Size } from "./conv-base.js";
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  ConvTransposeBase,
  type ConvTransposeOptions,
} from "./conv-transpose.js";
export { copyModule } from "./copy-module.js";
export { CosineSimilarity, PairwiseDistance } from "./distance.js";
export {
  AlphaDropout,
  Dropout,
  Dropout1d,
  Dropout2d,
  Dropout3d,
  DropoutBase,
  type DropoutModuleOptions,
} from "./dropout.js";
export { Embedding, type EmbeddingModuleOptions } from "./embedding.js";
export { EmbeddingBag, type EmbeddingBagModuleOptions } from "./embedding-bag.js";
export {
  Flatten,
  type FlattenOptions,
  PixelShuffle,
  PixelUnshuffle,
  Unflatten,
} from "./flatten.js";
export * as functional from "./functional/index.js";
export { GroupNorm, type GroupNormOptions } from "./group-norm.js";
export * as init from "./init/index.js";
export {
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  InstanceNormBase,
  type InstanceNormModuleOptions,
} from "./instance-norm.js";
export { LayerNorm, type LayerNormOptions, RMSNorm, type RMSNormOptions } from "./layer-norm.js";
export type { LazyStateDict } from "./lazy-state-dict.js";
export { Bilinear, Identity, Linear, type LinearOptions } from "./linear.js";
export { LocalResponseNorm } from "./local-response-norm.js";
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  KLDivLoss,
  NLLLoss,
} from "./loss-classification.js";
export {
  CosineEmbeddingLoss,
  CTCLoss,
  HingeEmbeddingLoss,
  MarginLoss,
  MarginRankingLoss,
  MultiMarginLoss,
  SoftMarginLoss,
  TripletMarginLoss,
} from "./loss-ranking.js";
export {
  GaussianNLLLoss,
  HuberLoss,
  L1Loss,
  MSELoss,
  PoissonNLLLoss,
  ReducedLoss,
  SmoothL1Loss,
} from "./loss-regression.js";
export { MaxPool1d, MaxPool2d, MaxPool3d, MaxPoolBase, type MaxPoolOptions } from "./max-pool.js";
export { Module, type NamedOptions } from "./module.js";
export type { CastTarget, OwnCastTarget } from "./module-cast.js";
export { ModuleDict } from "./module-dict.js";
export { ModuleList } from "./module-list.js";
export type {
  ForwardHook,
  ForwardPreHook,
  FullBackwardHook,
  RemovableHandle,
} from "./module-state.js";
export { MultiheadAttention, type MultiheadAttentionOptions } from "./multihead-attention.js";
export {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  PadBase,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from "./padding.js";
export * as parallel from "./parallel/index.js";
export { Parameter, type ParameterOptions } from "./parameter.js";
export { ParameterList } from "./parameter-list.js";
export { RecurrentBase, type RecurrentOptions } from "./recurrent.js";
export {
  CellBase,
  type CellOptions,
  GRUCell,
  LSTMCell,
  RNNCell,
  type RNNCellOptions,
} from "./recurrent-cells.js";
export { type ModuleReplacer, replaceModules } from "./replace-modules.js";
export { GRU, LSTM, type LSTMOptions, type LSTMState, RNN, type RNNOptions } from "./rnn.js";
export { RunningNorm, type RunningNormOptions } from "./running-norm.js";
export { Sequential } from "./sequential.js";
export { type ShardRows, shardRows } from "./shard-rows.js";
export {
  type LoadReport,
  type LoadResult,
  matchEntry,
  type StateDictSource,
} from "./state-dict.js";
export { swapContent } from "./swap-content.js";
export {
  type EncoderMasks,
  type TransformerActivation,
  TransformerEncoder,
  TransformerEncoderLayer,
  type TransformerEncoderLayerOptions,
} from "./transformer-encoder.js";
export { Fold, Unfold, type UnfoldOptions } from "./unfold.js";
export { Upsample } from "./upsample.js";
export * as utils from "./utils/index.js";
