// Quantising and getting values back, as functions of tensors.
export type { QuantStorage, QuantType } from "./arguments.js";
export {
  dequantizeBlockwise,
  type QuantizeBlockwiseOptions,
  quantizeBlockwise,
} from "./blockwise.js";
export {
  type BytesOf4bitOptions,
  bytesOf4bit,
  dequantize4bit,
  type Quantize4bitOptions,
  quantize4bit,
} from "./four-bit.js";
export {
  type Int8MmOptions,
  type Int8QuantOptions,
  int8DoubleQuant,
  int8LinearMatmul,
  int8MmDequant,
  int8ScaledMm,
  int8VectorwiseDequant,
  int8VectorwiseQuant,
} from "./int8.js";
export { createDynamicMap, type DynamicMapOptions, getFourBitMap } from "./maps.js";
export { QuantState, type QuantStateFields } from "./quant-state.js";
