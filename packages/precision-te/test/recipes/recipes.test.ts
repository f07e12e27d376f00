// Recipes: defaults, plain objects, and errors that name the field.

import type { FabricError } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import {
  DelayedScaling,
  type DelayedScalingOptions,
  Float8BlockScaling,
  Float8CurrentScaling,
  fp8Autocast,
  MXFP8BlockScaling,
} from "../../src/index.js";
import { type RecipeLike, toRecipe } from "../../src/recipes/index.js";

function thrown(run: () => unknown): FabricError {
  try {
    run();
  } catch (error) {
    return error as FabricError;
  }
  throw new Error("nothing thrown");
}

describe("recipes", () => {
  it("have Transformer Engine's defaults", () => {
    const recipe = new DelayedScaling();
    expect([
      recipe.margin,
      recipe.fp8Format,
      recipe.amaxHistoryLen,
      recipe.amaxComputeAlgo,
      recipe.scalingFactorComputeAlgo,
      recipe.overrideLinearPrecision,
      recipe.reduceAmax,
    ]).toEqual([0, "HYBRID", 1024, "max", null, [false, false, false], true]);
    expect([recipe.forwardDtype, recipe.backwardDtype]).toEqual(["float8_e4m3fn", "float8_e5m2"]);
    expect(new DelayedScaling({ fp8Format: "E4M3" }).backwardDtype).toBe("float8_e4m3fn");
    expect(new Float8CurrentScaling().fp8Format).toBe("HYBRID");
    expect([new Float8BlockScaling().fp8Format, new MXFP8BlockScaling().fp8Format]).toEqual([
      "E4M3",
      "E4M3",
    ]);
  });

  it("come from plain objects by kind", () => {
    expect(toRecipe(undefined)).toBeInstanceOf(DelayedScaling);
    expect(toRecipe({ margin: 2 })).toMatchObject({ kind: "delayed", margin: 2 });
    expect(toRecipe({ kind: "current", powerOfTwoScales: true })).toBeInstanceOf(
      Float8CurrentScaling,
    );
    expect(toRecipe({ kind: "block" })).toBeInstanceOf(Float8BlockScaling);
    expect(toRecipe({ kind: "mxfp8" })).toBeInstanceOf(MXFP8BlockScaling);
    const recipe = new DelayedScaling();
    expect(toRecipe(recipe)).toBe(recipe);
  });

  for (const [options, field] of [
    [{ margin: 0.5 }, "margin"],
    [{ margin: "0" }, "margin"],
    [{ margin: 300 }, "margin"],
    [{ margin: -19 }, "margin"],
    [{ fp8Format: "E5M2" }, "fp8Format"],
    [{ fp8Format: "hybrid" }, "fp8Format"],
    [{ amaxHistoryLen: 0 }, "amaxHistoryLen"],
    [{ amaxHistoryLen: 1.5 }, "amaxHistoryLen"],
    [{ amaxComputeAlgo: "mean" }, "amaxComputeAlgo"],
    [{ scalingFactorComputeAlgo: 3 }, "scalingFactorComputeAlgo"],
    [{ overrideLinearPrecision: [true, false, false] }, "overrideLinearPrecision"],
    [{ overrideLinearPrecision: true }, "overrideLinearPrecision"],
    [{ reduceAmax: 1 }, "reduceAmax"],
    [{ interval: 1 }, "interval"],
    [{ amax_history_len: 16 }, "amaxHistoryLen"],
    [{ kind: "nvfp4" }, "recipe.kind"],
    [{ kind: "current", amaxEpsilon: -1 }, "amaxEpsilon"],
    [{ kind: "current", margin: 1 }, "margin"],
    [{ kind: "block", powerOfTwoScales: 2 }, "powerOfTwoScales"],
  ] as const)
    it(`refuse ${JSON.stringify(options)}, naming ${field}`, () => {
      const error = thrown(() => toRecipe(options as unknown as RecipeLike));
      expect(error.code).toMatch(/^FABRIC_CONFIG_(RECIPE|OPTION)$/);
      expect(error.message).toContain(`\`${field}\``);
    });

  it("refuse what is no plain object, whose fields would not be seen", () => {
    const others = [new Map([["margin", 1]]), new Date(), torch.ones([2]), [], 3, "delayed"];
    for (const other of others) {
      const { code, message } = thrown(() => toRecipe(other as unknown as RecipeLike));
      expect([code, message.includes("`recipe`")]).toEqual(["FABRIC_CONFIG_RECIPE", true]);
      const { code: inRegion } = thrown(() => fp8Autocast({ recipe: other as RecipeLike }));
      expect(inRegion).toBe("FABRIC_CONFIG_RECIPE");
    }
    const classes = [DelayedScaling, Float8CurrentScaling, Float8BlockScaling, MXFP8BlockScaling];
    for (const make of classes)
      for (const options of [null, new Map()])
        expect(thrown(() => new make(options as unknown as object)).code).toBe(
          "FABRIC_CONFIG_OPTION",
        );
    const bare = Object.assign(Object.create(null) as object, { margin: 18 });
    expect((toRecipe(bare) as DelayedScaling).margin).toBe(18);
  });

  it("do not change the object they were made of", () => {
    const options: DelayedScalingOptions = Object.freeze({ amaxHistoryLen: 16 });
    expect((toRecipe(options) as DelayedScaling).amaxHistoryLen).toBe(16);
  });
});
