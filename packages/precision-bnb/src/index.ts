export {
  type BitsandbytesMode,
  type BitsandbytesOptions,
  BitsandbytesPrecision,
} from "./bitsandbytes.js";
