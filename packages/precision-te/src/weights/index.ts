// Weights held as FP8 codes.
export { Fp8Weight, floatDtypeOf } from "./fp8-weight.js";
export {
  castCodes,
  codesOf,
  delayedScale,
  extraStateOf,
  fp8StateDict,
  loadLayer,
  matchWeight,
  mismatchOf,
  SCALE_INV,
  saveCodes,
  setExtraStateOf,
  type WeightNames,
} from "./layer-state.js";
export { floatWeight, heldOperand } from "./operand.js";
export {
  drawWeight,
  holdAsCodes,
  type QuantizedModelInitOptions,
  quantizedModelInit,
  tensorRecipe,
} from "./quantized-init.js";
