import {
  Fabric,
  FabricError,
  type FabricModule,
  nn,
  optim,
  Precision,
  type Tensor,
  torch,
} from "@fabric/core";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { batch, Net, sgd, snapshot, standardError, thrown, warnings } from "./helpers.js";

/** Records its hooks. */
class Recorder extends Precision {
  readonly precision = "recorder";
  readonly calls: string[] = [];
  override convertModule<M extends nn.Module>(module: M): M {
    this.calls.push(`convertModule on ${module.parameters()[0]?.device}`);
    return module;
  }
  override prepareOptimizer(): void {
    this.calls.push("prepareOptimizer");
  }
  override tensorInitContext(): Disposable {
    return this.#context("tensorInitContext");
  }
  override moduleInitContext(): Disposable {
    return this.#context("moduleInitContext");
  }
  override forwardContext(): Disposable {
    return this.#context("forwardContext");
  }
  override convertInput<T>(data: T): T {
    this.calls.push(`convertInput(${(data as unknown[]).length})`);
    return data;
  }
  override convertOutput<T>(data: T): T {
    this.calls.push("convertOutput");
    return data;
  }
  override preBackward(): void {
    this.calls.push("preBackward");
  }
  override backward(...args: Parameters<Precision["backward"]>): void {
    this.calls.push("backward");
    super.backward(...args);
  }
  override postBackward(): void {
    this.calls.push("postBackward");
  }
  override optimizerStep(...args: Parameters<Precision["optimizerStep"]>): unknown {
    this.calls.push("optimizerStep");
    return super.optimizerStep(...args);
  }
  override mainParams(optimizer: optim.Optimizer): Tensor[] {
    this.calls.push("mainParams");
    return super.mainParams(optimizer);
  }
  override unscaleGradients(): void {
    this.calls.push("unscaleGradients");
  }
  override teardown(): void {
    this.calls.push("teardown");
  }
  #context(name: string): Disposable {
    this.calls.push(`enter ${name}`);
    return { [Symbol.dispose]: () => void this.calls.push(`leave ${name}`) };
  }
}

describe("one training step", () => {
  it("calls the plugin's hooks in the documented order", () => {
    const plugin = new Recorder();
    const order: string[] = [];
    const fabric = new Fabric({
      plugins: plugin,
      callbacks: {
        onAfterSetup: () => plugin.calls.push("onAfterSetup"),
        onAfterOptimizerStep: () => plugin.calls.push("onAfterOptimizerStep"),
      },
    });
    class Speaking extends Net {
      override forward(x: Tensor): Tensor {
        plugin.calls.push("forward");
        return super.forward(x);
      }
    }
    const net = new Speaking();
    const [model, optimizer] = fabric.setup(net, sgd(net));
    const [x, y] = batch();
    const loss = nn.functional.mseLoss(model.forward(x), y);
    fabric.backward(loss);
    fabric.clipGradients(model, optimizer, { maxNorm: 1 });
    optimizer.step();
    optimizer.zeroGrad();
    fabric.teardown();
    order.push(...plugin.calls);
    expect(order).toEqual([
      "convertModule on cpu",
      "prepareOptimizer",
      "onAfterSetup",
      "convertInput(1)",
      "enter forwardContext",
      "forward",
      "leave forwardContext",
      "convertOutput",
      "preBackward",
      "backward",
      "postBackward",
      "unscaleGradients",
      "mainParams",
      "optimizerStep",
      "onAfterOptimizerStep",
      "teardown",
    ]);
  });

  it("trains: the loss falls and every weight moves", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    torch.manualSeed(0);
    const net = new Net();
    const before = snapshot(net);
    const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-2 }));
    const [x, y] = batch();
    const losses: number[] = [];
    for (let i = 0; i < 20; i++) {
      optimizer.zeroGrad();
      const loss = nn.functional.mseLoss(model.forward(x), y);
      fabric.backward(loss);
      optimizer.step();
      losses.push(loss.item());
    }
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) * 0.8);
    for (const [name, parameter] of net.namedParameters())
      expect(torch.equal(parameter, before.get(name) as Tensor), name).toBe(false);
  });
});

describe("setup", () => {
  it("returns the module alone, or with optimizers, or with the scheduler last and as it came", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const net = new Net();
    const alone: FabricModule<Net> & Net = fabric.setup(net);
    expect(alone).toBeInstanceOf(Net);
    const [a, b] = [new Net(), new Net()];
    const both = new nn.Sequential(a, b);
    const scheduler = { step: (): void => {} };
    const result = fabric.setup(both, sgd(a), new optim.AdamW(b.parameters(), { lr: 1e-3 }), {
      scheduler,
    });
    expect(result).toHaveLength(4);
    expect(result[1]).toBeInstanceOf(optim.SGD);
    expect(result[2]).toBeInstanceOf(optim.AdamW);
    expect(result[3]).toBe(scheduler);
  });

  it("refuses to wrap twice, and what is no module or optimizer", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const net = new Net();
    const [model, optimizer] = fabric.setup(net, sgd(net));
    thrown("FABRIC_USAGE_ALREADY_WRAPPED", () => fabric.setup(model));
    thrown("FABRIC_USAGE_ALREADY_WRAPPED", () => fabric.setupModule(model));
    thrown("FABRIC_USAGE_ALREADY_WRAPPED", () => fabric.setup(new Net(), optimizer));
    thrown("FABRIC_USAGE_ALREADY_WRAPPED", () => fabric.setupOptimizers(optimizer));
    thrown("FABRIC_USAGE_NOT_MODULE", () => fabric.setup(Net as never));
    thrown("FABRIC_USAGE_NOT_MODULE", () => fabric.setup(null as never));
    thrown("FABRIC_USAGE_NOT_OPTIMIZER", () => fabric.setup(new Net(), new Net() as never));
    thrown("FABRIC_CONFIG_OPTION", () => fabric.setup(new Net(), { moveTodevice: true } as never));
    thrown("FABRIC_USAGE_NO_OPTIMIZER", () =>
      fabric.setupOptimizers(...([] as unknown as [optim.Optimizer])),
    );
    thrown("FABRIC_USAGE_NOT_SCHEDULER", () =>
      fabric.setup(new Net(), sgd(new Net()), { scheduler: 3 as never }),
    );
  });

  it("fires onAfterSetup for setup only, with the wrapped module", () => {
    const payloads: { fabric: Fabric; module: unknown }[] = [];
    const fabric = new Fabric({
      accelerator: testDevice,
      callbacks: [{ onAfterSetup: (p: never) => payloads.push(p) }],
    });
    fabric.setupModule(new Net());
    expect(payloads).toHaveLength(0);
    const model = fabric.setup(new Net());
    expect(payloads).toHaveLength(1);
    expect(payloads[0]?.module).toBe(model);
    expect(payloads[0]?.fabric).toBe(fabric);
  });

  it("sets up optimizers apart, but not on meta parameters", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const net = new Net();
    const model = fabric.setupModule(net);
    const optimizer = fabric.setupOptimizers(sgd(net));
    fabric.backward(model.forward(batch()[0]).sum());
    optimizer.step();
    expect(optimizer.lastStep).toEqual({ skipped: false, lossScale: 1 });
    const pair = fabric.setupOptimizers(sgd(new Net()), sgd(new Net()));
    expect(pair).toHaveLength(2);
    const meta = new Net();
    meta.to("meta");
    thrown("FABRIC_USAGE_META_PARAMETERS", () => fabric.setupOptimizers(sgd(meta)));
  });

  it("warns about parameters on several devices, with an example and a count, before it moves them", async () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const net = new Net();
    net.fc2.to("meta");
    const seen = await warnings(() => {
      // The move itself then fails, since meta tensors have no data.
      expect(() => fabric.setup(net)).toThrow();
    });
    const text = seen.find((line) => line.startsWith("FABRIC_USAGE_MIXED_DEVICES")) ?? "";
    expect(text).toContain("`fc2.weight` on meta");
    expect(text).toContain("2 away");
    expect(fabric.setup(net, { moveToDevice: false }).fc2.weight.device).toBe("meta");
  });

  it("warns when float16 weights are trained without a scaler", async () => {
    class Half extends Precision {
      readonly precision = "16-true";
    }
    const net = new Net();
    const seen = await warnings(() => new Fabric({ plugins: new Half() }).setup(net, sgd(net)));
    expect(seen.some((line) => line.startsWith("FABRIC_CONFIG_HALF_TRAINING"))).toBe(true);
  });

  it("gives a module with a field `fabric` its Fabric, and calls its hooks", () => {
    class Attached extends Net {
      fabric: Fabric | null = null;
      seen: string[] = [];
      onAfterSetup(): void {
        this.seen.push("onAfterSetup");
      }
    }
    const fabric = new Fabric({ accelerator: testDevice });
    const net = new Attached();
    fabric.setup(net);
    expect(net.fabric).toBe(fabric);
    expect(net.seen).toEqual(["onAfterSetup"]);
    expect(fabric.callbacks).toEqual([net]);
  });

  it("converts before the move, and moves what conversion returned", () => {
    class Replacing extends Precision {
      readonly precision = "replacing";
      override convertModule<M extends nn.Module>(module: M): M {
        return new nn.Sequential(module) as unknown as M;
      }
    }
    const fabric = new Fabric({ plugins: new Replacing() });
    const model = fabric.setup(new Net());
    expect(model).toBeInstanceOf(nn.Sequential);
    expect(Object.keys(model.stateDict())).toContain("0.fc1.weight");
  });
});

describe("the rest of the surface", () => {
  it("gives loggers one-element tensors as numbers, and refuses larger ones", () => {
    const logged: unknown[] = [];
    const fabric = new Fabric({
      accelerator: testDevice,
      loggers: { logMetrics: (metrics, step) => logged.push([metrics, step]) },
    });
    fabric.log("loss", torch.tensor(0.5), 3);
    fabric.logDict({ a: 1, b: torch.tensor([2]) });
    expect(logged).toEqual([
      [{ loss: 0.5 }, 3],
      [{ a: 1, b: 2 }, undefined],
    ]);
    thrown("FABRIC_USAGE_METRIC", () => fabric.log("x", torch.ones([2])));
    thrown("FABRIC_USAGE_METRIC", () => fabric.log("x", "text"));
    thrown("FABRIC_USAGE_NO_LOGGER", () => new Fabric().logger);
  });

  it("calls hooks by name, skips what is no function with a warning, and lets exceptions through", async () => {
    const calls: unknown[] = [];
    const fabric = new Fabric({
      accelerator: testDevice,
      callbacks: [
        { onEpoch: 3 },
        { other: 1 },
        { onEpoch: (payload: unknown) => calls.push(payload) },
      ],
    });
    const seen = await warnings(() => fabric.call("onEpoch", { epoch: 1 }));
    expect(calls).toEqual([{ epoch: 1 }]);
    expect(seen.filter((line) => line.startsWith("FABRIC_USAGE_CALLBACK"))).toHaveLength(1);
    const failing = new Fabric({
      callbacks: {
        onEpoch: () => {
          throw new Error("mine");
        },
      },
    });
    expect(() => failing.call("onEpoch")).toThrow("mine");
  });

  it("unwraps in collections, and tells what is wrapped", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const net = new Net();
    const [model, optimizer] = fabric.setup(net, sgd(net));
    expect([fabric.isWrapped(model), fabric.isWrapped(optimizer), fabric.isWrapped(net)]).toEqual([
      true,
      true,
      false,
    ]);
    const raw = fabric.unwrap({ models: [model], optimizer });
    expect(raw.models[0]).toBe(net);
    expect(raw.optimizer).toBe(optimizer.optimizer);
    expect(fabric.unwrap(model, { original: true })).toBe(net);
  });

  it("moves modules in place and collections as new ones", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    const net = new Net();
    const model = fabric.setup(net);
    expect(fabric.toDevice(net)).toBe(net);
    expect(fabric.toDevice(model)).toBe(model);
    const data = { x: torch.ones([1]) };
    expect(fabric.toDevice(data)).toBe(data);
  });

  it("tears the plugin down, also through `await using`", async () => {
    const plugin = new Recorder();
    {
      await using _fabric = new Fabric({ plugins: plugin });
    }
    expect(plugin.calls).toEqual(["teardown"]);
  });

  it("prints once per machine", () => {
    const lines: unknown[][] = [];
    const log = console.log;
    console.log = (...values: unknown[]) => void lines.push(values);
    try {
      new Fabric({ accelerator: testDevice }).print("loss", 1);
    } finally {
      console.log = log;
    }
    expect(lines).toEqual([["loss", 1]]);
  });

  it("names itself as an error of ours when backward gets no tensor", () => {
    const fabric = new Fabric({ accelerator: testDevice });
    expect(
      thrown("FABRIC_USAGE_BACKWARD_ARGUMENT", () => fabric.backward(3 as never)),
    ).toBeInstanceOf(FabricError);
    expect(standardError(() => {})).toBe("");
  });
});
