// fabric::copy_stochastic_ on CUDA: other random numbers than the CPU's, the same distribution.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { expectSameElements } from "./support/same.js";
import { describeKernels } from "./support/twin.js";

describeKernels("copy_stochastic_", (twin) => {
  const copy = (self: torch.Tensor, src: torch.Tensor): torch.Tensor => {
    twin.call("copy_stochastic_", self, src);
    return self;
  };
  const rounded = (src: torch.Tensor, dtype: torch.DType): torch.Tensor =>
    copy(torch.empty(src.shape, { dtype }), src);

  for (const dtype of ["bfloat16", "float16"] as const) {
    it.each([1.001, -3.3e-7, 0.1, -65000.7, 2 ** -20 * 1.37])(
      `is unbiased for %d, which falls between two neighbours of ${dtype}`,
      (x) => {
        torch.manualSeed(12);
        const n = 50_003;
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

    it(`keeps what ${dtype} has, signs of zero, inf and nan`, () => {
      const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
      const exact = torch.tensor([0, -0, 1, -1.5, 0.25, 640, 2 ** -14, inf, -inf, nan, 2 ** -24]);
      for (let i = 0; i < 20; i++)
        expectSameElements(rounded(exact, dtype).float(), exact, "exact numbers");
      // Above the largest number of the format, as rounding to nearest.
      const large = torch.tensor([65_519, 65_520, 1e6]).to("float32");
      if (dtype === "float16") expectSameElements(rounded(large, dtype), large.half(), "large");
    });

    it(`repeats with a seed, and differs without, in ${dtype}`, () => {
      const src = torch.randn([5001]);
      const run = (): torch.Tensor => {
        torch.manualSeed(3);
        return rounded(src, dtype);
      };
      expect(torch.equal(run(), run())).toBe(true);
      expect(torch.equal(run(), rounded(src, dtype))).toBe(false);
    });

    it(`writes into any layout and reads from any, in ${dtype}`, () => {
      const src = torch.randn([6, 5]).to(dtype).float().t();
      const self = torch.zeros([10, 6], { dtype }).slice(0, 0, undefined, 2);
      expectSameElements(copy(self, src).float(), src.contiguous(), "strided");
      const shifted = torch.zeros([1001], { dtype }).slice(0, 1);
      const other = torch.randn([1001]).to(dtype).float().slice(0, 1);
      expectSameElements(copy(shifted, other).float(), other, "shifted");
      expect(rounded(torch.empty([0]), dtype).numel()).toBe(0);
    });
  }

  it("refuses other dtypes and shapes", () => {
    const ones = torch.ones([4]);
    expect(() => copy(torch.ones([4]), ones)).toThrow(/bfloat16 or float16/);
    expect(() => copy(torch.ones([3], { dtype: "float16" }), ones)).toThrow(/shape/);
  });
});
