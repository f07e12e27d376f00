// Delayed scaling: the step from the amaxes that were collected to the scales of the next step.
import { noGrad, type Tensor } from "@fabric/torch";
import { operatorFor } from "../operators.js";
import { type Fp8DType, fp8Max } from "./cast.js";

/** Options of {@link updateScales_}. */
export interface UpdateScalesOptions {
  /** Format that the scales are for. */
  dtype: Fp8DType;
  /** Powers of two to leave unused below the largest value; default 0. */
  margin?: number;
  /** What a scale is found from: the largest amax of the history (default), or the last one. */
  amaxComputeAlgo?: "max" | "most_recent";
  /** Row 0 of each history after a reduction over processes, float32 `[slots]` each. Default: what the histories hold. */
  reduced?: readonly Tensor[];
}

/**
 * Closes row 0 of each history, `[length, slots]`, and finds each scale, `[slots]`, anew, in place: `(largest value * 2^-margin) / amax`. A slot
 * whose amax is 0 keeps history and scale; one whose amax is infinite or NaN keeps its scale; a quotient that overflows gives the largest float32.
 *
 * @throws FabricError `FABRIC_MISSING_KERNELS`; TorchError if sizes do not fit.
 */
export function updateScales_(
  histories: readonly Tensor[],
  scales: readonly Tensor[],
  { dtype, margin = 0, amaxComputeAlgo = "max", reduced = [] }: UpdateScalesOptions,
): void {
  const first = histories[0];
  if (first === undefined) return;
  noGrad(() => {
    operatorFor("fp8_update_scales_", first)(
      histories,
      scales,
      reduced,
      fp8Max(dtype),
      margin,
      amaxComputeAlgo === "most_recent",
    );
  });
}
