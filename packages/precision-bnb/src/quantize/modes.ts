// What a checkpoint can be quantised to.
import { describeValue, FabricError } from "@fabric/torch";
import type { QuantType } from "../functional/arguments.js";

/** Form of the weights: 4-bit codes of a data type, with `-dq` doubly quantised scales; or int8 with a scale for each row. */
export type QuantizeMode = "nf4" | "nf4-dq" | "fp4" | "fp4-dq" | "int8";

/** Every mode. */
export const QUANTIZE_MODES: readonly QuantizeMode[] = ["nf4", "nf4-dq", "fp4", "fp4-dq", "int8"];

/** A mode taken apart. */
export interface ModeParts {
  /** Data type of 4-bit codes; null for int8. */
  readonly quantType: QuantType | null;
  /** Whether scales are quantised too. */
  readonly nested: boolean;
}

/** @throws FabricError `FABRIC_CONFIG_MODE`. */
export function checkMode(value: unknown): QuantizeMode {
  if (QUANTIZE_MODES.some((mode) => mode === value)) return value as QuantizeMode;
  throw new FabricError(
    "FABRIC_CONFIG_MODE",
    `Expected ${QUANTIZE_MODES.join(", ")} as the mode but received ${describeValue(value)}.`,
  );
}

/** The parts of a mode. */
export function partsOf(mode: QuantizeMode): ModeParts {
  if (mode === "int8") return { quantType: null, nested: false };
  return { quantType: mode.startsWith("nf4") ? "nf4" : "fp4", nested: mode.endsWith("-dq") };
}
