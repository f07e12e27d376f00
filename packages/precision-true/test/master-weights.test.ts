import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric, type Precision } from "@fabric/core";
import * as torch from "@fabric/torch";
import { functional as F, nn, optim, type Tensor } from "@fabric/torch";
import { afterAll, describe, expect, it, vi } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { type HalfAlias, HalfPrecision, type HalfPrecisionOptions } from "../src/index.js";

const folder = mkdtempSync(join(tmpdir(), "fabric-masters-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ALIASES = [
  ["bf16-true", "bfloat16"],
  ["16-true", "float16"],
] as const;

const half = (precision: HalfAlias, options: Partial<HalfPrecisionOptions> = {}): HalfPrecision =>
  new HalfPrecision({ precision, masterWeights: true, ...options });

const fabricOf = (plugin: Precision): Fabric =>
  new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });

class Net extends nn.Module {
  up = new nn.Linear(6, 16);
  down = new nn.Linear(16, 4);
  override forward(x: Tensor): Tensor {
    return this.down.forward(F.relu(this.up.forward(x)));
  }
}

const MAKERS: Record<string, (params: nn.Parameter[]) => optim.Optimizer> = {
  AdamW: (p) => new optim.AdamW(p, { lr: 1e-3 }),
  "AdamW without fused steps": (p) => new optim.AdamW(p, { lr: 1e-3, fused: false }),
  "SGD with momentum": (p) => new optim.SGD(p, { lr: 1e-3, momentum: 0.9 }),
  RMSprop: (p) => new optim.RMSprop(p, { lr: 1e-4 }),
  Lion: (p) => new optim.Lion(p, { lr: 1e-5 }),
};

const batch = (i: number): [Tensor, Tensor] => {
  torch.manualSeed(100 + i);
  return [torch.randn([8, 6]), torch.randint(0, 4, [8])];
};

describe.each(ALIASES)("master weights of %s", (alias, dtype) => {
  it.each(Object.entries(MAKERS))(
    "%s moves them as it moves float32 weights by the same gradients, to the bit",
    (_, make) => {
      torch.manualSeed(1);
      const net = new Net();
      const reference = net.parameters().map((p) => new nn.Parameter(p.detach().clone()));
      const exact = make(reference);
      const fabric = fabricOf(half(alias));
      const [model, optimizer] = fabric.setup(net, make(net.parameters()));
      for (let i = 0; i < 5; i++) {
        const [x, y] = batch(i);
        optimizer.zeroGrad();
        fabric.backward(F.crossEntropy(model.forward(x), y));
        net.parameters().forEach((p, j) => {
          expect(p.dtype).toBe(dtype);
          expect(p.grad?.dtype).toBe(dtype);
          (reference[j] as nn.Parameter).grad = (p.grad as Tensor).float();
        });
        optimizer.step();
        exact.step();
        net.parameters().forEach((p, j) => {
          const main = optimizer.mainParams.get(p) as Tensor;
          const want = (reference[j] as nn.Parameter).detach();
          // The start is the float32 weight from before the cast, not the rounded one.
          expect(torch.equal(main, want)).toBe(true);
          expect(torch.equal(p.detach(), want.to(dtype))).toBe(true);
          expect(main.grad).toBeNull();
        });
      }
      const state = [...optimizer.state.entries()];
      expect(state.map(([p]) => p)).toEqual(net.parameters());
      for (const [, entry] of state)
        for (const value of Object.values(entry)) expect((value as Tensor).dtype).toBe("float32");
    },
  );

  it("keep updates that are too small for the weights", () => {
    const run = (masterWeights: boolean): number => {
      const layer = new nn.Linear(1, 1, { bias: false });
      torch.noGrad(() => layer.weight.fill_(1));
      const fabric = fabricOf(half(alias, { masterWeights }));
      const [, optimizer] = fabric.setup(layer, new optim.SGD(layer.parameters(), { lr: 1e-4 }));
      for (let i = 0; i < 200; i++) {
        layer.weight.grad = torch.ones([1, 1], { dtype });
        optimizer.step();
      }
      return layer.weight.detach().float().item();
    };
    // 200 steps of 1e-4 from 1, each below half of the distance to the next 16-bit number.
    expect(run(false)).toBe(1);
    expect(run(true)).toBeCloseTo(0.98, 2);
  });

  it("are what is clipped, by the norm of float32 gradients", () => {
    torch.manualSeed(2);
    const net = new Net();
    const fabric = fabricOf(half(alias));
    const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 1 }));
    const before = net.parameters().map((p) => (optimizer.mainParams.get(p) as Tensor).clone());
    const [x, y] = batch(0);
    fabric.backward(F.crossEntropy(model.forward(x), y));
    const grads = net.parameters().map((p) => (p.grad as Tensor).float());
    const norm = fabric.clipGradients(model, optimizer, { maxNorm: 0.01 });
    expect(norm.item()).toBeCloseTo(nn.utils.getTotalNorm(grads).item(), 5);
    optimizer.step();
    const moved = net
      .parameters()
      .map((p, i) => (optimizer.mainParams.get(p) as Tensor).sub(before[i] as Tensor));
    // Differences of float32 weights of about 0.4: eight units of 3e-8 in a hundredth.
    expect(nn.utils.getTotalNorm(moved).item()).toBeCloseTo(0.01, 5);
  });

  it("widen anew when another backward pass adds to the gradients, and forget them with zeroGrad", () => {
    const layer = new nn.Linear(2, 1, { bias: false });
    const plugin = half(alias);
    const fabric = fabricOf(plugin);
    const raw = new optim.SGD(layer.parameters(), { lr: 1 });
    const [, optimizer] = fabric.setup(layer, raw);
    const main = optimizer.mainParams.get(layer.weight) as Tensor;
    layer.weight.sum().backward();
    expect(plugin.mainParams(raw)[0]).toBe(main);
    expect(main.grad?.toArray()).toEqual([[1, 1]]);
    layer.weight.sum().backward();
    plugin.mainParams(raw);
    expect(main.grad?.toArray()).toEqual([[2, 2]]);
    for (const one of [optimizer, raw]) {
      layer.weight.sum().backward();
      plugin.mainParams(raw);
      one.zeroGrad();
      expect(main.grad).toBeNull();
      expect(layer.weight.grad).toBeNull();
    }
  });

  it("leave alone weights without gradients, frozen ones, and those that keep float32", () => {
    const net = new Net();
    net.down.weight.requiresGrad_(false);
    const fabric = fabricOf(half(alias, { keepInDtype: { "up.bias": "float32" } }));
    const [_model, optimizer] = fabric.setup(
      net,
      new optim.AdamW(net.parameters(), { weightDecay: 0.5 }),
    );
    expect(net.up.bias?.dtype).toBe("float32");
    expect(optimizer.mainParams.has(net.up.bias as Tensor)).toBe(false);
    const frozen = net.down.weight.clone().toArray();
    const kept = net.up.bias?.detach().clone() as Tensor;
    for (const p of [net.up.weight, net.up.bias as nn.Parameter])
      p.grad = torch.ones(p.shape, { dtype: p.dtype });
    const idle = net.down.bias?.detach().clone().toArray();
    optimizer.step();
    expect(net.down.weight.toArray()).toEqual(frozen);
    expect(net.down.bias?.detach().toArray()).toEqual(idle);
    expect(torch.equal(net.up.bias?.detach() as Tensor, kept)).toBe(false);
  });

  it("go on with groups of their own rates, schedulers, added groups and accumulated gradients", () => {
    const [a, b] = [new nn.Linear(2, 2, { bias: false }), new nn.Linear(2, 2, { bias: false })];
    const both = new nn.Sequential(a, b);
    const fabric = fabricOf(half(alias));
    const [, optimizer] = fabric.setup(
      both,
      new optim.SGD([{ params: a.parameters(), lr: 1 }], { lr: 0.5 }),
    );
    optimizer.addParamGroup({ params: b.parameters(), lr: 0.25 });
    const start = [a, b].map(({ weight }) => weight.detach().float());
    for (let i = 0; i < 2; i++) fabric.backward(a.weight.sum().add(b.weight.sum()));
    optimizer.step();
    expect(
      torch.allclose(a.weight.detach().float(), (start[0] as Tensor).sub(2), { atol: 0.02 }),
    ).toBe(true);
    expect(
      torch.allclose(b.weight.detach().float(), (start[1] as Tensor).sub(0.5), { atol: 0.01 }),
    ).toBe(true);
    const main = optimizer.mainParams.get(a.weight) as Tensor;
    const before = main.clone();
    optimizer.zeroGrad();
    const scheduler = new optim.lrScheduler.StepLR(optimizer.optimizer, 1, { gamma: 0.5 });
    scheduler.step();
    fabric.backward(a.weight.sum());
    optimizer.step();
    expect(torch.allclose(main, before.sub(0.5))).toBe(true);
  });

  it("serve tied weights once", () => {
    const net = new Net();
    const twice = new nn.Sequential(net.up, net.up);
    const fabric = fabricOf(half(alias));
    const [, optimizer] = fabric.setup(twice, new optim.SGD(twice.parameters(), { lr: 1 }));
    expect(optimizer.mainParams.size).toBe(2);
  });

  it("take a closure, which runs once, and refuse LBFGS, raw steps and optimizers that step by themselves", () => {
    const layer = new nn.Linear(2, 1);
    const fabric = fabricOf(half(alias));
    const raw = new optim.SGD(layer.parameters(), { lr: 0.1 });
    const [model, optimizer] = fabric.setup(layer, raw);
    let runs = 0;
    const loss = optimizer.step(() => {
      runs++;
      const out = model.forward(torch.ones([1, 2])).sum();
      fabric.backward(out);
      return out.item();
    });
    expect(runs).toBe(1);
    expect(typeof loss).toBe("number");
    expect(() => raw.step()).toThrow(/FABRIC_USAGE_RAW_STEP|past Fabric/);

    const other = new nn.Linear(2, 1);
    expect(() => fabric.setup(other, new optim.LBFGS(other.parameters()))).toThrow(/LBFGS/);
    class Own extends optim.SGD {
      override step(): undefined {
        torch.noGrad(() => {
          for (const p of this.paramGroups.flatMap((g) => g.params))
            if (p.grad !== null) p.sub_(p.grad);
        });
      }
    }
    const third = new nn.Linear(2, 1);
    const [thirdModel, own] = fabric.setup(third, new Own(third.parameters(), { lr: 1 }));
    fabric.backward(thirdModel.forward(torch.ones([1, 2])).sum());
    expect(() => own.step()).toThrow(/Own updates its parameters itself/);
  });

  it("resume to the bit: N + M steps are N, a checkpoint, and M in another Fabric", async () => {
    const path = join(folder, `resume-${alias}`);
    const make = (): [Fabric, ReturnType<Fabric["setup"]>, Net] => {
      torch.manualSeed(7);
      const net = new Net();
      const fabric = fabricOf(half(alias));
      return [
        fabric,
        fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-3 })) as never,
        net,
      ];
    };
    const train = (
      fabric: Fabric,
      [model, optimizer]: [nn.Module, optim.Optimizer],
      from: number,
      to: number,
    ): void => {
      for (let i = from; i < to; i++) {
        const [x, y] = batch(i);
        optimizer.zeroGrad();
        fabric.backward(F.crossEntropy(model.forward(x) as Tensor, y));
        optimizer.step();
      }
    };
    type Pair = [nn.Module, optim.Optimizer];
    const [straight, straightPair, straightNet] = make();
    train(straight, straightPair as unknown as Pair, 0, 6);
    const [first, firstPair] = make();
    train(first, firstPair as unknown as Pair, 0, 3);
    const [model, optimizer] = firstPair as unknown as Pair;
    await first.save(path, { model, optimizer });
    const [second, secondPair, secondNet] = make();
    torch.noGrad(() => {
      for (const p of secondNet.parameters()) p.zero_();
    });
    const [model2, optimizer2] = secondPair as unknown as Pair;
    await second.load(path, { model: model2, optimizer: optimizer2 });
    train(second, [model2, optimizer2], 3, 6);
    secondNet.parameters().forEach((p, i) => {
      const want = straightNet.parameters()[i] as nn.Parameter;
      expect(torch.equal(p.detach(), want.detach())).toBe(true);
      const [a, b] = [
        optimizer2.mainParams.get(p),
        (straightPair as unknown as Pair)[1].mainParams.get(want),
      ];
      expect(torch.equal(a as Tensor, b as Tensor)).toBe(true);
    });
  });

  it("are made anew from weights that were set from outside, which is said once", () => {
    const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const layer = new nn.Linear(1, 1, { bias: false });
    const fabric = fabricOf(half(alias));
    const [model, optimizer] = fabric.setup(layer, new optim.SGD(layer.parameters(), { lr: 1 }));
    layer.loadStateDict({ weight: torch.full([1, 1], 3) });
    fabric.backward(model.forward(torch.ones([1, 1])).sum());
    optimizer.step();
    expect(layer.weight.item()).toBe(2);
    expect(optimizer.mainParams.get(layer.weight)?.item()).toBe(2);
    expect(
      spy.mock.calls.filter(([m]) => String(m).includes("changed outside")).length,
    ).toBeLessThanOrEqual(1);
    spy.mockRestore();
  });

  it("do not fit another optimizer's checkpoint, and are dropped, said once, without the option", () => {
    const plugin = half(alias);
    const layer = new nn.Linear(2, 2);
    const fabric = fabricOf(plugin);
    fabric.setup(layer, new optim.SGD(layer.parameters(), { lr: 1 }));
    const state = plugin.stateDict() as { mainParams: Record<string, Tensor>[] };
    expect(Object.keys(state.mainParams[0] ?? {})).toEqual(["0", "1"]);
    expect(() => plugin.loadStateDict({ mainParams: [] })).toThrow(/0 optimizers, and 1/);
    expect(() =>
      plugin.loadStateDict({ mainParams: [{ 0: torch.ones([3]), 1: torch.ones([2]) }] }),
    ).toThrow(/\[2, 2\].*\[3\]/);
    plugin.loadStateDict(state);
    const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    new HalfPrecision({ precision: alias }).loadStateDict(state);
    expect(String(spy.mock.calls[0]?.[0])).toContain("not used");
    spy.mockRestore();
  });
});

describe("the options", () => {
  it("are described, and are booleans", () => {
    expect(half("bf16-true").describe()).toContain("optimizer state and master weights in float32");
    expect(new HalfPrecision({ precision: "bf16-true" }).describe()).not.toContain("master");
    expect(() => half("bf16-true", { masterWeights: "yes" as never })).toThrow(
      /`masterWeights`.*"yes"/,
    );
    expect(() => half("bf16-true", { stochasticRounding: 1 as never })).toThrow(
      /`stochasticRounding`/,
    );
  });
});
