export {
  createPrecision,
  type TransformerEngineOptions,
  TransformerEnginePrecision,
} from "./transformer-engine.js";
