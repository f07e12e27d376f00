export { availableKernels, requireKernel } from "./kernels.js";
export { loadKernels } from "./library.js";
