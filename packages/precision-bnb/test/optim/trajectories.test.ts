// 200 steps of a noisy quadratic with every optimizer, beside the rules as they stand in the papers in float64.
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { Composition } from "./composition.js";
import { CASES, type Case } from "./support.js";

const SHAPE = [60, 83]; // 4980 elements: the last block is not full
const STEPS = 200;

/** A quadratic whose curvatures differ by a factor of a hundred. */
function problem() {
  torch.manualSeed(31);
  const target = torch.randn(SHAPE);
  const curvature = torch.rand(SHAPE).mul(4.6).sub(2.3).exp();
  const start = torch.randn(SHAPE);
  const loss = (p: torch.Tensor): number =>
    p.detach().double().sub(target).square().mul(curvature).mean().item() as number;
  const gradient = (p: torch.Tensor, noise: torch.Tensor): torch.Tensor =>
    p.detach().double().sub(target).add(noise, { alpha: 0.1 }).mul(curvature);
  return { start, loss, gradient };
}

function train({ make, rule, numbers }: Case, bits: 8 | 32) {
  const { start, loss, gradient } = problem();
  const param = start.clone().requiresGrad_(true);
  const optimizer = make([param], { minSize8bit: bits === 8 ? 0 : 2 ** 40 });
  const composition = new Composition(rule, start.double(), numbers);
  for (let t = 0; t < STEPS; t++) {
    torch.scope(() => {
      const noise = torch.randn(SHAPE);
      const ours = gradient(param, noise).float();
      param.grad = ours;
      optimizer.step();
      torch.noGrad(() => composition.update(gradient(composition.p, noise)));
    });
  }
  const difference = param.detach().double().sub(composition.p).abs();
  const losses = { first: loss(start), ours: loss(param), theirs: loss(composition.p) };
  return { difference, losses, lr: numbers.lr };
}

describe.each(CASES.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
  it("follows the papers' rules with 32-bit state", () => {
    const { difference, losses, lr } = train(entry, 32);
    // Lion's steps are signs: where a sum is nearly 0 its rounding decides, and an element is off by twice the rate.
    if (entry.rule === "lion") {
      expect(
        difference
          .gt(lr / 2)
          .double()
          .mean()
          .item(),
      ).toBeLessThan(1e-2);
    } else expect(difference.max().item()).toBeLessThan(2e-5);
    expect(Math.abs(losses.ours / losses.theirs - 1)).toBeLessThan(1e-4);
  });

  it("ends where float32's loss ends with 8-bit state", () => {
    const { difference, losses } = train(entry, 8);
    // Of what the loss fell by in float64; and parameters, which began about 1.4 from the target.
    const fell = losses.first - losses.theirs;
    expect(fell).toBeGreaterThan(0);
    expect(Math.abs(losses.ours - losses.theirs) / fell).toBeLessThan(0.03);
    expect(difference.mean().item()).toBeLessThan(0.04);
  });
});
