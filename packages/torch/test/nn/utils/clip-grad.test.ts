// Gradient clipping gives PyTorch's norms and gradients (fixtures/optim/make_clip.py).
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import * as torch from "../../../src/index.js";

const { nn } = torch;
const { clipGradNorm_, clipGradsWithNorm_, clipGradValue_, getTotalNorm } = nn.utils;

interface Fixture {
  start: Record<string, number[][]>;
  norms: {
    dtype: torch.DType;
    normType: number | "Infinity";
    maxNorm: number;
    total: number;
    grads: number[][];
  }[];
  values: { dtype: torch.DType; clipValue: number; grads: number[][] }[];
}
const FIXTURE = JSON.parse(
  readFileSync(new URL("../../fixtures/optim/clip.json", import.meta.url), "utf8"),
) as Fixture;

const SHAPES = [[2, 3], [4]];

/** A few roundings of the sum and of the product, in units of the dtype's epsilon: vector widths order a sum differently. */
const TOLERANCE: Record<string, number> = {
  float64: 4 * 2 ** -52,
  float32: 4 * 2 ** -23,
  bfloat16: 2 * 2 ** -7,
};

/** Two parameters with the stored gradients and one without a gradient. */
function params(dtype: torch.DType): torch.nn.Parameter[] {
  const withGrads = (FIXTURE.start[dtype] as number[][]).map((grad, i) => {
    const p = new nn.Parameter(torch.zeros(SHAPES[i] as number[], { dtype }));
    p.grad = torch.tensor(grad, { dtype }).reshape(SHAPES[i] as number[]);
    return p;
  });
  return [...withGrads, new nn.Parameter(torch.zeros([2], { dtype }))];
}
/** A parameter with this gradient. */
function one(...grad: number[]): torch.nn.Parameter {
  const p = new nn.Parameter(torch.zeros([grad.length]));
  p.grad = torch.tensor(grad, { dtype: "float32" });
  return p;
}
const numbers = (t: torch.Tensor | null): number[] =>
  t?.detach().to("float64").reshape([-1]).toArray() as number[];
const gradsOf = (list: torch.nn.Parameter[]): number[][] => list.map((p) => numbers(p.grad));

function expectNear(actual: number[], expected: number[], relative: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs((actual[i] as number) - value)).toBeLessThanOrEqual(relative * Math.abs(value));
  });
}

describe("clipGradNorm_", () => {
  for (const stored of FIXTURE.norms) {
    const { dtype, maxNorm, total, grads } = stored;
    const normType = Number(stored.normType);
    it(`follows PyTorch for the ${normType}-norm, at most ${maxNorm}, in ${dtype}`, () => {
      const list = params(dtype);
      const norm = clipGradNorm_(list, maxNorm, { normType });
      expect(norm.shape).toEqual([]);
      expect(norm.dtype).toBe(dtype);
      const relative = TOLERANCE[dtype] as number;
      expectNear([norm.item()], [total], relative);
      gradsOf(list.slice(0, 2)).forEach((grad, i) => {
        expectNear(grad, grads[i] as number[], relative);
      });
      expect(list[2]?.grad).toBeNull();
    });
  }

  it("scales in place: the gradient stays the same tensor", () => {
    const p = one(3, 4);
    const grad = p.grad as torch.Tensor;
    const before = grad.dataPtr();
    expect(clipGradNorm_(p, 1).item()).toBe(5);
    expect(p.grad?.dataPtr()).toBe(before);
    expectNear(numbers(grad), [0.6, 0.8], 1e-6); // PyTorch adds 1e-6 to the norm
  });

  it("returns zero in float32 where nothing has a gradient", () => {
    const norm = clipGradNorm_([new nn.Parameter(torch.ones([2]))], 1);
    expect(norm.item()).toBe(0);
    expect(norm.dtype).toBe("float32");
    expect(clipGradNorm_([], 1).dtype).toBe("float32");
  });

  it("takes float32 and float64 parameters together", () => {
    const wide = new nn.Parameter(torch.zeros([1], { dtype: "float64" }));
    wide.grad = torch.tensor([12], { dtype: "float64" });
    const narrow = one(3, 4);
    expect(clipGradNorm_([narrow, wide], 6.5).item()).toBe(13);
    expectNear(numbers(narrow.grad), [1.5, 2], 1e-6);
    expectNear(numbers(wide.grad), [6], 1e-6);
  });

  it("takes any iterable, once", () => {
    function* each(): Generator<torch.nn.Parameter> {
      yield one(3, 4);
    }
    expect(clipGradNorm_(each(), 1).item()).toBe(5);
  });

  it("leaves gradients alone when an infinite or NaN norm is an error", () => {
    for (const value of [Number.POSITIVE_INFINITY, Number.NaN]) {
      const list = [one(1, value), one(2)];
      expect(() => clipGradNorm_(list, 1, { errorIfNonfinite: true })).toThrow(
        expect.objectContaining({ code: "FABRIC_TENSOR_NONFINITE" }),
      );
      expect(gradsOf(list)).toEqual([[1, value], [2]]);
    }
  });

  it("scales by an infinite norm otherwise, as PyTorch does", () => {
    const list = [one(1, Number.POSITIVE_INFINITY), one(2)];
    expect(clipGradNorm_(list, 1).item()).toBe(Number.POSITIVE_INFINITY);
    expect(gradsOf(list)).toEqual([[0, Number.NaN], [0]]);
  });

  it("returns a norm that outlives the scope of the call, and leaves no other tensors", () => {
    const list = [one(3, 4)];
    clipGradNorm_(list, 1).dispose();
    const before = torch.memory().cpu.tensors;
    for (let i = 0; i < 20; i++) clipGradNorm_(list, 1).dispose();
    expect(torch.memory().cpu.tensors).toBeLessThanOrEqual(before);
    const norm = torch.scope(() => clipGradNorm_(list, 1));
    expect(norm.item()).toBeCloseTo(1, 5);
  });

  it("records nothing", () => {
    expect(clipGradNorm_(one(3, 4), 1).requiresGrad).toBe(false);
  });

  const wrong: [string, () => unknown][] = [
    ["a negative norm", () => clipGradNorm_(one(1), -1)],
    ["a norm that is no number", () => clipGradNorm_(one(1), "1" as never)],
    ["a NaN norm", () => clipGradNorm_(one(1), Number.NaN)],
    ["an order that is no number", () => clipGradNorm_(one(1), 1, { normType: "inf" as never })],
    ["a negative value", () => clipGradValue_(one(1), -1)],
    ["a value that is no number", () => clipGradValue_(one(1), undefined as never)],
  ];
  for (const [what, call] of wrong) {
    it(`refuses ${what}`, () => {
      expect(call).toThrow(expect.objectContaining({ code: "FABRIC_CONFIG_CLIP" }));
    });
  }
});

describe("getTotalNorm and clipGradsWithNorm_", () => {
  it("clip in two steps to the bits of one", () => {
    const [together, apart] = [params("float32"), params("float32")];
    const norm = clipGradNorm_(together, 0.5);
    const grads = apart.flatMap((p) => (p.grad === null ? [] : [p.grad]));
    const total = getTotalNorm(grads);
    clipGradsWithNorm_(apart, 0.5, total);
    expect(total.item()).toBe(norm.item());
    expect(gradsOf(apart.slice(0, 2))).toEqual(gradsOf(together.slice(0, 2)));
  });
});

describe("clipGradValue_", () => {
  for (const { dtype, clipValue, grads } of FIXTURE.values) {
    it(`follows PyTorch in ${dtype} to the bit`, () => {
      const list = params(dtype);
      clipGradValue_(list, clipValue);
      expect(gradsOf(list.slice(0, 2))).toEqual(grads);
      expect(list[2]?.grad).toBeNull();
    });
  }

  it("clips infinities and keeps NaN", () => {
    const p = one(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, 0.5);
    clipGradValue_(p, 1);
    expect(numbers(p.grad)).toEqual([-1, 1, Number.NaN, 0.5]);
  });
});
