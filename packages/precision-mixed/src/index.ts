export { createPrecision } from "./create.js";
export {
  type CastInputs,
  type MixedAlias,
  MixedPrecision,
  type MixedPrecisionOptions,
} from "./mixed-precision.js";
