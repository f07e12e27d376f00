// Element-wise operators of two tensors: same shape, broadcast, with a number, and in place.
import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { build, expectClose, flat, integers, reader, sample, TOLERANCE } from "./reference.js";

type Reference = (a: number, b: number) => number;
type Binary = (a: Tensor, b: Tensor | number) => Tensor;
type Row = [name: string, reference: Reference, range?: { lo: number; hi: number }];

const POSITIVE = { lo: 0.3, hi: 3 };
const floorMod = (a: number, b: number) => a - b * Math.floor(a / b);

const ARITHMETIC: Row[] = [
  ["add", (a, b) => a + b],
  ["sub", (a, b) => a - b],
  ["subtract", (a, b) => a - b],
  ["mul", (a, b) => a * b],
  ["multiply", (a, b) => a * b],
  ["div", (a, b) => a / b, POSITIVE],
  ["divide", (a, b) => a / b, POSITIVE],
  ["trueDivide", (a, b) => a / b, POSITIVE],
  ["floorDivide", (a, b) => Math.floor(a / b), POSITIVE],
  ["pow", (a, b) => a ** b, POSITIVE],
  ["fmod", (a, b) => a % b, POSITIVE],
  ["remainder", floorMod, POSITIVE],
  ["eq", (a, b) => Number(a === b)],
  ["ne", (a, b) => Number(a !== b)],
  ["notEqual", (a, b) => Number(a !== b)],
  ["lt", (a, b) => Number(a < b)],
  ["less", (a, b) => Number(a < b)],
  ["le", (a, b) => Number(a <= b)],
  ["lessEqual", (a, b) => Number(a <= b)],
  ["gt", (a, b) => Number(a > b)],
  ["greater", (a, b) => Number(a > b)],
  ["ge", (a, b) => Number(a >= b)],
  ["greaterEqual", (a, b) => Number(a >= b)],
];

const TENSORS_ONLY: Row[] = [
  ["maximum", Math.max],
  ["minimum", Math.min],
  ["fmax", Math.max],
  ["fmin", Math.min],
  ["atan2", Math.atan2],
  ["arctan2", Math.atan2],
  ["hypot", Math.hypot],
  ["copysign", (a, b) => Math.abs(a) * (b < 0 ? -1 : 1)],
  ["logaddexp", (a, b) => Math.log(Math.exp(a) + Math.exp(b))],
  ["logaddexp2", (a, b) => Math.log2(2 ** a + 2 ** b)],
  ["xlogy", (a, b) => a * Math.log(b), POSITIVE],
  ["rsub", (a, b) => b - a],
  ["heaviside", (a, b) => (a < 0 ? 0 : a > 0 ? 1 : b)],
  ["logicalAnd", (a, b) => Number(a !== 0 && b !== 0)],
  ["logicalOr", (a, b) => Number(a !== 0 || b !== 0)],
  ["logicalXor", (a, b) => Number((a !== 0) !== (b !== 0))],
];

const INTEGER: Row[] = [
  ["bitwiseAnd", (a, b) => a & b],
  ["bitwiseOr", (a, b) => a | b],
  ["bitwiseXor", (a, b) => a ^ b],
  ["bitwiseLeftShift", (a, b) => a << b],
  ["bitwiseRightShift", (a, b) => a >> b],
  ["gcd", (a, b) => gcd(a, b)],
  ["lcm", (a, b) => (a * b) / Math.max(gcd(a, b), 1)],
];

function gcd(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : gcd(b, a % b);
}

function functionOf(name: string): Binary {
  return (torch as unknown as Record<string, Binary>)[name] as Binary;
}

function callMethod(a: Tensor, name: string, b: Tensor): Tensor {
  return (a as unknown as Record<string, (b: Tensor) => Tensor>)[name]?.(b) as Tensor;
}

function pairwise(a: Tensor, b: Tensor, reference: Reference): number[] {
  const right = flat(b);
  return flat(a).map((value, i) => reference(value, right[i] as number));
}

describe.each(["float32", "float64"] as const)("binary operators on %s", (dtype) => {
  it.each([...ARITHMETIC, ...TENSORS_ONLY])(
    "%s agrees with its definition",
    (name, reference, range) => {
      const a = sample(1, [4, 5], { ...range, dtype });
      const b = sample(2, [4, 5], { ...range, dtype });
      const expected = pairwise(a, b, reference);
      expectClose(functionOf(name)(a, b), expected, TOLERANCE[dtype]);
      expectClose(callMethod(a, name, b), expected, TOLERANCE[dtype]);
    },
  );

  it.each([...ARITHMETIC, ...TENSORS_ONLY])("%s broadcasts", (name, reference, range) => {
    const a = sample(3, [4, 1, 3], { ...range, dtype });
    const b = sample(4, [5, 1], { ...range, dtype });
    const [left, right] = [reader(a), reader(b)];
    const result = functionOf(name)(a, b);
    expect(result.shape).toEqual([4, 5, 3]);
    expectClose(
      result,
      build([4, 5, 3], (i, j, k) => reference(left(i, 0, k), right(j, 0))),
      TOLERANCE[dtype],
    );
  });

  it.each(ARITHMETIC)("%s takes a number on the right", (name, reference, range) => {
    const a = sample(5, [10], { ...range, dtype });
    // 1.5 is exact in both dtypes.
    const expected = flat(a).map((value) => reference(value, 1.5));
    expectClose(functionOf(name)(a, 1.5), expected, TOLERANCE[dtype]);
  });
});

it.each(INTEGER)("%s agrees with its definition on integers", (name, reference) => {
  const a = integers(6, [20], 0, 50, "int32");
  const b = integers(7, [20], 0, 5, "int32");
  expect(flat(functionOf(name)(a, b))).toEqual(pairwise(a, b, reference));
});

it.each(["add", "sub", "mul", "div", "pow", "fmod", "remainder", "atan2", "hypot", "xlogy"])(
  "%s_ writes into its left tensor",
  (name) => {
    const a = sample(8, [3, 4], POSITIVE);
    const b = sample(9, [3, 4], POSITIVE);
    const expected = functionOf(name)(a, b);
    expect(callMethod(a, `${name}_`, b)).toBe(a);
    expectClose(a, expected);
  },
);

describe("operators of three tensors", () => {
  const a = sample(10, [3, 4]);
  const b = sample(11, [3, 4], POSITIVE);
  const c = sample(12, [3, 4], POSITIVE);
  const [x, y, z] = [flat(a), flat(b), flat(c)];
  const each = (f: (i: number) => number) => x.map((_, i) => f(i));
  const at = (values: number[], i: number) => values[i] as number;

  it("addcmul adds a scaled product", () => {
    expectClose(
      torch.addcmul(a, b, c, { value: 0.5 }),
      each((i) => at(x, i) + 0.5 * at(y, i) * at(z, i)),
    );
  });

  it("addcdiv adds a scaled quotient", () => {
    expectClose(
      torch.addcdiv(a, b, c, { value: -2 }),
      each((i) => at(x, i) - (2 * at(y, i)) / at(z, i)),
    );
  });

  it("lerp interpolates with a tensor and with a number", () => {
    expectClose(
      torch.lerp(a, b, c),
      each((i) => at(x, i) + at(z, i) * (at(y, i) - at(x, i))),
    );
    expectClose(
      torch.lerp(a, b, 0.25),
      each((i) => at(x, i) + 0.25 * (at(y, i) - at(x, i))),
    );
  });

  it("where chooses by a mask", () => {
    expectClose(
      torch.where(a.gt(0), b, c),
      each((i) => (at(x, i) > 0 ? at(y, i) : at(z, i))),
    );
  });

  it("clamp, clampMin, clampMax and clip bound values", () => {
    const bounded = each((i) => Math.min(Math.max(at(x, i), -0.5), 0.75));
    expectClose(torch.clamp(a, -0.5, 0.75), bounded);
    expectClose(torch.clip(a, { min: -0.5, max: 0.75 }), bounded);
    expectClose(
      torch.clampMin(a, 0),
      each((i) => Math.max(at(x, i), 0)),
    );
    expectClose(
      torch.clampMax(a, 0),
      each((i) => Math.min(at(x, i), 0)),
    );
  });
});

it("isclose and allclose compare within tolerances", () => {
  const a = torch.tensor([1, 2, 3]);
  const b = torch.tensor([1, 2.1, 3 + 1e-7]);
  expect(torch.isclose(a, b).toArray()).toEqual([true, false, true]);
  expect(torch.allclose(a, a)).toBe(true);
  expect(torch.equal(a, b)).toBe(false);
});

it("div rounds as asked", () => {
  const a = torch.tensor([7, -7]);
  expect(a.div(2, { roundingMode: "floor" }).toArray()).toEqual([3, -4]);
  expect(a.div(2, { roundingMode: "trunc" }).toArray()).toEqual([3, -3]);
});
