// Optimizers inside and outside torch.scope: the same bits, state that lives on, and no tensors left behind.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { construct, FIXTURE, Fit, numbers, OPTIMIZERS } from "./fit.js";

const live = (): number => torch.memory().cpu.tensors;

/** Options that make every kind of state. */
const OPTIONS: Record<string, object> = {
  SGD: { lr: 0.05, momentum: 0.9 },
  Adam: { lr: 0.03, amsgrad: true },
  AdamW: { lr: 0.03, amsgrad: true },
  RMSprop: { lr: 0.01, momentum: 0.5, centered: true },
  LBFGS: { maxIter: 4, historySize: 3, lineSearchFn: "strong_wolfe" },
};

/** Parameters after some steps, each wrapped by `around`. */
function trained(name: string, around: (step: () => void) => void): number[][] {
  const fit = new Fit();
  const optimizer = construct(name, fit.params, OPTIONS[name]);
  for (let i = 0; i < 6; i++) around(() => void fit.train(optimizer, 1));
  return fit.params.map(numbers);
}

describe("optimizers and scopes", () => {
  for (const name of OPTIMIZERS) {
    it(`${name} gives the same bits inside a scope, from the first step on, and outside`, () => {
      const outside = trained(name, (step) => step());
      expect(trained(name, (step) => torch.scope(step))).toEqual(outside);
      // State made inside one scope serves steps outside, and the other way round.
      let i = 0;
      expect(trained(name, (step) => (i++ % 2 === 0 ? torch.scope(step) : step()))).toEqual(
        outside,
      );
    });

    it(`${name} keeps no more tensors after 100 steps than after a few`, () => {
      const fit = new Fit();
      const optimizer = construct(name, fit.params, OPTIONS[name]);
      const step = (): void => torch.scope(() => void fit.train(optimizer, 1));
      for (let i = 0; i < 10; i++) step();
      global.gc?.();
      const before = live();
      for (let i = 0; i < 100; i++) step();
      // Not collected here: what steps leave behind must be freed without the garbage collector, bar gradients that await it.
      expect(live()).toBeLessThanOrEqual(before + fit.params.length * 2);
    });
  }

  it("can be made inside a scope and used after it", () => {
    const fit = new Fit();
    const optimizer = torch.scope(() => {
      const made = construct("AdamW", fit.params);
      fit.train(made, 1);
      return () => made;
    })();
    expect(fit.train(optimizer, 3).every(Number.isFinite)).toBe(true);
    expect(numbers(optimizer.state.get(fit.w)?.["step"] as torch.Tensor)).toEqual([4]);
  });

  it("loads state inside a scope that outlives it", () => {
    const first = new Fit();
    const from = construct("AdamW", first.params);
    first.train(from, 2);
    const second = new Fit("float32", { w: numbers(first.w), b: numbers(first.b) });
    const to = construct("AdamW", second.params);
    torch.scope(() => to.loadStateDict(from.stateDict()));
    expect(second.train(to, 3)).toEqual(first.train(from, 3));
    expect(numbers(second.w)).toEqual(numbers(first.w));
  });

  it("hands on what a closure returns, a tensor of its scope included", () => {
    const fit = new Fit();
    const optimizer = construct("SGD", fit.params, { lr: 0.05 });
    const loss = torch.scope(() =>
      optimizer.step(() => {
        const value = fit.closure();
        return torch.tensor(value, { dtype: "float32" });
      }),
    );
    expect(loss.item()).toBeCloseTo(FIXTURE.cases[0]?.losses[0] as number, 5);
  });
});
