// Scales from the largest magnitudes of earlier steps.

import type { Tensor } from "@fabric/torch";
import { checkOptions, checkSwitch } from "@fabric/torch";
import { type Fp8Format, type LinearPrecision, Recipe, recipeError } from "./recipe.js";

/** Finds amaxes, `[slots]`, from a history, `[length, slots]`, whose row 0 is that of the step that ends. */
export type AmaxFunction = (amaxHistory: Tensor) => Tensor;
/** Finds scales, `[slots]`, from amaxes, the present scales (both `[slots]`) and the largest value of the format. */
export type ScaleFunction = (
  amax: Tensor,
  scale: Tensor,
  fp8Max: number,
  recipe: DelayedScaling,
) => Tensor;

/** Options of {@link DelayedScaling}. */
export interface DelayedScalingOptions {
  /** Powers of two to leave unused below the largest value of the format: an integer from -18 to 18; default 0. */
  margin?: number;
  /** Default `"HYBRID"`. */
  fp8Format?: Fp8Format;
  /** Steps that are remembered, from 1; default 1024. */
  amaxHistoryLen?: number;
  /** What a scale is found from: the largest amax that is remembered (`"max"`, default), the last one, or what a function returns. */
  amaxComputeAlgo?: "max" | "most_recent" | AmaxFunction;
  /** How it is found; default `(largest value * 2^-margin) / amax`. */
  scalingFactorComputeAlgo?: ScaleFunction | null;
  /** Products that are computed without FP8; `[false, false, false]` (default) or `[false, false, true]`. */
  overrideLinearPrecision?: LinearPrecision;
  /** Take the largest amax over all processes; default true. */
  reduceAmax?: boolean;
}

/** Powers of two between the largest value of E4M3 and half its smallest one: beyond, every code would be zero. */
const MOST_MARGIN = 18;

/** Names of {@link DelayedScalingOptions}. */
export const DELAYED_OPTIONS = [
  "margin",
  "fp8Format",
  "amaxHistoryLen",
  "amaxComputeAlgo",
  "scalingFactorComputeAlgo",
  "overrideLinearPrecision",
  "reduceAmax",
] as const;

/**
 * Delayed scaling (NVIDIA's Transformer Engine): a tensor is cast with a scale that was found from the magnitudes of earlier steps, so that casting
 * takes one pass. In the first step every scale is 1, and values beyond the format's largest saturate.
 *
 * With functions for `amaxComputeAlgo` or `scalingFactorComputeAlgo` every slot's history rolls at each step; otherwise a slot that saw nothing but
 * zeros keeps its history and scale.
 */
export class DelayedScaling extends Recipe {
  readonly kind = "delayed";
  /** Powers of two left unused. */
  readonly margin: number;
  /** Steps remembered. */
  readonly amaxHistoryLen: number;
  /** What a scale is found from. */
  readonly amaxComputeAlgo: "max" | "most_recent" | AmaxFunction;
  /** How it is found; null for the usual way. */
  readonly scalingFactorComputeAlgo: ScaleFunction | null;
  /** Products that are computed without FP8. */
  readonly overrideLinearPrecision: LinearPrecision;
  /** Whether amaxes are reduced over processes. */
  readonly reduceAmax: boolean;

  /** @throws FabricError `FABRIC_CONFIG_RECIPE` or `FABRIC_CONFIG_OPTION`, naming the field. */
  constructor(options: DelayedScalingOptions = {}) {
    super("DelayedScaling", options?.fp8Format, "HYBRID");
    checkOptions("DelayedScaling", options, DELAYED_OPTIONS);
    const { margin = 0, amaxHistoryLen = 1024, amaxComputeAlgo = "max" } = options;
    if (!Number.isInteger(margin) || Math.abs(margin) > MOST_MARGIN)
      throw error("margin", `an integer from -${MOST_MARGIN} to ${MOST_MARGIN}`, margin);
    if (!Number.isSafeInteger(amaxHistoryLen) || amaxHistoryLen < 1)
      throw error("amaxHistoryLen", "a positive integer", amaxHistoryLen);
    if (
      amaxComputeAlgo !== "max" &&
      amaxComputeAlgo !== "most_recent" &&
      typeof amaxComputeAlgo !== "function"
    )
      throw error("amaxComputeAlgo", '"max", "most_recent" or a function', amaxComputeAlgo);
    const scaling = options.scalingFactorComputeAlgo ?? null;
    if (scaling !== null && typeof scaling !== "function")
      throw error("scalingFactorComputeAlgo", "a function or null", scaling);
    this.margin = margin;
    this.amaxHistoryLen = amaxHistoryLen;
    this.amaxComputeAlgo = amaxComputeAlgo;
    this.scalingFactorComputeAlgo = scaling;
    this.overrideLinearPrecision = checkOverride(options.overrideLinearPrecision);
    this.reduceAmax = checkSwitch("DelayedScaling", "reduceAmax", options.reduceAmax, true);
  }

  describe(): string {
    const algo = typeof this.amaxComputeAlgo === "function" ? "a function" : this.amaxComputeAlgo;
    return `delayed scaling, ${this.fp8Format}, ${algo} of ${this.amaxHistoryLen} amaxes`;
  }
}

function checkOverride(value: unknown): LinearPrecision {
  if (value === undefined) return [false, false, false];
  const isValid =
    Array.isArray(value) &&
    value.length === 3 &&
    value[0] === false &&
    value[1] === false &&
    typeof value[2] === "boolean";
  if (isValid) return value as unknown as LinearPrecision;
  throw error(
    "overrideLinearPrecision",
    "[false, false, false] or [false, false, true]",
    Array.isArray(value) ? JSON.stringify(value) : value,
  );
}

function error(field: string, expected: string, received: unknown) {
  return recipeError("DelayedScaling", field, expected, received);
}
