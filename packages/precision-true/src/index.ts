export type { DeclaresKeepInDtype, KeepInDtype } from "@fabric/core";
export { createPrecision } from "./create.js";
export { DoublePrecision, type DoublePrecisionOptions } from "./double-precision.js";
export { type HalfAlias, HalfPrecision, type HalfPrecisionOptions } from "./half-precision.js";
