export {
  type BitsandbytesMode,
  type BitsandbytesOptions,
  BitsandbytesPrecision,
} from "./bitsandbytes.js";
export { createPrecision } from "./create.js";
export { dequantize } from "./dequantize.js";
export * as functional from "./functional/index.js";
export { QuantState } from "./functional/index.js";
export type { ModulePattern } from "./ignore-modules.js";
export * as nn from "./nn/index.js";
export * as optim from "./optim/index.js";
export {
  type LayerFigures,
  type QuantizeCheckpointOptions,
  type QuantizeMode,
  type QuantizeProgress,
  type QuantizeReport,
  quantizeCheckpoint,
} from "./quantize/index.js";
export { formatLayers, type QuantizedLayer, quantizedLayers } from "./report.js";
