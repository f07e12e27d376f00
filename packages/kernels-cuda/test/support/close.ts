// Sums of products beside what they should be, with the error that their dtype and length allow.
import type * as torch from "@fabric/torch";
import { expect } from "vitest";

export type Dtype = "float32" | "float16" | "bfloat16" | "float64";

/** Half a unit in the last place of a number of magnitude one. What has dtype float64 is computed in float32. */
export const UNIT = { float32: 2 ** -24, float16: 2 ** -11, bfloat16: 2 ** -8, float64: 2 ** -24 };

/**
 * Expects |y - truth| to be at most the error of a float32 sum of `k` products, one unit for each in the worst case, with that of rounding the
 * result to `dtype`.
 *
 * @param terms - for each result the sum of the magnitudes of what is added up.
 * @param weights - relative error of the factors, where they are rounded and those of the truth are not.
 */
export function expectClose(
  y: torch.Tensor,
  truth: torch.Tensor,
  terms: torch.Tensor,
  k: number,
  dtype: Dtype,
  weights = 0,
): void {
  expect(y.shape).toEqual(truth.shape);
  if (y.numel() === 0) return;
  const allowed = terms
    .mul((k + 4) * UNIT.float32 + weights)
    .add(truth.abs().mul(1.01 * UNIT[dtype]))
    // Below the normal numbers of float16 units do not shrink any more.
    .add(dtype === "float16" ? 2 ** -24 : 1e-30);
  const error = y.to("float64").sub(truth).abs().div(allowed);
  expect(error.max().item()).toBeLessThanOrEqual(1);
}
