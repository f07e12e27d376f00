// How scales are found.
export {
  type BlockScalingOptions,
  Float8BlockScaling,
  MXFP8BlockScaling,
  type MXFP8Options,
} from "./block-scaling.js";
export { type CurrentScalingOptions, Float8CurrentScaling } from "./current-scaling.js";
export {
  type AmaxFunction,
  DelayedScaling,
  type DelayedScalingOptions,
  type ScaleFunction,
} from "./delayed-scaling.js";
export {
  type Fp8Format,
  type LinearPrecision,
  Recipe,
  type RecipeKind,
  recipeError,
} from "./recipe.js";
export { type RecipeLike, toRecipe } from "./to-recipe.js";
