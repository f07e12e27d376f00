// 4-bit and 8-bit weights are not written yet: whatever asks for them is told so.

import { Precision } from "@fabric/core";
import { FabricError } from "@fabric/torch";

/** How weights will be stored. */
export type BitsandbytesMode = "nf4" | "nf4-dq" | "fp4" | "fp4-dq" | "int8" | "int8-training";

/** Options of {@link BitsandbytesPrecision}. */
export interface BitsandbytesOptions {
  /** How weights are stored. */
  mode: BitsandbytesMode;
}

/**
 * Linear layers with 4-bit or 8-bit weights in the manner of bitsandbytes. They come with a later release: making one
 * throws.
 */
export class BitsandbytesPrecision extends Precision {
  /** What it will report. */
  readonly precision: string;

  /** @throws FabricError `FABRIC_UNSUPPORTED_PRECISION`, always. */
  constructor({ mode }: BitsandbytesOptions) {
    super();
    this.precision = mode;
    throw new FabricError(
      "FABRIC_UNSUPPORTED_PRECISION",
      `\`new BitsandbytesPrecision({ mode: ${JSON.stringify(mode)} })\`: 4-bit and 8-bit weights come with a later release of @fabric/precision-bnb. Until then use "bf16-true", which halves the memory of weights.`,
    );
  }
}
