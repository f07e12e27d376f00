// What master weights must not lose: gradients, weights and digits, whatever the order of calls.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { nn, optim, type Tensor } from "@fabric/torch";
import { afterAll, describe, expect, it, vi } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { HalfPrecision, type HalfPrecisionOptions } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-masters-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fabricOf = (options: Partial<HalfPrecisionOptions> = {}): Fabric =>
  new Fabric({
    accelerator: testDevice,
    devices: 1,
    plugins: [new HalfPrecision({ precision: "bf16-true", masterWeights: true, ...options })],
  });

const layerOf = (value: number, width = 1): nn.Linear => {
  const layer = new nn.Linear(width, 1, { bias: false });
  torch.noGrad(() => layer.weight.fill_(value));
  return layer;
};

const mainOf = (optimizer: optim.Optimizer, weight: Tensor): Tensor => {
  const main = optimizer.mainParams.get(weight);
  if (main === undefined) throw new Error("no main weight");
  return main;
};

describe("gradients", () => {
  it("of a later backward pass replace clipped ones, also if only the module's were cleared", () => {
    const layer = layerOf(1, 256);
    const fabric = fabricOf();
    const [model, optimizer] = fabric.setup(layer, new optim.SGD(layer.parameters(), { lr: 1 }));
    // A loop that leaves out a step: the next gradient may well lie where the last one did.
    const signs: number[] = [];
    for (let i = 0; i < 20; i++) {
      torch.scope(() => {
        fabric.backward(layer.weight.mul(i % 2 === 0 ? 1 : -1).sum());
        fabric.clipGradients(model, optimizer, { maxNorm: 1e-3 });
        const [gradient] = torch.autograd.gradsOf([mainOf(optimizer, layer.weight)]);
        signs.push(gradient?.mean().item<number>() ?? 0);
        layer.zeroGrad();
      });
    }
    expect(signs.map(Math.sign)).toEqual(signs.map((_, i) => (i % 2 === 0 ? 1 : -1)));
    const before = mainOf(optimizer, layer.weight).clone();
    torch.scope(() => fabric.backward(layer.weight.sum()));
    optimizer.step();
    expect(torch.equal(mainOf(optimizer, layer.weight), before.sub(1))).toBe(true);
  });

  it("that are clipped are named by their parameter when they are not finite", () => {
    const layer = layerOf(1, 2);
    const fabric = fabricOf();
    const [model, optimizer] = fabric.setup(layer, new optim.SGD(layer.parameters(), { lr: 1 }));
    fabric.backward(layer.weight.mul(Number.POSITIVE_INFINITY).sum());
    expect(() => fabric.clipGradients(model, optimizer, { maxNorm: 1 })).toThrow(/`weight`/);
  });

  it("accumulate in noBackwardSync as outside of it", () => {
    const layer = layerOf(1);
    const fabric = fabricOf();
    const [model, optimizer] = fabric.setup(layer, new optim.SGD(layer.parameters(), { lr: 0.25 }));
    const x = torch.ones([1, 1]);
    fabric.noBackwardSync(model, () => fabric.backward(model.forward(x).sum()));
    fabric.backward(model.forward(x).sum());
    optimizer.step();
    expect(mainOf(optimizer, layer.weight).item()).toBe(0.5);
    expect(layer.weight.grad?.item()).toBe(2);
  });

  it.each([{ masterWeights: true }, { masterWeights: false, stochasticRounding: true }])(
    "that are sparse are refused, and nothing is changed (%o)",
    (options) => {
      const table = new nn.Embedding(4, 2, { sparse: true });
      const fabric = fabricOf(options);
      const [model, optimizer] = fabric.setup(table, new optim.SGD(table.parameters(), { lr: 1 }));
      const before = table.weight.detach().clone();
      fabric.backward((model.forward(torch.tensor([1, 2], { dtype: "int64" })) as Tensor).sum());
      expect(() => optimizer.step()).toThrow(/`sparse: false`/);
      expect(torch.equal(table.weight.detach(), before)).toBe(true);
    },
  );
});

describe("weights", () => {
  it("that were loaded between setupModule and setupOptimizers are the ones that train", () => {
    const layer = layerOf(1);
    const fabric = fabricOf();
    const model = fabric.setupModule(layer);
    model.loadStateDict({ weight: torch.full([1, 1], 5) });
    const optimizer = fabric.setupOptimizers(new optim.SGD(layer.parameters(), { lr: 1 }));
    fabric.backward(layer.weight.sum());
    optimizer.step();
    expect(layer.weight.item()).toBe(4);
  });

  it("keep the digits from before the cast with setupModule and setupOptimizers too", () => {
    const layer = layerOf(1.001);
    const fabric = fabricOf();
    fabric.setupModule(layer);
    const optimizer = fabric.setupOptimizers(new optim.SGD(layer.parameters(), { lr: 1 }));
    expect(mainOf(optimizer, layer.weight).item()).toBe(Math.fround(1.001));
    expect(layer.weight.item()).toBe(1);
  });

  it("that two optimizers train have one main weight, and a new optimizer goes on from it", () => {
    const layer = layerOf(1);
    const fabric = fabricOf();
    const [, first] = fabric.setup(layer, new optim.SGD(layer.parameters(), { lr: 1e-3 }));
    const second = fabric.setupOptimizers(new optim.SGD(layer.parameters(), { lr: 1e-3 }));
    for (const optimizer of [first, second, first]) {
      optimizer.zeroGrad();
      fabric.backward(layer.weight.sum());
      optimizer.step();
    }
    expect(mainOf(second, layer.weight)).toBe(mainOf(first, layer.weight));
    expect(mainOf(second, layer.weight).item()).toBeCloseTo(0.997, 6);
  });

  it("can be trained without Fabric after teardown, which takes the main weights along", () => {
    const fabric = fabricOf();
    const layer = layerOf(1);
    const raw = new optim.SGD(layer.parameters(), { lr: 0.5 });
    fabric.setup(layer, raw);
    fabric.teardown();
    expect(raw.mainParams.size).toBe(0);
    layer.weight.grad = torch.ones([1, 1], { dtype: "bfloat16" });
    raw.step();
    expect(layer.weight.item()).toBe(0.5);
  });

  it("are written back before the optimizer's own hooks after a step run", () => {
    const layer = layerOf(1);
    const fabric = fabricOf();
    const raw = new optim.SGD(layer.parameters(), { lr: 0.5 });
    const [, optimizer] = fabric.setup(layer, raw);
    const seen: number[] = [];
    raw.registerStepPostHook(() => void seen.push(layer.weight.item<number>()));
    fabric.backward(layer.weight.sum());
    optimizer.step();
    expect(seen).toEqual([0.5]);
  });
});

describe("checkpoints", () => {
  const trained = async (name: string, options: Partial<HalfPrecisionOptions>): Promise<string> => {
    const fabric = fabricOf(options);
    const layer = layerOf(1.001);
    const [model, optimizer] = fabric.setup(layer, new optim.AdamW(layer.parameters()));
    fabric.backward(layer.weight.sum());
    optimizer.step();
    const path = join(folder, name);
    await fabric.save(path, { model, optimizer });
    return path;
  };

  it("load into a model without an optimizer, and where only the model was asked for", async () => {
    const path = await trained("model-only", {});
    const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const fabric = fabricOf();
    const model = fabric.setup(layerOf(7));
    await fabric.load(path, { model });
    expect(model.weight.item()).toBe(1);
    spy.mockRestore();
  });

  it("that are only looked at change no main weight", async () => {
    const path = await trained("looked-at", {});
    const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const fabric = fabricOf();
    const layer = layerOf(7);
    const [, optimizer] = fabric.setup(layer, new optim.AdamW(layer.parameters()));
    await fabric.load(path);
    expect(mainOf(optimizer, layer.weight).item()).toBe(7);
    spy.mockRestore();
  });

  it("of a run without main weights load, and the main weights are those weights", async () => {
    const path = await trained("plain", { masterWeights: false });
    const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const fabric = fabricOf();
    const layer = layerOf(7);
    const [model, optimizer] = fabric.setup(layer, new optim.AdamW(layer.parameters()));
    await fabric.load(path, { model, optimizer });
    const state = optimizer.state.get(layer.weight) as { exp_avg: Tensor };
    expect(state.exp_avg.dtype).toBe("float32");
    fabric.backward(layer.weight.mul(0).sum());
    const before = layer.weight.detach().float().item<number>();
    optimizer.step();
    // A second step of AdamW by the decayed moments: a bit more than lr times 0.67.
    expect(Math.abs(mainOf(optimizer, layer.weight).item<number>() - before)).toBeLessThan(1e-3);
    spy.mockRestore();
  });

  it("hold what is trained once, also after another optimizer took over", async () => {
    const fabric = fabricOf();
    const layer = layerOf(1.001);
    const raw = new optim.SGD(layer.parameters(), { lr: 1e-3 });
    const [model] = fabric.setup(layer, raw);
    const optimizer = fabric.setupOptimizers(new optim.SGD(layer.parameters(), { lr: 1e-3 }));
    const path = join(folder, "second-phase");
    await fabric.save(path, { model, optimizer });
    expect(raw.paramGroups.length).toBe(1); // the first optimizer is still there
    const other = fabricOf();
    const fresh = layerOf(7);
    const [model2, optimizer2] = other.setup(fresh, new optim.SGD(fresh.parameters(), { lr: 1 }));
    await other.load(path, { model: model2, optimizer: optimizer2 });
    expect(mainOf(optimizer2, fresh.weight).item()).toBe(Math.fround(1.001));
  });
});
