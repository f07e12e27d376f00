import type { PrecisionFactory } from "@fabric/core";
import { type BitsandbytesMode, BitsandbytesPrecision } from "./bitsandbytes.js";

/**
 * Makes the plugin for `"nf4"`, `"nf4-dq"`, `"fp4"` or `"fp4-dq"`.
 *
 * @throws FabricError `FABRIC_CONFIG_MODE` for another alias.
 */
export const createPrecision: PrecisionFactory = (alias) =>
  new BitsandbytesPrecision({ mode: alias as BitsandbytesMode });
