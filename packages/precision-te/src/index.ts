export * as functional from "./functional/index.js";
export {
  createPrecision,
  type TransformerEngineOptions,
  TransformerEnginePrecision,
} from "./transformer-engine.js";
