// Sparse gradients: SGD and the scaler take them as PyTorch does, other optimizers say that they do not.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { construct, OPTIMIZERS } from "./fit.js";

const { amp, nn, optim } = torch;

/** A table of ones `[5, 2]` and a loss whose sparse gradient is 2 in row 1 (looked up twice), 1 in row 3. */
function table(): { weight: torch.nn.Parameter; loss: () => torch.Tensor } {
  const weight = new nn.Parameter(torch.ones([5, 2]));
  const rows = torch.tensor([1, 3, 1], { dtype: "int64" });
  return { weight, loss: () => torch.embedding(weight, rows, -1, false, true).sum() };
}
const firstColumn = (weight: torch.Tensor): number[] =>
  (weight.detach().toArray() as number[][]).map(([value]) => value as number);
const rounded = (...values: number[]): number[] => values.map(Math.fround);

describe("sparse gradients", () => {
  // Values of torch 2.13 for the same table, two steps of rate 0.1.
  it.each([
    [0, rounded(1, 0.5999999046325684, 1, 0.7999999523162842, 1)],
    [0.9, rounded(1, 0.41999995708465576, 1, 0.7099999785423279, 1)],
  ])("are taken by SGD with momentum %d as by PyTorch", (momentum, expected) => {
    const { weight, loss } = table();
    const sgd = new optim.SGD([weight], { lr: 0.1, momentum });
    for (let i = 0; i < 2; i++) {
      sgd.zeroGrad();
      loss().backward();
      expect(weight.grad?.layout).toBe("sparse_coo");
      sgd.step();
    }
    firstColumn(weight).forEach((value, i) => {
      // Duplicate rows are added in another order where the operators differ: one rounding.
      expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(1.2e-7);
    });
  });

  it("are unscaled and checked by a GradScaler", () => {
    const { weight, loss } = table();
    const scaler = new amp.GradScaler({ device: "cpu", initScale: 8 });
    const sgd = new optim.SGD([weight], { lr: 0.25 });
    scaler.scale(loss()).backward();
    scaler.step(sgd);
    scaler.update();
    expect(firstColumn(weight)).toEqual([1, 0.5, 1, 0.75, 1]);
    sgd.zeroGrad();
    scaler.scale(loss().mul(Number.POSITIVE_INFINITY)).backward();
    scaler.step(sgd);
    expect(scaler.lastStepSkipped).toBe(true);
    expect(firstColumn(weight)).toEqual([1, 0.5, 1, 0.75, 1]);
  });

  for (const name of OPTIMIZERS.filter((n) => n !== "SGD" && n !== "LBFGS")) {
    it(`are refused by ${name}, which then changes nothing`, () => {
      const { weight, loss } = table();
      const optimizer = construct(name, [weight]);
      loss().backward();
      expect(() => optimizer.step()).toThrow(
        expect.objectContaining({ code: "FABRIC_UNSUPPORTED_SPARSE" }),
      );
      expect(optimizer.state.size).toBe(0);
      expect(firstColumn(weight)).toEqual([1, 1, 1, 1, 1]);
    });
  }
});

describe("a PyTorch checkpoint of SGD with an empty momentum", () => {
  it("starts the momentum from the first gradient, undamped", () => {
    const weight = new nn.Parameter(torch.tensor([1]));
    const sgd = new optim.SGD([weight], { lr: 0.5, momentum: 0.5, dampening: 0.5 });
    const { param_groups } = sgd.stateDict();
    sgd.loadStateDict({ state: { 0: { momentum_buffer: null as never } }, param_groups });
    weight.grad = torch.tensor([1]);
    sgd.step();
    expect(weight.item()).toBe(0.5);
  });
});
