// Layers with quantised weights.
export { ComputeDtype, type ComputeFields } from "./compute-dtype.js";
export {
  Embedding4bit,
  type Embedding4bitOptions,
  type Embedding4bitPacking,
} from "./embedding4bit.js";
export { Embedding8bit, type Embedding8bitOptions } from "./embedding8bit.js";
export { type Int8Error, Int8Params } from "./int8-params.js";
export { Linear4bit, type Linear4bitOptions, LinearFP4, LinearNF4 } from "./linear4bit.js";
export {
  type Int8Backend,
  type Int8Options,
  Linear8bitLt,
  type Linear8bitLtOptions,
} from "./linear8bit.js";
export { Params4bit, type Params4bitOptions, type QuantizationError } from "./params4bit.js";
export { StableEmbedding } from "./stable-embedding.js";
