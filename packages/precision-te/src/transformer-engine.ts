// FP8 training is not written yet: whatever asks for it is told so.

import { Precision, type PrecisionFactory } from "@fabric/core";
import { type DType, FabricError } from "@fabric/torch";

/** Options of {@link TransformerEnginePrecision}. */
export interface TransformerEngineOptions {
  /** Dtype of the weights. */
  weightsDtype: DType;
}

/**
 * FP8 training in the manner of Transformer Engine. It comes with a later release: making one throws.
 */
export class TransformerEnginePrecision extends Precision {
  /** The alias it will serve. */
  readonly precision = "transformer-engine";

  /** @throws FabricError `FABRIC_UNSUPPORTED_PRECISION`, always. */
  constructor(_options: TransformerEngineOptions) {
    super();
    throw unsupported("new TransformerEnginePrecision(...)");
  }
}

/**
 * Called by Fabric for `"transformer-engine"` and `"transformer-engine-float16"`.
 *
 * @throws FabricError `FABRIC_UNSUPPORTED_PRECISION`, always.
 */
export const createPrecision: PrecisionFactory = (alias) => {
  throw unsupported(`precision: ${JSON.stringify(alias)}`);
};

function unsupported(asked: string): FabricError {
  return new FabricError(
    "FABRIC_UNSUPPORTED_PRECISION",
    `\`${asked}\`: FP8 training comes with a later release of @fabric/precision-te. Until then use "bf16-mixed" or "bf16-true".`,
  );
}
