// What recipes with a memory remember.
export { DelayedState, type Direction, type Scales, SLOTS } from "./delayed-state.js";
export { decodeFactors, decodeState, encodeState } from "./extra-state.js";
export { type AmaxReduction, type Use, updateStates } from "./update.js";
