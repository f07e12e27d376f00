export {
  type BitsandbytesMode,
  type BitsandbytesOptions,
  BitsandbytesPrecision,
} from "./bitsandbytes.js";
export * as functional from "./functional/index.js";
export { QuantState } from "./functional/index.js";
export * as optim from "./optim/index.js";
