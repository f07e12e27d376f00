// How much memory a step with main weights takes, and that chance is resumed with a checkpoint.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { nn, optim } from "@fabric/torch";
import { expect, it } from "vitest";
import { type HalfAlias, HalfPrecision } from "../src/index.js";

const MIB = 2 ** 20;

it.each([
  ["stochasticRounding", { stochasticRounding: true }],
  ["masterWeights", { masterWeights: true }],
])("a step with %s takes float32 memory for a part of the parameters at a time", (_, options) => {
  // 24 layers of a MiB of parameters each.
  const layers = Array.from({ length: 24 }, () => new nn.Linear(1024, 1024, { bias: false }));
  const net = new nn.Sequential(...layers);
  const fabric = new Fabric({
    accelerator: "cpu",
    devices: 1,
    plugins: [new HalfPrecision({ precision: "bf16-true", ...options })],
  });
  const [, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters()));
  for (const { weight } of layers) weight.grad = torch.ones(weight.shape, { dtype: "bfloat16" });
  optimizer.step();
  torch.resetPeakMemory();
  const { bytes } = torch.memory().cpu;
  optimizer.step();
  // All at once would be 96 MiB for the gradients, and another 96 for the weights of stochasticRounding.
  expect(torch.memory().cpu.peakBytes - bytes).toBeLessThan(34 * MIB);
  expect(torch.memory().cpu.bytes).toBeLessThanOrEqual(bytes + 4096);
});

it.each(["bf16-true", "16-true"] as const)(
  "%s with stochastic rounding resumes to the bit with the generator's state",
  async (precision: HalfAlias) => {
    const folder = mkdtempSync(join(tmpdir(), "fabric-chance-"));
    const make = () => {
      const layer = new nn.Linear(64, 1, { bias: false });
      torch.noGrad(() => layer.weight.fill_(1));
      const plugin = new HalfPrecision({ precision, stochasticRounding: true });
      const fabric = new Fabric({ accelerator: "cpu", devices: 1, plugins: [plugin] });
      const [model, optimizer] = fabric.setup(layer, new optim.AdamW(layer.parameters()));
      const train = (steps: number): void => {
        for (let i = 0; i < steps; i++) {
          optimizer.zeroGrad();
          fabric.backward(layer.weight.sin().sum());
          optimizer.step();
        }
      };
      return { fabric, layer, model, optimizer, train };
    };
    torch.manualSeed(11);
    const straight = make();
    straight.train(3);
    const rng = torch.getRngState();
    const path = join(folder, "half-way");
    await straight.fabric.save(path, {
      model: straight.model,
      optimizer: straight.optimizer,
      rng,
    });
    straight.train(3);

    torch.manualSeed(99);
    const again = make();
    const state = { model: again.model, optimizer: again.optimizer, rng: torch.getRngState() };
    await again.fabric.load(path, state);
    torch.setRngState(state.rng);
    again.train(3);
    expect(again.layer.weight.detach().toArray()).toEqual(straight.layer.weight.detach().toArray());
    expect(
      new Set(again.layer.weight.detach().flatten().toArray() as number[]).size,
    ).toBeGreaterThan(1);
    rmSync(folder, { recursive: true, force: true });
  },
);
