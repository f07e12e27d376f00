// fabric::amp_unscale_norm_ on CUDA: gradients with the CPU's bits, norms beside float64.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { expectSameElements } from "./support/same.js";
import { describeKernels, onCpu } from "./support/twin.js";

describeKernels("amp_unscale_norm_", (twin) => {
  const call = (
    grads: torch.Tensor[],
    found: torch.Tensor,
    scale: torch.Tensor | null = null,
    write = true,
  ): number => (twin.call("amp_unscale_norm_", grads, found, scale, write) as torch.Tensor).item();

  /** The 2-norm of tensors in float64. */
  const normOf = (tensors: torch.Tensor[], factor = 1): number =>
    Math.sqrt(
      tensors.reduce((sum, t) => sum + t.double().mul(factor).pow(2).sum().item<number>(), 0),
    );
  const sizes = [1, 3, 0, 4096, 16_384, 16_385, 40_001];

  for (const dtype of ["float32", "float16", "bfloat16", "float64"] as const)
    for (const write of [true, false])
      it(`unscales ${dtype}${write ? "" : " without writing"}, and gives the norm`, () => {
        torch.manualSeed(1);
        const grads = sizes.map((n) => torch.randn([n]).to(dtype));
        const before = grads.map((g) => g.clone());
        const twins = grads.map((g) => g.clone());
        const [found, foundToo] = [torch.zeros([1]), torch.zeros([1])];
        const scale = torch.tensor(1 / 24);
        const norm = call(grads, found, scale, write);
        onCpu("amp_unscale_norm_", twins, foundToo, scale, write);
        grads.forEach((g, i) => {
          expectSameElements(g, (write ? twins : before)[i] as torch.Tensor, `gradient ${i}`);
        });
        expect(found.item()).toBe(0);
        // Rounded once to float32, after products that were rounded to float32 each.
        const exact = write ? normOf(grads) : normOf(before, scale.item<number>());
        expect(Math.abs(norm / exact - 1)).toBeLessThan(2 ** -22);
      });

  it.each(["float32", "float16", "bfloat16"] as const)("finds inf and nan in %s", (dtype) => {
    const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
    const places = [
      [1, 0, inf],
      [7, 6, -inf],
      [20_000, 19_999, nan],
      [20_000, 16_384, -inf],
      [20_000, 4099, nan],
    ] as const;
    for (const [n, at, value] of places)
      for (const write of [true, false]) {
        const bad = torch.ones([n]).to(dtype);
        bad.at(at).fill_(value);
        const found = torch.zeros([1]);
        const norm = call([torch.ones([33]).to(dtype), bad], found, torch.tensor(0.5), write);
        expect(found.item()).toBe(1);
        expect(Number.isFinite(norm)).toBe(false);
      }
  });

  it("does not take large numbers for infinite ones, nor clear a flag", () => {
    const found = torch.zeros([1]);
    expect(call([torch.full([4], 1e30)], found)).toBeCloseTo(2e30, -24);
    expect(found.item()).toBe(0);
    call([torch.full([4], 1e30)], found, torch.tensor(1e20));
    expect(found.item()).toBe(1);
    call([torch.ones([4])], found);
    expect(found.item()).toBe(1);
  });

  it("takes no gradients, and lists longer than a launch, of several dtypes", () => {
    torch.manualSeed(2);
    expect(call([], torch.zeros([1]))).toBe(0);
    const grads = Array.from({ length: 180 }, (_, i) =>
      torch.randn([1 + ((i * 7) % 50)]).to(i % 9 === 0 ? "bfloat16" : "float32"),
    );
    const before = grads.map((g) => g.clone());
    const found = torch.zeros([1]);
    const norm = call(grads, found, torch.tensor(0.25));
    grads.forEach((g, i) => {
      expectSameElements(g, (before[i] as torch.Tensor).mul(0.25), `gradient ${i}`);
    });
    expect(Math.abs(norm / normOf(grads) - 1)).toBeLessThan(2 ** -22);
  }, 240_000);

  describe("layouts", () => {
    it("takes gradients of any strides, and data that is not aligned", () => {
      torch.manualSeed(3);
      const wide = torch.randn([3000]);
      const grads = [
        torch.randn([30, 40]).t(),
        wide.slice(0, 1, 2000),
        torch.randn([1000]).slice(0, 0, undefined, 3),
      ];
      const expected = grads.map((g) => g.clone().mul(0.125));
      const rest = wide.slice(0, 2000).clone();
      const norm = call(grads, torch.zeros([1]), torch.tensor(0.125));
      grads.forEach((g, i) => {
        expectSameElements(g, expected[i] as torch.Tensor, `gradient ${i}`);
      });
      expect(wide.slice(0, 2000).equal(rest)).toBe(true);
      expect(Math.abs(norm / normOf(grads) - 1)).toBeLessThan(2 ** -22);
    });
  });

  it("sums in an order that does not depend on how the gradients are divided among launches", () => {
    torch.manualSeed(4);
    const flat = torch.randn([16_384 * 3]);
    const parts = [0, 1, 2].map((i) => flat.slice(0, 16_384 * i, 16_384 * (i + 1)));
    expect(call(parts, torch.zeros([1]))).toBe(call([flat], torch.zeros([1])));
  });

  it("refuses a flag that is not float32", () => {
    expect(() => call([torch.ones([1])], torch.zeros([1], { dtype: "int32" }))).toThrow(
      /found_inf/,
    );
  });
});
