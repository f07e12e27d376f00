import { Fabric, optim, Precision, type StepReport, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { Net, sgd } from "../helpers.js";

/** Skips the steps that it is told to. */
class Skipping extends Precision {
  readonly precision = "skipping";
  skip = false;
  override optimizerStep(...args: Parameters<Precision["optimizerStep"]>): unknown {
    return this.skip ? undefined : super.optimizerStep(...args);
  }
  override stepReport(): StepReport {
    return { skipped: this.skip, lossScale: 8 };
  }
  override lossScale(): number {
    return 8;
  }
}

function setUp(plugin: Precision | undefined): {
  fabric: Fabric;
  model: Net;
  optimizer: ReturnType<typeof wrap>;
} {
  const fabric = new Fabric(
    plugin === undefined ? { accelerator: testDevice } : { plugins: plugin },
  );
  torch.manualSeed(1); // an unlucky start has no gradient behind its relu
  const net = new Net();
  const [model, optimizer] = fabric.setup(net, sgd(net));
  return { fabric, model, optimizer };
}
const wrap = (fabric: Fabric, net: Net) => fabric.setup(net, sgd(net))[1];

describe("an optimizer set up by Fabric", () => {
  it("is an instance of the raw class, with its members", () => {
    const net = new Net();
    const raw = sgd(net);
    const optimizer = new Fabric({ accelerator: testDevice }).setup(net, raw)[1];
    expect(optimizer).toBeInstanceOf(optim.SGD);
    expect(optimizer.optimizer).toBe(raw);
    expect(optimizer.paramGroups).toBe(raw.paramGroups);
    (optimizer.paramGroups[0] as { lr: number }).lr = 0.5;
    expect(raw.paramGroups[0]?.lr).toBe(0.5);
  });

  it("passes zeroGrad, state dicts and added groups through", () => {
    const { fabric, model, optimizer } = setUp(undefined);
    fabric.backward(model.forward(torch.ones([1, 4])).sum());
    optimizer.zeroGrad({ setToNone: false });
    expect(model.fc1.weight.grad?.abs().sum().item()).toBe(0);
    optimizer.zeroGrad();
    expect(model.fc1.weight.grad).toBeNull();
    expect(optimizer.stateDict().param_groups).toHaveLength(1);
    optimizer.loadStateDict(optimizer.stateDict());
  });

  it("runs a closure with gradients on, and returns what it returned", () => {
    const { fabric, model, optimizer } = setUp(undefined);
    const before = model.fc1.weight.detach().clone();
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const value = model.forward(torch.ones([1, 4])).sum();
      fabric.backward(value);
      return value;
    }) as Tensor;
    expect(loss.shape).toEqual([]);
    expect(torch.equal(before, model.fc1.weight)).toBe(false);
  });

  it("tells after each step whether it was skipped, and the loss scale", () => {
    const plugin = new Skipping();
    const { fabric, optimizer } = setUp(plugin);
    expect([optimizer.lastStep, optimizer.stepWasSkipped]).toEqual([null, false]);
    plugin.skip = true;
    expect(optimizer.step()).toBeUndefined();
    expect(optimizer.lastStep).toEqual({ skipped: true, lossScale: 8 });
    expect(optimizer.stepWasSkipped).toBe(true);
    plugin.skip = false;
    optimizer.step();
    expect(optimizer.stepWasSkipped).toBe(false);
    expect(fabric.lossScale).toBe(8);
    expect(setUp(undefined).fabric.lossScale).toBe(1);
  });

  it("reports the norm that clipping measured for the step that follows", () => {
    const { fabric, model, optimizer } = setUp(undefined);
    fabric.backward(model.forward(torch.ones([1, 4])).sum());
    const norm = fabric.clipGradients(model, optimizer, { maxNorm: 1 }).item();
    optimizer.step();
    expect(optimizer.lastStep).toEqual({ skipped: false, lossScale: 1, gradNorm: norm });
    optimizer.step();
    expect(optimizer.lastStep).toEqual({ skipped: false, lossScale: 1 });
  });

  it("fires onAfterOptimizerStep after every step with the raw optimizer, skipped ones included", () => {
    const seen: { optimizer: unknown; stepped: boolean; lossScale: number; strategy: unknown }[] =
      [];
    const plugin = new Skipping();
    const fabric = new Fabric({
      plugins: plugin,
      callbacks: { onAfterOptimizerStep: (payload: never) => seen.push(payload) },
    });
    const net = new Net();
    const raw = sgd(net);
    const optimizer = fabric.setup(net, raw)[1];
    optimizer.step();
    plugin.skip = true;
    optimizer.step();
    expect(seen.map(({ stepped, lossScale }) => [stepped, lossScale])).toEqual([
      [true, 8],
      [false, 8],
    ]);
    expect(seen[0]?.optimizer).toBe(raw);
    expect(seen[0]?.strategy).toBe(fabric.strategy);
  });
});

describe("a scheduler given to setup", () => {
  const countingScheduler = (): { count: number; step(): void } => ({
    count: 0,
    step() {
      this.count++;
    },
  });

  it("waits while the step before it was skipped", () => {
    const plugin = new Skipping();
    const net = new Net();
    const [, optimizer, scheduler] = new Fabric({ plugins: plugin }).setup(net, sgd(net), {
      scheduler: countingScheduler(),
    });
    plugin.skip = true;
    optimizer.step();
    scheduler.step();
    expect(scheduler.count).toBe(0);
    plugin.skip = false;
    optimizer.step();
    scheduler.step();
    expect(scheduler.count).toBe(1);
  });

  it("may be a real one, made from the wrapped optimizer after set-up", () => {
    const plugin = new Skipping();
    const fabric = new Fabric({ plugins: plugin });
    const net = new Net();
    const [, optimizer] = fabric.setup(net, sgd(net, 1));
    const scheduler = new optim.lrScheduler.StepLR(optimizer, 1, { gamma: 0.5 });
    expect(fabric.setupSchedulers(scheduler)).toBe(scheduler);
    plugin.skip = true;
    optimizer.step();
    scheduler.step();
    expect(optimizer.paramGroups[0]?.lr).toBe(1);
    plugin.skip = false;
    optimizer.step();
    scheduler.step();
    expect(optimizer.paramGroups[0]?.lr).toBe(0.5);
  });

  it("advances once an epoch if at least one step of it was made", () => {
    const plugin = new Skipping();
    const net = new Net();
    const [, optimizer, scheduler] = new Fabric({ plugins: plugin }).setup(net, sgd(net), {
      scheduler: countingScheduler(),
    });
    optimizer.step();
    plugin.skip = true;
    optimizer.step();
    scheduler.step();
    expect(scheduler.count).toBe(1);
    scheduler.step();
    expect(scheduler.count).toBe(2);
  });
});
