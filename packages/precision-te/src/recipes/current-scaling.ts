// Scales from the tensor that is cast.
import { checkOptions, checkSwitch } from "@fabric/torch";
import { type Fp8Format, Recipe, recipeError } from "./recipe.js";

/** Options of {@link Float8CurrentScaling}. */
export interface CurrentScalingOptions {
  /** Default `"HYBRID"`. */
  fp8Format?: Fp8Format;
  /** Round scales down to powers of two; default false. */
  powerOfTwoScales?: boolean;
  /** The smallest amax that counts; default 0. */
  amaxEpsilon?: number;
}

/** Names of {@link CurrentScalingOptions}. */
export const CURRENT_OPTIONS = ["fp8Format", "powerOfTwoScales", "amaxEpsilon"] as const;

/** A tensor is cast with the scale that takes its largest magnitude to the largest value of the format: two passes, and no state. */
export class Float8CurrentScaling extends Recipe {
  readonly kind = "current";
  /** Whether scales are powers of two. */
  readonly powerOfTwoScales: boolean;
  /** The smallest amax that counts. */
  readonly amaxEpsilon: number;

  /** @throws FabricError `FABRIC_CONFIG_RECIPE` or `FABRIC_CONFIG_OPTION`, naming the field. */
  constructor(options: CurrentScalingOptions = {}) {
    super("Float8CurrentScaling", options?.fp8Format, "HYBRID");
    checkOptions("Float8CurrentScaling", options, CURRENT_OPTIONS);
    const { amaxEpsilon = 0 } = options;
    if (typeof amaxEpsilon !== "number" || !(amaxEpsilon >= 0) || !Number.isFinite(amaxEpsilon))
      throw recipeError("Float8CurrentScaling", "amaxEpsilon", "a number from 0", amaxEpsilon);
    this.amaxEpsilon = amaxEpsilon;
    this.powerOfTwoScales = checkSwitch(
      "Float8CurrentScaling",
      "powerOfTwoScales",
      options.powerOfTwoScales,
      false,
    );
  }

  describe(): string {
    return `current scaling, ${this.fp8Format}`;
  }
}
