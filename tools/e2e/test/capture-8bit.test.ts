// A recorded step of two plugins: float16 with a loss scaler, and an 8-bit optimizer that leaves a step out by itself.
import { functional as F, Fabric, nn, type optim, torch } from "@fabric/core";
import { optim as bnb } from "@fabric/precision-bnb";
import { MixedPrecision } from "@fabric/precision-mixed";
import { expect, it } from "vitest";
import { testDevice } from "../../test-support/device.js";
import { onTestDevice, stepOf } from "../../test-support/recorded-step.js";

const onDevice = testDevice === "cuda";

interface Run {
  losses: number[];
  scales: number[];
  steps: unknown;
}

/** 20 steps; the first scales are too large for float16. */
function train(isRecorded: boolean): Run {
  torch.manualSeed(9);
  const scaler = new torch.amp.GradScaler({
    device: testDevice,
    initScale: 2 ** 26,
    growthInterval: 4,
  });
  const plugin = new MixedPrecision({ precision: "16-mixed", device: testDevice, scaler });
  const fabric = new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });
  const net = new nn.Sequential(new nn.Linear(6, 80), new nn.GELU(), new nn.Linear(80, 3));
  const made = new bnb.AdamW8bit(net.parameters(), {
    lr: 2 ** -6,
    minSize8bit: 64,
    capturable: true,
  });
  const [model, optimizer] = fabric.setup(net, made as unknown as optim.Optimizer);
  const step = stepOf(fabric, optimizer, (x, y) =>
    fabric.autocast(() => F.crossEntropy(model.forward(x), y)),
  );
  const run = isRecorded ? fabric.capture(step, onTestDevice()) : step;
  const generator = new torch.Generator().manualSeed(1);
  const losses: number[] = [];
  const scales: number[] = [];
  for (let i = 0; i < 20; i++) {
    const x = torch.randn([8, 6], { generator, device: "cpu" });
    const y = x.at(null, torch.slice(0, 3)).argmax(1);
    losses.push(run(x.to(fabric.device), y.to(fabric.device)).item());
    scales.push(fabric.lossScale);
  }
  return { losses, scales, steps: made.stateDict().state[0]?.["step"] };
}

it("computes what the step itself does, and counts the steps that were taken", () => {
  const plain = train(false);
  const own = train(true);
  expect(new Set(plain.scales).size).toBeGreaterThan(3);
  expect(own.scales).toEqual(plain.scales);
  expect(own.steps).toBe(plain.steps);
  expect(plain.steps).toBeLessThan(20);
  own.losses.forEach((loss, i) => {
    // Sums of a backward pass on a device have no fixed order.
    expect(Math.abs(loss - (plain.losses[i] as number))).toBeLessThanOrEqual(onDevice ? 1e-2 : 0);
  });
});
