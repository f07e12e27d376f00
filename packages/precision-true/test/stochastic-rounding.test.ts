import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { nn, optim } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { HalfPrecision, type HalfPrecisionOptions } from "../src/index.js";

function setup(
  options: Partial<HalfPrecisionOptions>,
  width = 4096,
): {
  layer: nn.Linear;
  step(gradient: number): void;
  optimizer: optim.Optimizer;
} {
  const layer = new nn.Linear(width, 1, { bias: false });
  torch.noGrad(() => layer.weight.fill_(1));
  const plugin = new HalfPrecision({ precision: "bf16-true", ...options });
  const fabric = new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });
  const [, optimizer] = fabric.setup(
    layer,
    new optim.SGD(layer.parameters(), { lr: 1e-4, momentum: 0 }),
  );
  return {
    layer,
    optimizer,
    step: (gradient) => {
      layer.weight.grad = torch.full([1, width], gradient, { dtype: "bfloat16" });
      optimizer.step();
    },
  };
}

function momentOf(optimizer: optim.Optimizer, weight: torch.Tensor): torch.Tensor {
  const state = optimizer.state.get(weight);
  if (state === undefined) throw new Error("no state");
  return state["exp_avg"] as torch.Tensor;
}

describe("stochastic rounding", () => {
  it("moves 16-bit weights by updates below half a unit, right on average", () => {
    torch.manualSeed(3);
    const { layer, step } = setup({ stochasticRounding: true });
    for (let i = 0; i < 200; i++) step(1);
    // Each of 4,096 weights takes 200 steps of 1e-4 in units of 2^-8: standard deviation of one sqrt(200 * 1e-4 * 2^-8) = 0.009.
    const mean = layer.weight.detach().double().mean().item<number>();
    expect(Math.abs(mean - 0.98)).toBeLessThan((5 * 0.009) / Math.sqrt(4096));
    expect(layer.weight.dtype).toBe("bfloat16");
  });

  it("keeps no float32 weights between steps, and float32 state", () => {
    const layer = new nn.Linear(512, 512, { bias: false });
    const fabric = new Fabric({
      accelerator: testDevice,
      devices: 1,
      plugins: [new HalfPrecision({ precision: "bf16-true", stochasticRounding: true })],
    });
    const [, optimizer] = fabric.setup(layer, new optim.AdamW(layer.parameters()));
    layer.weight.grad = torch.ones([512, 512], { dtype: "bfloat16" });
    optimizer.step();
    expect(optimizer.mainParams.get(layer.weight)?.device).toBe("meta");
    expect(momentOf(optimizer, layer.weight).dtype).toBe("float32");
    const bytes = torch.memory().cpu.bytes;
    for (let i = 0; i < 3; i++) optimizer.step();
    expect(torch.memory().cpu.bytes).toBeLessThanOrEqual(bytes + 4096);
    // Loading narrows nothing: state is of the dtype that steps use.
    optimizer.optimizer.loadStateDict(optimizer.stateDict());
    expect(momentOf(optimizer, layer.weight).dtype).toBe("float32");
  });

  it("repeats with a seed", () => {
    const run = (): unknown => {
      const { layer, step } = setup({ stochasticRounding: true }, 64);
      torch.manualSeed(5);
      for (let i = 0; i < 5; i++) step(1);
      return layer.weight.detach().toArray();
    };
    expect(run()).toEqual(run());
  });

  it("rounds from master weights where these are kept", () => {
    torch.manualSeed(6);
    const { layer, optimizer, step } = setup({ stochasticRounding: true, masterWeights: true });
    for (let i = 0; i < 50; i++) step(1);
    const main = optimizer.mainParams.get(layer.weight) as torch.Tensor;
    // 50 subtractions of float32, each off by at most 2^-25.
    expect(Math.abs(main.double().mean().item<number>() - 0.995)).toBeLessThan(50 * 2 ** -25);
    const values = new Set(layer.weight.detach().float().flatten().toArray() as number[]);
    expect(values).toEqual(new Set([1 - 2 ** -8, 1 - 2 ** -7])); // the two neighbours of 0.995
    expect(layer.weight.detach().double().mean().item<number>()).toBeCloseTo(0.995, 3);
  });

  it("is described", () => {
    expect(
      new HalfPrecision({ precision: "16-true", stochasticRounding: true }).describe(),
    ).toContain("stochastic rounding");
  });
});
