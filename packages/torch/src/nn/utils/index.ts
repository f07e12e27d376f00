// Helpers around modules.

export { clipGradNorm_, type ClipGradNormOptions, clipGradValue_, getTotalNorm } from "./clip-grad.js";

export { parametersToVector, vectorToParameters } from "./parameter-vector.js";
