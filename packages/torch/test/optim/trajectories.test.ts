// Every optimizer follows PyTorch's: losses, parameters and state over 20 steps.
import { describe, expect, it } from "vitest";
import type * as torch from "../../src/index.js";
import { construct, FIXTURE, Fit, numbers, type OptimizerCase } from "./fit.js";

/**
 * Relative error that 20 steps may gather. float64 and float32: a few dozen roundings of 1e-16 and 6e-8, in another order than PyTorch's
 * one-parameter loops. bfloat16 keeps 8 bits, so one rounding is 4e-3 already, of the loss too.
 * LBFGS divides by differences of gradients, which loses digits.
 */
function tolerance({ dtype, optimizer }: OptimizerCase): number {
  if (dtype === "bfloat16") return 2e-2;
  if (dtype === "float32") return 5e-6;
  return optimizer === "LBFGS" ? 1e-7 : 1e-10;
}

function expectNear(actual: number[], expected: number[], relative: number, what: string): void {
  expect(actual.length, what).toBe(expected.length);
  expected.forEach((value, i) => {
    const got = actual[i] as number;
    const allowed = relative * Math.max(1, Math.abs(value));
    if (!(Math.abs(got - value) <= allowed))
      throw new Error(`${what}[${i}]: expected ${value} but received ${got}`);
  });
}

describe("optimizers beside PyTorch", () => {
  for (const stored of FIXTURE.cases) {
    it(`follows ${stored.name}`, () => {
      const fit = new Fit(stored.dtype);
      // PyTorch's runs took its default on the CPU, a loop of operators that round to bfloat16 each; the fused step rounds once.
      const fused = stored.dtype === "bfloat16" ? { fused: false } : {};
      const optimizer = construct(stored.optimizer, fit.params, { ...stored.options, ...fused });
      const losses = fit.train(optimizer, stored.losses.length);
      const relative = tolerance(stored);
      expectNear(losses, stored.losses, relative, "losses");
      expectNear(numbers(fit.w), stored.w, relative, "w");
      expectNear(numbers(fit.b), stored.b, relative, "b");
      if (stored.stateOfB === undefined) return;
      const state = optimizer.stateDict().state[1] ?? {};
      expect(Object.keys(state).sort()).toEqual(Object.keys(stored.stateOfB).sort());
      for (const [key, value] of Object.entries(stored.stateOfB)) {
        const own = state[key] as torch.Tensor;
        expectNear(numbers(own), value as number[], relative, key);
      }
    });
  }
});
