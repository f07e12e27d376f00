import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const { amp } = torch;

const grads = (): torch.Tensor[] => {
  torch.manualSeed(4);
  return [
    torch.randn([300, 70]),
    torch.randn([7]),
    torch.randn([65_537 * 2]),
    torch.randn([3, 4]).t(),
  ];
};
const exactNorm = (list: torch.Tensor[]): number =>
  Math.sqrt(list.reduce((sum, g) => sum + g.double().square().sum().item<number>(), 0));

describe("unscaleGrads_", () => {
  it("divides, and returns the norm of the quotients", () => {
    const [list, before] = [grads(), grads()];
    const found = torch.zeros([1]);
    const norm = amp.unscaleGrads_(list, found, torch.tensor(1 / 64));
    list.forEach((g, i) => {
      expect(torch.equal(g, (before[i] as torch.Tensor).div(64))).toBe(true);
    });
    expect(found.item()).toBe(0);
    // Summed in float64 and rounded to float32 once.
    expect(norm.item()).toBe(Math.fround(exactNorm(list)));
  });

  it("only looks with write: false, and says the same", () => {
    const [list, before] = [grads(), grads()];
    const found = torch.zeros([1]);
    const versions = list.map((g) => g.version);
    const norm = amp.unscaleGrads_(list, found, torch.tensor(1 / 64), { write: false });
    list.forEach((g, i) => {
      expect(torch.equal(g, before[i] as torch.Tensor)).toBe(true);
    });
    expect(list.map((g) => g.version)).toEqual(versions);
    expect(norm.item()).toBe(Math.fround(exactNorm(list) / 64));
  });

  it.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
    "sees %d anywhere",
    (value) => {
      for (const at of [0, 65_536, 131_073]) {
        for (const write of [true, false]) {
          const list = grads();
          (list[2] as torch.Tensor).set_([at], value);
          const found = torch.zeros([1]);
          const norm = amp.unscaleGrads_(list, found, torch.tensor(0.5), { write });
          expect(found.item()).toBe(1);
          expect(Number.isFinite(norm.item())).toBe(false);
        }
      }
    },
  );

  it("does not take large finite numbers for inf, and sees a quotient that overflows", () => {
    const found = torch.zeros([1]);
    // The squares are beyond float32.
    expect(amp.unscaleGrads_([torch.full([4], 1e30)], found).item()).toBeCloseTo(2e30, -24);
    expect(found.item()).toBe(0);
    amp.unscaleGrads_([torch.full([4], 1e30)], found, torch.tensor(1e20));
    expect(found.item()).toBe(1);
  });

  it("leaves a flag that was raised, and takes no gradients", () => {
    const found = torch.ones([1]);
    expect(amp.unscaleGrads_([], found).item()).toBe(0);
    amp.unscaleGrads_(grads(), found);
    expect(found.item()).toBe(1);
  });

  it("takes float64, bfloat16 and gradients with gaps by libtorch's operators", () => {
    for (const make of [
      (): torch.Tensor => torch.randn([50], { dtype: "float64" }),
      (): torch.Tensor => torch.randn([50]).bfloat16(),
      (): torch.Tensor => torch.randn([100]).slice(0, 0, undefined, 2),
    ]) {
      torch.manualSeed(5);
      const g = make();
      torch.manualSeed(5);
      const before = make();
      for (const write of [false, true]) {
        const found = torch.zeros([1]);
        const norm = amp.unscaleGrads_([g], found, torch.tensor(0.25), { write });
        expect(torch.equal(g, write ? before.mul(0.25) : before)).toBe(true);
        // bfloat16 norms are of 8 bits.
        expect(norm.item()).toBeCloseTo(exactNorm([before]) / 4, g.dtype === "bfloat16" ? 1 : 5);
        expect(found.item()).toBe(0);
      }
    }
  });

  it("gives the same norm whatever the number of threads", () => {
    const threads = torch.getNumThreads();
    try {
      const norms = [1, 2, 3].map((n) => {
        torch.setNumThreads(n);
        return amp.unscaleGrads_(grads(), torch.zeros([1])).item();
      });
      expect(new Set(norms).size).toBe(1);
    } finally {
      torch.setNumThreads(threads);
    }
  });
});

describe("foldsScale", () => {
  const on = (device: string): torch.optim.Optimizer =>
    new torch.optim.AdamW([new torch.nn.Parameter(torch.empty([2], { device }))]);

  it("is for optimizers that divide in their step, away from the CPU, by powers of two", () => {
    expect(amp.foldsScale(on("meta"), 65_536)).toBe(true);
    expect(amp.foldsScale(on("meta"), 0.5)).toBe(true);
    expect(amp.foldsScale(on("meta"), 1000)).toBe(false);
    expect(amp.foldsScale(on("cpu"), 65_536)).toBe(false);
    const rms = new torch.optim.RMSprop([
      new torch.nn.Parameter(torch.empty([2], { device: "meta" })),
    ]);
    expect(amp.foldsScale(rms, 65_536)).toBe(rms.stepSupportsAmpScaling);
  });
});
