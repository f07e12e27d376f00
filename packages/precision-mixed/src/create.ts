import type { PrecisionFactory } from "@fabric/core";
import { FabricError } from "@fabric/torch";
import { MixedPrecision } from "./mixed-precision.js";

/**
 * Makes the plugin for `"16-mixed"` or `"bf16-mixed"`.
 *
 * @throws FabricError `FABRIC_CONFIG_PRECISION` for another alias.
 */
export const createPrecision: PrecisionFactory = (alias, { accelerator }) => {
  if (alias !== "16-mixed" && alias !== "bf16-mixed") {
    throw new FabricError(
      "FABRIC_CONFIG_PRECISION",
      `@fabric/precision-mixed serves "16-mixed" and "bf16-mixed" but was asked for ${JSON.stringify(alias)}.`,
    );
  }
  const device = accelerator === "cpu" || accelerator === "mps" ? accelerator : "cuda";
  return new MixedPrecision({ precision: alias, device });
};
