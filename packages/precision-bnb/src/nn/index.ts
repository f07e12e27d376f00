// Layers with quantised weights.
export { ComputeDtype } from "./compute-dtype.js";
export { Embedding4bit, type Embedding4bitOptions } from "./embedding4bit.js";
export { Linear4bit, type Linear4bitOptions, LinearFP4, LinearNF4 } from "./linear4bit.js";
export { Params4bit, type Params4bitOptions, type QuantizationError } from "./params4bit.js";
