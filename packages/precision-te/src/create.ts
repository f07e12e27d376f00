import type { PrecisionFactory } from "@fabric/core";
import { FabricError } from "@fabric/torch";
import {
  type TransformerEngineAlias,
  TransformerEnginePrecision,
  WEIGHTS,
} from "./transformer-engine.js";

/**
 * Makes the plugin for `"transformer-engine"` (bfloat16 weights) or `"transformer-engine-float16"`.
 *
 * @throws FabricError `FABRIC_CONFIG_PRECISION` for another alias, `FABRIC_MISSING_LIBRARY`.
 */
export const createPrecision: PrecisionFactory = (alias, { device }) => {
  if (!Object.hasOwn(WEIGHTS, alias)) {
    throw new FabricError(
      "FABRIC_CONFIG_PRECISION",
      `@fabric/precision-te serves "transformer-engine" and "transformer-engine-float16" but was asked for ${JSON.stringify(alias)}.`,
    );
  }
  return new TransformerEnginePrecision({
    weightsDtype: WEIGHTS[alias as TransformerEngineAlias],
    device,
  });
};
