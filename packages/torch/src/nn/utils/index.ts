// Helpers around modules.

export {
  type ClipGradNormOptions,
  clipGradNorm_,
  clipGradsWithNorm_,
  clipGradValue_,
  getTotalNorm,
} from "./clip-grad.js";
export { parametersToVector, vectorToParameters } from "./parameter-vector.js";
