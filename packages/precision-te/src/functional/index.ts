// FP8 casts and scales as functions of tensors.

export {
  amax,
  type CastOptions,
  castToFp8,
  currentScale,
  dequantizeFp8,
  type Fp8Cast,
  type Fp8DType,
  fp8Max,
} from "./cast.js";
export {
  type BlockCastOptions,
  type BlockScaling,
  castBlocksToFp8,
} from "./cast-blocks.js";
export { type Fp8NormCast, type NormCastOptions, normCastToFp8 } from "./norm-cast.js";
export { type UpdateScalesOptions, updateScales_ } from "./update-scales.js";
