// Whole checkpoints, from disk to disk.
export type { LayerFigures } from "./layer-figures.js";
export type { QuantizeMode } from "./modes.js";
export {
  type QuantizeCheckpointOptions,
  type QuantizeProgress,
  type QuantizeReport,
  quantizeCheckpoint,
} from "./quantize-checkpoint.js";
