// The region inside which layers are made with FP8 codes for their weights.
import { checkOptions, checkSwitch, nn, type Tensor, withContext } from "@fabric/torch";
import { type Recipe, type RecipeLike, recipeError, toRecipe } from "../recipes/index.js";
import { Fp8Weight, floatDtypeOf } from "./fp8-weight.js";

/** Options of {@link quantizedModelInit}. */
export interface QuantizedModelInitOptions {
  /** Make weights as FP8 codes; default true. False switches an outer region off inside. */
  enabled?: boolean;
  /** How weights are cast: delayed scaling (default) or current scaling, whose scales are for a whole tensor. */
  recipe?: RecipeLike;
  /** Keep a copy of the first weight in its own dtype on the CPU, for master weights; default false. */
  preserveHighPrecisionInitVal?: boolean;
}

interface QuantizedInit {
  readonly enabled: boolean;
  readonly recipe: Recipe;
  readonly keepsInitial: boolean;
}

const OPTIONS = ["enabled", "recipe", "preserveHighPrecisionInitVal"] as const;
const regions: QuantizedInit[] = [];

/**
 * Layers of this package that are made inside hold their weights as FP8 codes only, a byte an element, for inference: frozen, and used by FP8
 * products as they are. Norms and biases stay floats. The first weight is cast with a scale of 1 under delayed scaling, as Transformer Engine
 * does, and with its current scale under current scaling; floats out of a state dict with the scale that was saved beside them, else their
 * current one.
 *
 * @returns what `fn` returns, or without `fn` a guard for `using`.
 * @throws FabricError `FABRIC_CONFIG_OPTION`, `FABRIC_CONFIG_RECIPE` (also for recipes of blocks), `FABRIC_USAGE_ASYNC_CONTEXT` if `fn` returns a
 * promise.
 *
 * @example
 * ```ts
 * const model = quantizedModelInit({ recipe: { kind: "current" } }, () => new Net());
 * model.loadStateDict(checkpoint);
 * ```
 */
export function quantizedModelInit<T>(options: QuantizedModelInitOptions, fn: () => T): T;
export function quantizedModelInit(options?: QuantizedModelInitOptions): Disposable;
export function quantizedModelInit<T>(
  options: QuantizedModelInitOptions = {},
  fn?: () => T,
): T | Disposable {
  const owner = "quantizedModelInit";
  checkOptions(owner, options, OPTIONS);
  const init: QuantizedInit = {
    enabled: checkSwitch(owner, "enabled", options.enabled, true),
    recipe: tensorRecipe(owner, options.recipe),
    keepsInitial: checkSwitch(
      owner,
      "preserveHighPrecisionInitVal",
      options.preserveHighPrecisionInitVal,
      false,
    ),
  };
  const enter = (): (() => void) => {
    regions.push(init);
    return () => {
      const at = regions.lastIndexOf(init);
      if (at >= 0) regions.splice(at, 1);
    };
  };
  return withContext(owner, enter, fn);
}

/** A recipe with one scale a tensor. @throws FabricError `FABRIC_CONFIG_RECIPE`, `FABRIC_CONFIG_OPTION`. */
export function tensorRecipe(owner: string, like: RecipeLike | undefined): Recipe {
  const recipe = toRecipe(like, owner);
  if (recipe.kind === "delayed" || recipe.kind === "current") return recipe;
  throw recipeError(
    owner,
    "recipe.kind",
    '"delayed" or "current"',
    recipe.kind,
    " Weights are held with one scale a tensor; leave them as floats to compute in blocks.",
  );
}

/** Inside of {@link quantizedModelInit}, puts codes in the place of weights that a constructor just drew. */
export function holdAsCodes(layer: nn.Module, fields: readonly string[]): void {
  const init = regions.at(-1);
  if (init?.enabled !== true) return;
  const { recipe, keepsInitial } = init;
  const record = layer as unknown as Record<string, nn.Parameter>;
  for (const field of fields) {
    const drawn = record[field] as nn.Parameter;
    const options = { floatDtype: floatDtypeOf(drawn), recipe };
    const weight = Fp8Weight.allocate(drawn.shape, drawn.device, options);
    // With skipped initialisation there is only room for codes that are loaded afterwards.
    if (!nn.init.isInitSkipped()) weight.setInitial(drawn, keepsInitial);
    record[field] = weight;
    // Parameters outlive scopes; nobody has seen this one yet.
    drawn.dispose();
  }
}

/** Draws a weight anew, whatever holds it. */
export function drawWeight(weight: nn.Parameter, draw: (floats: Tensor) => void): void {
  if (weight instanceof Fp8Weight) weight.draw(draw);
  else draw(weight);
}
