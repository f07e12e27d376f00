import type { PrecisionFactory } from "@fabric/core";
import { FabricError } from "@fabric/torch";
import { DoublePrecision } from "./double-precision.js";
import { HalfPrecision } from "./half-precision.js";

/**
 * Makes the plugin for `"16-true"`, `"bf16-true"` or `"64-true"`.
 *
 * @throws FabricError `FABRIC_CONFIG_PRECISION` for another alias.
 */
export const createPrecision: PrecisionFactory = (alias) => {
  switch (alias) {
    case "64-true":
      return new DoublePrecision();
    case "16-true":
    case "bf16-true":
      return new HalfPrecision({ precision: alias });
    default:
      throw new FabricError(
        "FABRIC_CONFIG_PRECISION",
        `@fabric/precision-true serves "16-true", "bf16-true" and "64-true" but was asked for ${JSON.stringify(alias)}.`,
      );
  }
};
