// Checks the name of a norm.
import { optionError } from "@fabric/torch";
import type { Normalization } from "./norm-function.js";

/** @throws FabricError `FABRIC_CONFIG_OPTION`. */
export function checkNormalization(owner: string, value: unknown): Normalization {
  if (value === undefined) return "LayerNorm";
  if (value === "LayerNorm" || value === "RMSNorm") return value;
  throw optionError(owner, "normalization", '"LayerNorm" or "RMSNorm"', value);
}
