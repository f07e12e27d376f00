// Recorded steps with quantised layers and 8-bit optimizers, by a recorder for the CPU or into CUDA graphs: the same numbers as without.
import { functional as F, Fabric, nn, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { onTestDevice, stepOf } from "../../../tools/test-support/recorded-step.js";
import { type BitsandbytesMode, BitsandbytesPrecision, optim } from "../src/index.js";

const onDevice = testDevice === "cuda";

/** A frozen layer under adapters that are trained. */
class Net extends nn.Module {
  frozen = new nn.Linear(128, 128);
  down = new nn.Parameter(torch.randn([128, 8]).mul(0.1));
  up = new nn.Parameter(torch.zeros([8, 64 * 72]));
  head = new nn.Parameter(torch.randn([128, 3]).mul(0.1));
  override forward(x: Tensor): Tensor {
    const wide = x.matmul(this.down).matmul(this.up).narrow(1, 0, 128);
    return F.gelu(this.frozen.forward(x).add(wide)).matmul(this.head);
  }
}

const MAKERS: Readonly<Record<string, (params: Tensor[], more: object) => torch.optim.Optimizer>> =
  {
    AdamW8bit: (p, more) => new optim.AdamW8bit(p, { lr: 2 ** -7, ...more }),
    LAMB8bit: (p, more) => new optim.LAMB8bit(p, { lr: 2 ** -5, maxUnorm: 0.5, ...more }),
    AdEMAMix8bit: (p, more) =>
      new optim.AdEMAMix8bit(p, { lr: 2 ** -8, tAlpha: 8, tBeta3: 8, ...more }),
    SGD8bit: (p, more) => new optim.SGD8bit(p, { lr: 2 ** -6, momentum: 0.9, ...more }),
    Lion8bit: (p, more) => new optim.Lion8bit(p, { lr: 2 ** -9, ...more }),
  };

/** Losses of 12 steps; the rate falls at the eighth. */
function train(mode: BitsandbytesMode, maker: string, isRecorded: boolean): number[] {
  torch.manualSeed(4);
  const plugin = new BitsandbytesPrecision({ mode });
  const fabric = new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });
  const net = fabric.setup(new Net());
  const trained = net.parameters().filter((p) => p.requiresGrad);
  const make = MAKERS[maker] as (typeof MAKERS)[string];
  const optimizer = fabric.setupOptimizers(make(trained, { capturable: true }));
  const step = stepOf(fabric, optimizer, (x, y) => F.crossEntropy(net.forward(x).float(), y));
  const run = isRecorded ? fabric.capture(step, onTestDevice()) : step;
  const generator = new torch.Generator().manualSeed(1);
  return Array.from({ length: 12 }, (_, i) => {
    if (i === 8) for (const group of optimizer.paramGroups) Object.assign(group, { lr: 2 ** -10 });
    const x = torch.randn([16, 128], { generator, device: "cpu" });
    const y = x.at(null, torch.slice(0, 3)).argmax(1);
    return run(x.to(fabric.device), y.to(fabric.device)).item<number>();
  });
}

/** Sums of a backward pass on a device have no fixed order. */
const tolerance = onDevice ? 2e-2 : 0;

function compare(mode: BitsandbytesMode, maker: string): void {
  const plain = train(mode, maker, false);
  train(mode, maker, true).forEach((loss, i) => {
    expect(Math.abs(loss - (plain[i] as number)), `step ${i}`).toBeLessThanOrEqual(tolerance);
  });
  expect(plain.at(-1)).toBeLessThan(plain[0] as number);
}

describe("a recorded step", () => {
  it.each(Object.keys(MAKERS))("computes what the step itself does: %s", (maker) => {
    compare("nf4-dq", maker);
  });

  it.each(["nf4", "fp4", "int8"] as const)("%s", (mode) => {
    compare(mode, "AdamW8bit");
  });

  it("is refused under int8-training, whose layers read the number of outliers", () => {
    const plugin = new BitsandbytesPrecision({ mode: "int8-training" });
    const fabric = new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });
    expect(() => fabric.capture(() => 0, onTestDevice())).toThrowError(
      expect.objectContaining({ code: "FABRIC_CAPTURE_PRECISION" }),
    );
  });

  it("is refused with an optimizer that counts on the host", () => {
    const fabric = new Fabric({
      accelerator: testDevice,
      devices: 1,
      plugins: [new BitsandbytesPrecision({ mode: "nf4" })],
    });
    const net = fabric.setup(new Net());
    const optimizer = fabric.setupOptimizers(
      new optim.AdamW8bit(net.parameters().filter((p) => p.requiresGrad)),
    );
    const options = { warmup: 1, ...onTestDevice() };
    const run = fabric.capture((x: Tensor) => {
      fabric.backward(net.forward(x).float().square().mean());
      optimizer.step();
    }, options);
    expect(() => run(torch.ones([2, 128], { device: fabric.device }))).toThrowError(
      expect.objectContaining({ code: "FABRIC_CAPTURE_OPTIMIZER" }),
    );
  });
});
