// A weight that is held as codes, as products take it.

import { warnOnce } from "@fabric/core";
import { FabricError, type Tensor } from "@fabric/torch";
import type { Operand } from "../nn/cast-operand.js";
import type { Recipe } from "../recipes/index.js";
import { checkLoaded, Fp8Weight } from "./fp8-weight.js";

/** Codes of a weight `[out, in]`, used as they are. @throws FabricError `FABRIC_USAGE_NOT_LOADED`, `FABRIC_USAGE_FP8_WEIGHTS`. */
export function heldOperand(
  weight: Fp8Weight,
  recipe: Recipe,
  wanted: { rows: boolean; columns: boolean; copyTransposes: boolean },
): Operand {
  checkLoaded(weight);
  if (recipe.kind !== "delayed" && recipe.kind !== "current")
    throw new FabricError(
      "FABRIC_USAGE_FP8_WEIGHTS",
      `A weight of [${weight.shape.join(", ")}] is held as FP8 codes with one scale, but the recipe (${recipe.describe()}) wants one for each block. Enter fp8Autocast with { kind: "delayed" } or { kind: "current" }.`,
    );
  const { scaleInv } = weight;
  const data = weight.detach();
  const turned = (): Tensor => (wanted.copyTransposes ? data.t().contiguous() : data.t());
  return {
    rows: wanted.rows ? { data, scaleInv } : null,
    columns: wanted.columns ? { data: turned(), scaleInv } : null,
  };
}

/** The weight for a product without FP8. Says once that codes are turned into floats for it. @throws FabricError `FABRIC_USAGE_NOT_LOADED`. */
export function floatWeight(layer: string, weight: Tensor): Tensor {
  if (!(weight instanceof Fp8Weight)) return weight;
  checkLoaded(weight);
  warnOnce(
    "FABRIC_TE_FLOAT_PRODUCT",
    `${layer}: its weight is held as FP8 codes but FP8 is off here, so that it is turned into floats for each product. Compute inside fp8Autocast to use the codes.`,
  );
  return weight.dequantize();
}
