// Sizes that FP8 units take as they are, and those that are padded.
import { FabricError, type Tensor } from "@fabric/torch";

/** Products sum over multiples of this. */
const K_ALIGNMENT = 16;
const ROWS_ALIGNMENT = 8;

/** Whether codes of a weight `[out, in]` are padded with zeros on FP8 units. */
export function isPadded(inFeatures: number, outFeatures: number): boolean {
  return inFeatures % K_ALIGNMENT !== 0 || outFeatures % K_ALIGNMENT !== 0;
}

/** Transformer Engine's own check. @throws FabricError `FABRIC_USAGE_FP8_SHAPE`. */
export function checkStrictShapes(layer: string, tensors: readonly Tensor[]): void {
  for (const { shape } of tensors) {
    const last = shape.at(-1) ?? 1;
    const rows = shape.slice(0, -1).reduce((product, size) => product * size, 1);
    if (last % K_ALIGNMENT === 0 && rows % ROWS_ALIGNMENT === 0) continue;
    throw new FabricError(
      "FABRIC_USAGE_FP8_SHAPE",
      `${layer}: FP8 takes tensors whose last dimension is divisible by ${K_ALIGNMENT} and the product of the others by ${ROWS_ALIGNMENT} but received [${shape.join(", ")}]. Leave \`strictShapes\` out and they are padded with zeros, which changes nothing.`,
    );
  }
}
