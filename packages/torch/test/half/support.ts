// How far a 16-bit result may be from the exact one: half a unit in the last place, and what float32 sums lose on the way.
import * as torch from "@fabric/torch";
import { expect } from "vitest";

export const HALVES = ["bfloat16", "float16"] as const;
export type Half = (typeof HALVES)[number];

const EPS32 = 2 ** -24;
/** Half a unit in the last place, relative to the value. */
const HALF_ULP = { bfloat16: 2 ** -8, float16: 2 ** -11 } as const;
/** Below the smallest normal number the unit is absolute: half of the smallest subnormal. */
const HALF_SUBNORMAL = { bfloat16: 2 ** -134, float16: 2 ** -25 } as const;

/** Random 16-bit numbers. */
export function random(shape: number[], dtype: Half): torch.Tensor {
  return torch.randn(shape).to(dtype);
}

/**
 * Asserts that `actual` is the float64 result rounded once to its dtype.
 * @param magnitude - the float64 sum of the absolute values of the terms: float32 loses up to half a unit of it a term.
 */
export function expectRoundedOnce(
  actual: torch.Tensor,
  exact: torch.Tensor,
  magnitude: torch.Tensor,
  terms: number,
): void {
  expect(actual.shape).toEqual(exact.shape);
  const dtype = actual.dtype as Half;
  const allowed = exact
    .abs()
    .mul(HALF_ULP[dtype] * 1.0001) // the sum's own error may push a value over the middle between two neighbours
    .add(magnitude.mul(EPS32 * terms))
    .add(HALF_SUBNORMAL[dtype]);
  const excess = actual.double().sub(exact).abs().sub(allowed);
  expect(excess.numel() === 0 ? 0 : excess.max().item()).toBeLessThanOrEqual(0);
}
