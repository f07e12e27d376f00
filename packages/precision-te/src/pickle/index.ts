// Pickled state of other programs, read without running anything.
export { pickleError } from "./error.js";
export { readPickled } from "./torch-file.js";
export { PickledTensor } from "./torch-values.js";
