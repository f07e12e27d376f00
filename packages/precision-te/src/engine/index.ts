// Who multiplies codes.
export {
  checkEngine,
  chooseEngine,
  type EngineChoice,
  type EngineOptions,
  whyNoUnits,
} from "./choose.js";
export { emulationDtype, emulationEngine } from "./emulation.js";
export type { Codes, EngineName, Fp8Engine, MultiplyOptions } from "./engine.js";
export { scaledMmEngine } from "./scaled-mm.js";
