// Checks of what callers pass.
import { optionError } from "@fabric/torch";

/** @throws FabricError `FABRIC_CONFIG_OPTION` unless it is a number from 0 or left out. */
export function checkMinFlops(owner: string, value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === "number" && value >= 0) return value;
  throw optionError(owner, "minFlops", "a number from 0", value);
}
