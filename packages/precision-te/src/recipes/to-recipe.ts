// Recipes from plain objects.
import { isOptions } from "@fabric/torch";
import {
  type BlockScalingOptions,
  Float8BlockScaling,
  MXFP8BlockScaling,
  type MXFP8Options,
} from "./block-scaling.js";
import { type CurrentScalingOptions, Float8CurrentScaling } from "./current-scaling.js";
import { DelayedScaling, type DelayedScalingOptions } from "./delayed-scaling.js";
import { Recipe, recipeError } from "./recipe.js";

/** A recipe, or the options of one: `{ kind: "current", fp8Format: "E4M3" }`. Without `kind` they are those of {@link DelayedScaling}. */
export type RecipeLike =
  | Recipe
  | ({ kind?: "delayed" } & DelayedScalingOptions)
  | ({ kind: "current" } & CurrentScalingOptions)
  | ({ kind: "block" } & BlockScalingOptions)
  | ({ kind: "mxfp8" } & MXFP8Options);

const KINDS = {
  delayed: DelayedScaling,
  current: Float8CurrentScaling,
  block: Float8BlockScaling,
  mxfp8: MXFP8BlockScaling,
} as const;

/**
 * The recipe of what a caller passed; delayed scaling with its defaults for undefined. A plain object is not changed.
 *
 * @throws FabricError `FABRIC_CONFIG_RECIPE` or `FABRIC_CONFIG_OPTION`, naming the field.
 */
export function toRecipe(value: RecipeLike | undefined | null, owner = "recipe"): Recipe {
  if (value instanceof Recipe) return value;
  if (value === undefined || value === null) return new DelayedScaling();
  if (!isOptions(value))
    throw recipeError(owner, "recipe", "a recipe or the options of one", value);
  const { kind = "delayed", ...options } = value;
  if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind))
    throw recipeError(owner, "recipe.kind", '"delayed", "current", "block" or "mxfp8"', kind);
  return new KINDS[kind](options as object);
}
