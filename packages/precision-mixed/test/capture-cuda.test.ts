// Steps recorded into CUDA graphs. Runs where there is a CUDA device.
import { functional as F, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { UNFUSED } from "../../../tools/test-support/recorded-step.js";

class Net extends nn.Module {
  fc1 = new nn.Linear(32, 64);
  fc2 = new nn.Linear(64, 4);
  override forward(x: Tensor): Tensor {
    return this.fc2.forward(F.gelu(this.fc1.forward(x)));
  }
}

type Precision = "32-true" | "bf16-mixed" | "16-mixed";

type Make = (params: nn.Parameter[]) => optim.Optimizer;

const adamW: Make = (params) => new optim.AdamW(params, { lr: 2 ** -6, capturable: true });

function losses(precision: Precision, isCaptured: boolean, make = adamW): number[] {
  torch.manualSeed(9);
  const fabric = new Fabric({ accelerator: "cuda", devices: 1, precision });
  const net = new Net();
  const [model, optimizer] = fabric.setup(net, make(net.parameters()));
  const step = (x: Tensor, y: Tensor): Tensor => {
    optimizer.zeroGrad();
    const loss = fabric.autocast(() => F.crossEntropy(model.forward(x), y));
    fabric.backward(loss);
    fabric.clipGradients(net, optimizer, { maxNorm: 1, errorIfNonfinite: false });
    optimizer.step();
    return loss;
  };
  const run = isCaptured ? fabric.capture(step) : step;
  const generator = new torch.Generator().manualSeed(1);
  return Array.from({ length: 20 }, () => {
    const x = torch.randn([16, 32], { generator });
    const y = x.at(null, torch.slice(0, 4)).argmax(1);
    return run(x.to(fabric.device), y.to(fabric.device)).item();
  });
}

describe.skipIf(!torch.cuda.isAvailable())("fabric.capture on a device", () => {
  it.each<[Precision, number]>([
    ["32-true", 1e-5],
    ["bf16-mixed", 1e-2],
    ["16-mixed", 1e-2],
  ])("trains as the step itself does, %s", (precision, tolerance) => {
    const plain = losses(precision, false);
    losses(precision, true).forEach((loss, i) => {
      expect(Math.abs(loss - (plain[i] as number))).toBeLessThan(tolerance);
    });
    expect(plain.at(-1)).toBeLessThan(plain[0] as number);
  });

  it.each(UNFUSED.map((Rule) => [Rule.name, Rule] as const))("trains with %s", (_name, Rule) => {
    const make: Make = (params) => new Rule(params, { lr: 2 ** -6, capturable: true });
    const plain = losses("32-true", false, make);
    losses("32-true", true, make).forEach((loss, i) => {
      expect(Math.abs(loss - (plain[i] as number))).toBeLessThan(1e-5);
    });
  });

  it("draws another dropout mask at each replay", () => {
    const fabric = new Fabric({ accelerator: "cuda", devices: 1 });
    const run = fabric.capture((x: Tensor) => F.dropout(x, 0.5), { warmup: 1 });
    const x = torch.ones([256], { device: fabric.device });
    const masks = Array.from({ length: 4 }, () => run(x).toArray().join());
    expect(new Set(masks).size).toBe(4);
  });

  it("copies page-locked inputs from the host", () => {
    const fabric = new Fabric({ accelerator: "cuda", devices: 1 });
    const run = fabric.capture((x: Tensor) => x.mul(2), { warmup: 1 });
    for (let i = 0; i < 4; i++)
      expect(run(torch.full([8], i).pinMemory()).toArray()).toEqual(new Array(8).fill(2 * i));
  });

  it("refuses a step that reads a number, and the device works afterwards", () => {
    const fabric = new Fabric({ accelerator: "cuda", devices: 1 });
    const refused = expect.objectContaining({ code: "FABRIC_CAPTURE_HOST_READ" });
    const x = torch.ones([8], { device: fabric.device });
    const reads = fabric.capture((t: Tensor) => t.sum().item(), { warmup: 1 });
    expect(reads(x)).toBe(8);
    expect(() => reads(x)).toThrowError(refused);
    const copies = fabric.capture((t: Tensor) => t.to("cpu"), { warmup: 1 });
    copies(x);
    expect(() => copies(x)).toThrowError(refused);
    expect(x.sum().item()).toBe(8);
  });
});
