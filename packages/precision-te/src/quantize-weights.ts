// From a trained model to one for inference: weights become FP8 codes.
import { checkOptions, FabricError, type nn } from "@fabric/torch";
import { isFp8Layer } from "./layers.js";
import { LayerNormMLP } from "./nn/index.js";
import type { Recipe, RecipeLike } from "./recipes/index.js";
import { delayedScale, Fp8Weight, tensorRecipe } from "./weights/index.js";

/** Options of {@link quantizeWeights_}. */
export interface QuantizeWeightsOptions {
  /** How weights are cast: delayed scaling (default) or current scaling. */
  recipe?: RecipeLike;
}

const MLP = { fc1Weight: "fc1_weight", fc2Weight: "fc2_weight" } as const;
const LINEAR = { weight: "weight" } as const;

/**
 * Replaces the weights of this package's layers by FP8 codes, a byte an element, for inference. With delayed scaling a weight is cast with the
 * scale that training or calibration found for it, so that evaluation in FP8 gives the same results, bit for bit; where there is none, and with
 * current scaling, with its current scale.
 *
 * Each weight becomes another parameter, a frozen `Fp8Weight`; ties are kept. Optimizers made before hold the old ones. Norms, biases and other
 * layers stay as they are, and a weight that is held as codes already too.
 *
 * @returns the model.
 * @throws FabricError `FABRIC_CONFIG_NO_FP8` if the model has no layer of this package that computes in FP8, `FABRIC_CONFIG_RECIPE`,
 * `FABRIC_CONFIG_OPTION`.
 *
 * @example
 * ```ts
 * await fabric.load("trained", { model });
 * quantizeWeights_(model);
 * model.eval();
 * ```
 */
export function quantizeWeights_<M extends nn.Module>(
  model: M,
  options: QuantizeWeightsOptions = {},
): M {
  checkOptions("quantizeWeights_", options, ["recipe"]);
  const recipe = tensorRecipe("quantizeWeights_", options.recipe);
  const layers = model.modules().filter(isFp8Layer);
  if (layers.length === 0)
    throw new FabricError(
      "FABRIC_CONFIG_NO_FP8",
      `quantizeWeights_: ${model.constructor.name} has no layer of @fabric/precision-te that computes in FP8. Set the model up with TransformerEnginePrecision, or build it of te.Linear and its like.`,
    );
  const done = new Map<nn.Parameter, Fp8Weight>();
  for (const layer of layers) {
    const fields = layer instanceof LayerNormMLP ? MLP : LINEAR;
    const record = layer as unknown as Record<string, nn.Parameter>;
    for (const [field, name] of Object.entries(fields)) {
      const weight = record[field] as nn.Parameter;
      if (weight instanceof Fp8Weight) continue;
      const held =
        done.get(weight) ?? quantized(layer, Object.values(fields), name, weight, recipe);
      done.set(weight, held);
      record[field] = held;
    }
  }
  return model;
}

function quantized(
  layer: nn.Module,
  names: readonly string[],
  name: string,
  weight: nn.Parameter,
  recipe: Recipe,
): Fp8Weight {
  const { shape, device, dtype } = weight;
  const held = Fp8Weight.allocate(shape, device, { floatDtype: dtype, recipe });
  held.setFloat(weight, delayedScale(layer, names, name, held));
  return held;
}
