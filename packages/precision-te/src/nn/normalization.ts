// Checks the name of a norm.
import { FabricError } from "@fabric/torch";
import { shown } from "../arguments.js";
import type { Normalization } from "./norm-function.js";

/** @throws FabricError `FABRIC_CONFIG_OPTION`. */
export function checkNormalization(owner: string, value: unknown): Normalization {
  if (value === undefined) return "LayerNorm";
  if (value === "LayerNorm" || value === "RMSNorm") return value;
  throw new FabricError(
    "FABRIC_CONFIG_OPTION",
    `${owner}: expected "LayerNorm" or "RMSNorm" as \`normalization\` but received ${shown(value)}.`,
  );
}
