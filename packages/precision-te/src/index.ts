export { createPrecision, TransformerEnginePrecision, type TransformerEngineOptions } from "./transformer-engine.js";
