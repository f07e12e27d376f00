import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const copy = torch.ops.fabric.copy_stochastic_ as (
  self: torch.Tensor,
  src: torch.Tensor,
  options?: { generator?: torch.Generator },
) => torch.Tensor;

const rounded = (src: torch.Tensor, dtype: torch.DType): torch.Tensor =>
  copy(torch.empty(src.shape, { dtype }), src);

describe.each(["bfloat16", "float16"] as const)("copy_stochastic_ to %s", (dtype) => {
  it.each([1.001, -3.3e-7, 0.1, -65000.7, 2 ** -20 * 1.37])(
    "is unbiased for %d, which falls between two neighbours",
    (x) => {
      torch.manualSeed(12);
      const n = 200_000;
      const src = torch.full([n], x);
      const out = rounded(src, dtype).double();
      const [low, high] = [out.min().item<number>(), out.max().item<number>()];
      const value = src.at(0).item<number>();
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      expect(out.eq(low).logicalOr(out.eq(high)).all().item()).toBe(true);
      // Five standard deviations of the mean of n coins between the two.
      const p = (value - low) / (high - low);
      expect(Math.abs(out.mean().item<number>() - value)).toBeLessThan(
        5 * (high - low) * Math.sqrt((p * (1 - p)) / n) + 1e-12,
      );
    },
  );

  it("keeps what the format has, signs of zero, inf and nan", () => {
    const exact = torch.tensor([0, -0, 1, -1.5, 0.25, 640, 2 ** -14]);
    for (let i = 0; i < 20; i++)
      expect(rounded(exact, dtype).float().toArray()).toEqual(exact.toArray());
    const special = rounded(
      torch.tensor([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]),
      dtype,
    );
    expect(special.float().toArray()).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
  });

  it("repeats with a seed, whatever the number of threads, and differs without", () => {
    const src = torch.randn([50_001]);
    const threads = torch.getNumThreads();
    const run = (n: number): torch.Tensor => {
      torch.setNumThreads(n);
      torch.manualSeed(3);
      return rounded(src, dtype);
    };
    try {
      expect(torch.equal(run(1), run(3))).toBe(true);
      expect(torch.equal(run(1), rounded(src, dtype))).toBe(false);
    } finally {
      torch.setNumThreads(threads);
    }
    const generator = new torch.Generator();
    generator.manualSeed(3);
    expect(
      torch.equal(copy(torch.empty(src.shape, { dtype }), src, { generator }), run(threads)),
    ).toBe(true);
  });

  it("writes into any layout and reads from any", () => {
    const src = torch.randn([6, 5]).bfloat16().half().float().t();
    const self = torch.zeros([10, 6], { dtype }).slice(0, 0, undefined, 2);
    expect(copy(self, src)).toBe(self);
    // Numbers that both formats have are not rounded.
    const both = src.to(dtype).float();
    const same = both.eq(src);
    expect(torch.where(same, self.float(), 0).toArray()).toEqual(
      torch.where(same, src, 0).toArray(),
    );
  });

  it("refuses other dtypes and shapes, naming them", () => {
    const self = torch.empty([2], { dtype });
    expect(() => copy(self, torch.ones([3]))).toThrow(/\[2\].*\[3\]/);
    expect(() => copy(self, torch.ones([2], { dtype: "float64" }))).toThrow(/float32/);
    expect(() => copy(torch.empty([2]), torch.ones([2]))).toThrow(/bfloat16 or float16/);
  });
});
