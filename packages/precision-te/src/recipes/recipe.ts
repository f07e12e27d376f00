// What all recipes share: which format tensors of either direction take.
import { describeValue, FabricError } from "@fabric/torch";
import type { Fp8DType } from "../functional/index.js";

/** `"HYBRID"`: E4M3 for weights and activations, E5M2 for gradients. `"E4M3"`: E4M3 for all. */
export type Fp8Format = "HYBRID" | "E4M3";

/** Products of a linear layer that are computed without FP8: `[forward, gradient of the input, gradient of the weight]`. */
export type LinearPrecision = readonly [fprop: boolean, dgrad: boolean, wgrad: boolean];

/** Kinds of recipes, as plain objects name them. */
export type RecipeKind = "delayed" | "current" | "block" | "mxfp8";

/** How scales are found. Make one of its subclasses. */
export abstract class Recipe {
  /** Which of the subclasses it is. */
  abstract readonly kind: RecipeKind;
  /** Formats of the two directions. */
  readonly fp8Format: Fp8Format;

  /** @throws FabricError `FABRIC_CONFIG_RECIPE`. */
  constructor(owner: string, fp8Format: unknown, otherwise: Fp8Format) {
    this.fp8Format = checkFormat(owner, fp8Format ?? otherwise);
  }

  /** Format of inputs and weights. */
  get forwardDtype(): Fp8DType {
    return "float8_e4m3fn";
  }

  /** Format of gradients. */
  get backwardDtype(): Fp8DType {
    return this.fp8Format === "HYBRID" ? "float8_e5m2" : "float8_e4m3fn";
  }

  /** One line for reports. */
  abstract describe(): string;
}

function checkFormat(owner: string, format: unknown): Fp8Format {
  if (format === "HYBRID" || format === "E4M3") return format;
  const reason =
    format === "E5M2"
      ? " Weights and activations need the precision of E4M3; HYBRID uses E5M2 for gradients."
      : "";
  throw recipeError(owner, "fp8Format", '"HYBRID" or "E4M3"', format, reason);
}

/** An error that names the field. */
export function recipeError(
  owner: string,
  field: string,
  expected: string,
  received: unknown,
  reason = "",
): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_RECIPE",
    `${owner}: expected ${expected} as \`${field}\` but received ${describeValue(received)}.${reason}`,
  );
}
