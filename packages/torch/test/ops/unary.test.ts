// Element-wise operators of one tensor, each as a function, as a method and in place, against plain JavaScript.
import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { expectClose, flat, sample, TOLERANCE } from "./reference.js";
import { besselI, besselJ, digamma, erf, logGamma, normalCdf } from "./special-functions.js";

type Row = [name: string, reference: (x: number) => number, lo: number, hi: number];

const softplus = (x: number) => Math.log1p(Math.exp(x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
// Ties go to the even neighbour, as IEEE 754 rounds.
const roundEven = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** Operators that have an in-place twin. The domain keeps clear of poles, where one ulp of x is many of the result. */
const WITH_IN_PLACE: Row[] = [
  ["abs", Math.abs, -3, 3],
  ["absolute", Math.abs, -3, 3],
  ["acos", Math.acos, -0.9, 0.9],
  ["acosh", Math.acosh, 1.1, 9],
  ["arccos", Math.acos, -0.9, 0.9],
  ["arcsin", Math.asin, -0.9, 0.9],
  ["arctan", Math.atan, -5, 5],
  ["asin", Math.asin, -0.9, 0.9],
  ["asinh", Math.asinh, -5, 5],
  ["atan", Math.atan, -5, 5],
  ["atanh", Math.atanh, -0.9, 0.9],
  ["ceil", Math.ceil, -5, 5],
  ["cos", Math.cos, -6, 6],
  ["cosh", Math.cosh, -3, 3],
  ["deg2rad", (x) => (x * Math.PI) / 180, -360, 360],
  ["digamma", digamma, 0.5, 9],
  ["erf", erf, -2.5, 2.5],
  ["erfc", (x) => 1 - erf(x), -2, 2],
  ["exp", Math.exp, -3, 3],
  ["exp2", (x) => 2 ** x, -3, 3],
  ["expm1", Math.expm1, -3, 3],
  ["fix", Math.trunc, -5, 5],
  ["floor", Math.floor, -5, 5],
  ["frac", (x) => x - Math.trunc(x), -5, 5],
  ["hardsigmoid", (x) => Math.min(Math.max(x + 3, 0), 6) / 6, -5, 5],
  ["hardswish", (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6, -5, 5],
  ["hardtanh", (x) => Math.min(Math.max(x, -1), 1), -3, 3],
  ["i0", (x) => besselI(0, x), -4, 4],
  ["lgamma", logGamma, 0.5, 9],
  ["log", Math.log, 0.1, 9],
  ["log10", Math.log10, 0.1, 9],
  ["log1p", Math.log1p, -0.5, 9],
  ["log2", Math.log2, 0.1, 9],
  ["logit", (x) => Math.log(x / (1 - x)), 0.1, 0.9],
  ["mish", (x) => x * Math.tanh(softplus(x)), -4, 4],
  ["neg", (x) => -x, -3, 3],
  ["negative", (x) => -x, -3, 3],
  ["rad2deg", (x) => (x * 180) / Math.PI, -6, 6],
  ["reciprocal", (x) => 1 / x, 0.3, 5],
  ["relu", (x) => Math.max(x, 0), -3, 3],
  ["relu6", (x) => Math.min(Math.max(x, 0), 6), -3, 9],
  ["round", roundEven, -5, 5],
  ["rsqrt", (x) => 1 / Math.sqrt(x), 0.2, 9],
  ["selu", (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)), -3, 3],
  ["sgn", Math.sign, -3, 3],
  ["sigmoid", sigmoid, -5, 5],
  ["sign", Math.sign, -3, 3],
  ["silu", (x) => x * sigmoid(x), -5, 5],
  ["sin", Math.sin, -6, 6],
  ["sinc", (x) => Math.sin(Math.PI * x) / (Math.PI * x), 0.1, 3],
  ["sinh", Math.sinh, -3, 3],
  ["sqrt", Math.sqrt, 0.1, 9],
  ["square", (x) => x * x, -3, 3],
  ["tan", Math.tan, -1.2, 1.2],
  ["tanh", Math.tanh, -3, 3],
  ["trunc", Math.trunc, -5, 5],
];

const OUT_OF_PLACE: Row[] = [
  ["gelu", (x) => x * normalCdf(x), -3, 3],
  ["logSigmoid", (x) => -softplus(-x), -4, 4],
  ["softplus", softplus, -4, 4],
  ["specialEntr", (x) => -x * Math.log(x), 0.1, 3],
  ["specialI0e", (x) => besselI(0, x) * Math.exp(-Math.abs(x)), -4, 4],
  ["specialI1", (x) => besselI(1, x), -4, 4],
  ["specialNdtr", normalCdf, -3, 3],
  ["positive", (x) => x, -3, 3],
  ["signbit", (x) => Number(x < 0), -3, 3],
  ["isfinite", () => 1, -3, 3],
  ["isnan", () => 0, -3, 3],
  ["logicalNot", (x) => Number(x === 0), -3, 3],
];

function functionOf(name: string): (x: Tensor) => Tensor {
  return (torch as unknown as Record<string, (x: Tensor) => Tensor>)[name] as (x: Tensor) => Tensor;
}

function methodOf(x: Tensor, name: string): (() => Tensor) | undefined {
  return (x as unknown as Record<string, () => Tensor>)[name];
}

describe.each(["float32", "float64"] as const)("element-wise operators on %s", (dtype) => {
  it.each([...WITH_IN_PLACE, ...OUT_OF_PLACE])(
    "%s agrees with its definition",
    (name, reference, lo, hi) => {
      const x = sample(7, [3, 4, 5], { lo, hi, dtype });
      const expected = flat(x).map(reference);
      expectClose(functionOf(name)(x), expected, TOLERANCE[dtype]);
      const method = methodOf(x, name);
      if (method !== undefined) expectClose(method.call(x), expected, TOLERANCE[dtype]);
    },
  );

  it.each(WITH_IN_PLACE)(
    "%s_ writes the same values into its tensor",
    (name, reference, lo, hi) => {
      const x = sample(8, [4, 5], { lo, hi, dtype });
      const expected = flat(x).map(reference);
      expect(methodOf(x, `${name}_`)?.call(x)).toBe(x);
      expectClose(x, expected, TOLERANCE[dtype]);
    },
  );

  it.each(WITH_IN_PLACE)("%s reads strided and expanded tensors", (name, reference, lo, hi) => {
    const base = sample(9, [6, 4], { lo, hi, dtype });
    for (const x of [base.t(), base.slice(0, 0, 6, 2), base.narrow(1, 1, 1).expand([6, 3])]) {
      expectClose(functionOf(name)(x), flat(x).map(reference), TOLERANCE[dtype]);
    }
  });
});

it("erfinv undoes erf", () => {
  const x = sample(1, [50], { lo: -1.5, hi: 1.5 });
  // erf is flat near 1.5 (slope 0.12), which magnifies its rounding error.
  expectClose(torch.erfinv(torch.erf(x)), x, 1e-9);
});

it.each([0, 1] as const)("specialBesselJ%i agrees with its series", (order) => {
  const x = sample(2, [50], { lo: -4, hi: 4 });
  const actual = order === 0 ? torch.specialBesselJ0(x) : torch.specialBesselJ1(x);
  // libtorch evaluates a rational approximation, good to nine digits.
  expectClose(
    actual,
    flat(x).map((value) => besselJ(order, value)),
    1e-8,
  );
});

it("bitwiseNot complements integers", () => {
  expect(torch.bitwiseNot(torch.tensor(Int32Array.of(0, 5, -7))).toArray()).toEqual([-1, -6, 6]);
});

it("nanToNum replaces what is not finite", () => {
  const x = torch.tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2]);
  expect(torch.nanToNum(x, { nan: 1, posinf: 3, neginf: -3 }).toArray()).toEqual([1, 3, -3, 2]);
});
