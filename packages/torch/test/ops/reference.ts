// Seeded inputs and comparisons shared by the operator tests.
import type { DType, Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { expect } from "vitest";

/** Relative and absolute error allowed, by dtype: a few units in the last place of the results of one operator. */
export const TOLERANCE: Readonly<Record<"float32" | "float64", number>> = {
  // 2^-23 is 1.2e-7; vectorised transcendentals err by up to 2 ulp, sums of 100 terms by some ten.
  float32: 1e-5,
  // 2^-52 is 2.2e-16; the references in plain JavaScript (series, naive sums) lose a few digits too.
  float64: 1e-11,
};

/** Uniform numbers in `[lo, hi)`, the same for the same seed (mulberry32). */
export function uniform(seed: number, count: number, lo: number, hi: number): number[] {
  let state = seed >>> 0;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return lo + (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * (hi - lo);
  });
}

/** A tensor of uniform numbers; float32 values are what JavaScript sees, so references use the rounded ones. */
export function sample(
  seed: number,
  shape: readonly number[],
  { lo = -2, hi = 2, dtype = "float64" }: { lo?: number; hi?: number; dtype?: DType } = {},
): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return torch
    .tensor(Float64Array.from(uniform(seed, count, lo, hi)))
    .to(dtype)
    .reshape(shape);
}

/** Whole numbers in `[lo, hi)`. */
export function integers(
  seed: number,
  shape: readonly number[],
  lo: number,
  hi: number,
  dtype: DType = "int64",
): Tensor {
  const count = shape.reduce((a, b) => a * b, 1);
  return torch
    .tensor(Float64Array.from(uniform(seed, count, lo, hi).map(Math.floor)))
    .to(dtype)
    .reshape(shape);
}

/** All values in C order, as numbers; booleans as 0 and 1. */
export function flat(tensor: Tensor): number[] {
  return Array.from(tensor.to("float64").toTypedArray() as Float64Array);
}

/** Expects the values and, when given, the shape. NaN equals NaN. */
export function expectClose(
  actual: Tensor,
  expected: readonly number[] | Tensor,
  tolerance: number = TOLERANCE.float64,
): void {
  if (!Array.isArray(expected)) expect(actual.shape).toEqual((expected as Tensor).shape);
  const want = Array.isArray(expected) ? (expected as number[]) : flat(expected as Tensor);
  const got = flat(actual);
  expect(got.length).toBe(want.length);
  got.forEach((value, i) => {
    const target = want[i] as number;
    if (Object.is(value, target) || value === target) return;
    if (Number.isNaN(value) && Number.isNaN(target)) return;
    const error = Math.abs(value - target);
    if (!(error <= tolerance * Math.max(1, Math.abs(target)))) {
      expect.fail(
        `element ${i}: ${value}, expected ${target} (error ${error}, tolerance ${tolerance})`,
      );
    }
  });
}

/** Row-major index to coordinates. */
export function coordinates(index: number, shape: readonly number[]): number[] {
  const at = new Array<number>(shape.length);
  let rest = index;
  for (let d = shape.length - 1; d >= 0; d--) {
    at[d] = rest % (shape[d] as number);
    rest = Math.floor(rest / (shape[d] as number));
  }
  return at;
}

/** The values of a tensor read by coordinates, for references written as loops. */
export function reader(tensor: Tensor): (...at: number[]) => number {
  const values = flat(tensor);
  const { shape } = tensor;
  return (...at) =>
    values[at.reduce((offset, i, d) => offset * (shape[d] as number) + i, 0)] as number;
}

/** A tensor's values from a function of the coordinates. */
export function build(shape: readonly number[], at: (...index: number[]) => number): number[] {
  const count = shape.reduce((a, b) => a * b, 1);
  return Array.from({ length: count }, (_, i) => at(...coordinates(i, shape)));
}

/** The sum of `term(0) ... term(n - 1)`. */
export function sumOver(n: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += term(i);
  return total;
}
