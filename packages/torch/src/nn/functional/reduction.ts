// How a loss is gathered over its elements.

import { FabricError } from "../../errors.js";

/** `"none"` keeps every element, `"mean"` averages (weighted where weights are given), `"sum"` adds up. */
export type Reduction = "none" | "mean" | "sum";

/** The integer the operators take for a reduction. @internal */
export function reductionCode(reduction: Reduction | undefined): number {
  switch (reduction) {
    case undefined:
    case "mean":
      return 1;
    case "none":
      return 0;
    case "sum":
      return 2;
    default:
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        `Expected "none", "mean" or "sum" for \`reduction\` but received ${JSON.stringify(reduction)}.`,
      );
  }
}

/** Options common to losses. */
export interface LossOptions {
  /** Default `"mean"`. */
  reduction?: Reduction;
}
