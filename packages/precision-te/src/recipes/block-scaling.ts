// One scale for each block of a tensor.
import { checkOptions, checkSwitch } from "@fabric/torch";
import { type Fp8Format, Recipe } from "./recipe.js";

/** Options of {@link Float8BlockScaling}. */
export interface BlockScalingOptions {
  /** Default `"E4M3"`. */
  fp8Format?: Fp8Format;
  /** Round scales down to powers of two; default true. */
  powerOfTwoScales?: boolean;
}

/** Names of {@link BlockScalingOptions}. */
export const BLOCK_OPTIONS = ["fp8Format", "powerOfTwoScales"] as const;

/**
 * Inputs and gradients take a scale for each 128 numbers along the dimension that a product sums over, weights one for each 128 x 128: no state.
 */
export class Float8BlockScaling extends Recipe {
  readonly kind = "block";
  /** Whether scales are powers of two. */
  readonly powerOfTwoScales: boolean;

  /** @throws FabricError `FABRIC_CONFIG_RECIPE` or `FABRIC_CONFIG_OPTION`, naming the field. */
  constructor(options: BlockScalingOptions = {}) {
    super("Float8BlockScaling", options?.fp8Format, "E4M3");
    checkOptions("Float8BlockScaling", options, BLOCK_OPTIONS);
    this.powerOfTwoScales = checkSwitch(
      "Float8BlockScaling",
      "powerOfTwoScales",
      options.powerOfTwoScales,
      true,
    );
  }

  describe(): string {
    return `block scaling, ${this.fp8Format}, blocks of 128`;
  }
}

/** Options of {@link MXFP8BlockScaling}. */
export interface MXFP8Options {
  /** Default `"E4M3"`. */
  fp8Format?: Fp8Format;
}

/** Names of {@link MXFP8Options}. */
export const MXFP8_OPTIONS = ["fp8Format"] as const;

/** A scale, a power of two in 8 bits, for each 32 numbers along the dimension that a product sums over (OCP Microscaling): no state. */
export class MXFP8BlockScaling extends Recipe {
  readonly kind = "mxfp8";

  /** @throws FabricError `FABRIC_CONFIG_RECIPE` or `FABRIC_CONFIG_OPTION`, naming the field. */
  constructor(options: MXFP8Options = {}) {
    super("MXFP8BlockScaling", options?.fp8Format, "E4M3");
    checkOptions("MXFP8BlockScaling", options, MXFP8_OPTIONS);
  }

  describe(): string {
    return `MXFP8, ${this.fp8Format}, blocks of 32`;
  }
}
