export { availableKernels, requireKernel } from "./kernels.js";
