import type { PrecisionFactory } from "@fabric/core";
import { type BitsandbytesMode, BitsandbytesPrecision } from "./bitsandbytes.js";

/**
 * Makes the plugin for one of its modes: `"nf4"`, `"nf4-dq"`, `"fp4"`, `"fp4-dq"`, `"int8"`, `"int8-training"`.
 *
 * @throws FabricError `FABRIC_CONFIG_MODE` for another alias.
 */
export const createPrecision: PrecisionFactory = (alias) =>
  new BitsandbytesPrecision({ mode: alias as BitsandbytesMode });
