// Helpers around modules.

export { parametersToVector, vectorToParameters } from "./parameter-vector.js";
