// The fused optimizer steps for 16-bit parameters on the CPU are ours: libtorch's lose momentum or are off by units.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const { nn, optim } = torch;

type Make = (params: torch.Tensor[], fused: boolean) => torch.optim.Optimizer;

const OPTIMIZERS: Record<string, Make> = {
  "Adam with weight decay": (p, fused) =>
    new optim.Adam(p, { lr: 0.01, weightDecay: 0.1, eps: 1e-4, fused }),
  AdamW: (p, fused) => new optim.AdamW(p, { lr: 0.01, eps: 1e-4, fused }),
  "AdamW with amsgrad, climbing": (p, fused) =>
    new optim.AdamW(p, { lr: 0.01, eps: 1e-4, amsgrad: true, maximize: true, fused }),
  SGD: (p, fused) => new optim.SGD(p, { lr: 0.1, weightDecay: 0.01, fused }),
  "SGD with momentum": (p, fused) =>
    new optim.SGD(p, { lr: 0.1, momentum: 0.9, dampening: 0.1, fused }),
  "SGD with Nesterov momentum, climbing": (p, fused) =>
    new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true, maximize: true, fused }),
};

/** Mean distance from float64's parameters after `steps` steps with the same 16-bit gradients. */
function distances(
  make: Make,
  dtype: torch.DType,
  shape: number[],
  steps: number,
): { fused: number; loop: number } {
  torch.manualSeed(2);
  const start = torch.randn(shape).to(dtype);
  const run = (
    as: torch.DType,
    fused: boolean,
  ): { p: torch.nn.Parameter; o: torch.optim.Optimizer } => {
    const p = new nn.Parameter(start.to(as).clone());
    return { p, o: make([p], fused) };
  };
  const [fused, loop, exact] = [run(dtype, true), run(dtype, false), run("float64", false)];
  for (let i = 0; i < steps; i++) {
    const grad = torch.randn(shape).to(dtype);
    for (const { p, o } of [fused, loop, exact]) {
      p.grad = grad.to(p.dtype).clone();
      o.step();
    }
  }
  const from = (p: torch.Tensor): number =>
    p.detach().double().sub(exact.p.detach()).abs().mean().item();
  return { fused: from(fused.p), loop: from(loop.p) };
}

describe.each(["bfloat16", "float16"] as const)("fused steps in %s", (dtype) => {
  it.each(Object.entries(OPTIMIZERS))(
    "%s stays as near to float64 as the loop of operators",
    (_, make) => {
      // 2,053 numbers: runs of 1,024, a vector's tail, and one that is not a multiple of anything.
      const { fused, loop } = distances(make, dtype, [2053], 12);
      expect(fused).toBeGreaterThan(0);
      // Each rounds the parameter once a step; the loop rounds in between as well, which a mean of 2,053 numbers shows to a few percent.
      expect(fused).toBeLessThan(loop * 1.05);
    },
  );

  it("takes expanded gradients and parameters of any layout", () => {
    const start = torch.randn([6, 5]).to(dtype);
    const plain = new nn.Parameter(start.clone());
    const turned = new nn.Parameter(start.t().contiguous().t());
    const row = torch.randn([5]).to(dtype);
    for (const p of [plain, turned]) {
      const optimizer = new optim.SGD([p], { lr: 0.1, momentum: 0.9, fused: true });
      for (let i = 0; i < 3; i++) {
        p.grad = row.expand([6, 5]);
        optimizer.step();
      }
    }
    expect(turned.detach().toArray()).toEqual(plain.detach().toArray());
    expect(turned.stride()).toEqual([1, 6]);
    expect(row.toArray()).toEqual(plain.grad?.at(0).toArray()); // gradients are read, not written
  });

  it("divides by a scale and writes the quotient back, or does nothing after an overflow", () => {
    const make = (): [torch.nn.Parameter, torch.optim.AdamW] => {
      const p = new nn.Parameter(torch.ones([300], { dtype }));
      return [p, new optim.AdamW([p], { eps: 1e-4, fused: true })];
    };
    const [a, plain] = make();
    a.grad = torch.full([300], 0.25, { dtype });
    plain.step();
    const [b, scaled] = make();
    b.grad = torch.full([300], 2, { dtype });
    scaled.gradScale = torch.tensor(8);
    scaled.foundInf = torch.tensor(0);
    scaled.step();
    expect(b.detach().toArray()).toEqual(a.detach().toArray());
    expect(b.grad.at(0).item()).toBe(0.25);
    const [c, skipped] = make();
    c.grad = torch.full([300], 2, { dtype });
    skipped.foundInf = torch.tensor(1);
    skipped.step();
    expect(c.detach().toArray()).toEqual(torch.ones([300]).toArray());
  });

  it("gives the same whatever the number of threads", () => {
    const threads = torch.getNumThreads();
    const run = (n: number): unknown => {
      torch.setNumThreads(n);
      torch.manualSeed(8);
      const p = new nn.Parameter(torch.randn([100_000]).to(dtype));
      const optimizer = new optim.AdamW([p], { eps: 1e-4, fused: true });
      p.grad = torch.randn([100_000]).to(dtype);
      optimizer.step();
      return p.detach().sum({ dtype: "float64" }).item();
    };
    try {
      expect(run(2)).toBe(run(1));
    } finally {
      torch.setNumThreads(threads);
    }
  });
});
