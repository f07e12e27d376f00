// Mixed precision as users meet it: through Fabric.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { amp, functional as F, nn, optim, type Tensor } from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { MixedPrecision } from "../src/index.js";
import { scaleEight } from "./support/one-weight.js";

class Net extends nn.Module {
  fc1: nn.Linear = new nn.Linear(4, 8);
  norm: nn.BatchNorm1d = new nn.BatchNorm1d(8);
  fc2: nn.Linear = new nn.Linear(8, 3);
  seen: string[] = [];

  constructor() {
    super();
    this.registerBuffer("ids", torch.arange(0, 3));
  }

  override forward(x: Tensor, extra?: unknown): { logits: Tensor; extra: unknown } {
    const hidden = this.fc1.forward(x);
    this.seen.push(`${x.dtype} -> ${hidden.dtype}`);
    return { logits: this.fc2.forward(torch.relu(this.norm.forward(hidden))), extra };
  }
}

/** One weight, multiplied with what it is given: the gradient is the input. */
class Weight extends nn.Module {
  weight: nn.Parameter = new nn.Parameter(torch.zeros([1]));

  override forward(x: Tensor): Tensor {
    return this.weight.mul(x.float());
  }
}

const value = (module: { weight: nn.Parameter }): number => module.weight.detach().item();
const half = (): Fabric => new Fabric({ accelerator: testDevice, plugins: [scaleEight()] });

let warnings: string[] = [];

beforeEach(() => {
  torch.manualSeed(3);
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((message) => {
    warnings.push(String(message));
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  expect(torch.getDefaultDtype()).toBe("float32");
  expect(torch.autocastState("cpu").enabled).toBe(false);
});

describe.each([
  ["16-mixed", "float16"],
  ["bf16-mixed", "bfloat16"],
] as const)("dtypes under %s", (precision, dtype) => {
  const make = (): Fabric =>
    new Fabric({
      accelerator: testDevice,
      plugins: [new MixedPrecision({ precision, device: "cpu" })],
    });

  it.each(["setup", "initModule"])(
    "are float32 everywhere but in activations (module made by %s)",
    (how) => {
      const fabric = make();
      const net = how === "setup" ? new Net() : fabric.initModule(() => new Net());
      const adamw = new optim.AdamW(net.parameters(), { lr: 1e-3 });
      const [model, optimizer] = fabric.setup(net, adamw);
      const { logits, extra } = model.forward(torch.rand([2, 4], { dtype: "float64" }), {
        mask: torch.ones([2], { dtype: "bool" }),
        times: [torch.rand([1])],
      });
      fabric.backward(F.crossEntropy(logits, torch.tensor([0n, 2n])));
      optimizer.step();
      expect(net.seen).toEqual([`${dtype} -> ${dtype}`]);
      expect(logits.dtype).toBe("float32");
      expect((extra as { mask: Tensor }).mask.dtype).toBe("bool");
      expect(new Set(net.parameters().map((parameter) => parameter.dtype))).toEqual(
        new Set(["float32"]),
      );
      expect(new Set(net.parameters().map((parameter) => parameter.grad?.dtype))).toEqual(
        new Set(["float32"]),
      );
      expect(net.norm.getBuffer("running_mean").dtype).toBe("float32");
      expect(net.getBuffer("ids").dtype).toBe("int64");
      for (const state of adamw.state.values()) {
        for (const entry of Object.values(state))
          if (typeof entry !== "number") expect(entry.dtype).toBe("float32");
      }
    },
  );

  it("restore after a forward that throws", () => {
    class Broken extends nn.Module {
      override forward(_x: Tensor): Tensor {
        throw new Error("broken");
      }
    }
    const model = make().setup(new Broken());
    expect(() => model.forward(torch.ones([1]))).toThrow("broken");
    expect(torch.autocastState("cpu").enabled).toBe(false);
  });

  it("apply outside forward on request", () => {
    const fabric = make();
    const product = fabric.autocast(() => torch.ones([2, 2]).mm(torch.ones([2, 2])));
    expect(product.dtype).toBe(dtype);
  });
});

describe("precision by name", () => {
  it("is found and served for both aliases", () => {
    const fabric = new Fabric({ accelerator: testDevice, precision: "bf16-mixed" });
    expect(fabric.precision.precision).toBe("bf16-mixed");
    expect(fabric.lossScale).toBe(1);
  });

  it("honours a 16-mixed plugin object on a CPU, scaler and all", () => {
    const fabric = half();
    expect(fabric.precision.precision).toBe("16-mixed");
    expect(fabric.lossScale).toBe(8);
  });

  it("refuses a plugin made for another device", () => {
    const plugin = new MixedPrecision({ precision: "bf16-mixed", device: "cuda" });
    expect(() => new Fabric({ accelerator: testDevice, plugins: [plugin] })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_DEVICE" }),
    );
  });
});

describe("the backward guard", () => {
  it("makes a plain backward throw where there is a scaler", () => {
    const fabric = half();
    const [model] = fabric.setup(
      new Weight(),
      new optim.SGD([new nn.Parameter(torch.zeros([1]))], { lr: 1 }),
    );
    const loss = model.forward(torch.ones([1])).sum();
    expect(() => loss.backward()).toThrow(
      expect.objectContaining({ code: "FABRIC_USAGE_BACKWARD" }),
    );
    fabric.backward(model.forward(torch.ones([1])).sum());
  });

  it("is not needed under bf16-mixed", () => {
    const fabric = new Fabric({ accelerator: testDevice, precision: "bf16-mixed" });
    const net = new Weight();
    fabric
      .setup(net)
      .forward(torch.ones([1]))
      .sum()
      .backward();
    expect(net.weight.grad?.item()).toBe(1);
  });
});

describe("two optimizers and one scaler", () => {
  it.each([true, false])(
    "move each weight by exactly 1 while the scale goes from 8 to 16 (clipped: %s)",
    (clipped) => {
      const fabric = half();
      const [a, b] = [new Weight(), new Weight()];
      const [modelA, optimizerA] = fabric.setup(a, new optim.SGD(a.parameters(), { lr: 1 }));
      const [modelB, optimizerB] = fabric.setup(b, new optim.SGD(b.parameters(), { lr: 1 }));
      const x = torch.ones([1]);
      fabric.backward(modelA.forward(x).add(modelB.forward(x)).sum());
      if (clipped) {
        expect(fabric.clipGradients(modelA, optimizerA, { maxNorm: 10 }).item()).toBe(1);
        expect(fabric.clipGradients(modelB, optimizerB, { maxNorm: 10 }).item()).toBe(1);
      }
      optimizerA.step();
      optimizerB.step();
      expect([value(a), value(b)]).toEqual([-1, -1]);
      expect(fabric.lossScale).toBe(16);
    },
  );
});

describe("an overflow in the first step", () => {
  function overflowing() {
    const fabric = half();
    const net = new Weight();
    const sgd = new optim.SGD(net.parameters(), { lr: 1 });
    const schedule = new optim.lrScheduler.StepLR(sgd, 1, { gamma: 0.5 });
    const [model, optimizer, scheduler] = fabric.setup(net, sgd, { scheduler: schedule });
    fabric.backward(model.forward(torch.full([1], Number.POSITIVE_INFINITY)).sum());
    return { fabric, net, sgd, model, optimizer, scheduler };
  }

  it("with clipping throws nothing, changes no parameter, halves the scale and keeps the schedule", () => {
    const { fabric, net, sgd, model, optimizer, scheduler } = overflowing();
    const norm = fabric.clipGradients(model, optimizer, { maxNorm: 1 });
    expect(Number.isFinite(norm.item())).toBe(false);
    expect(optimizer.step()).toBeUndefined();
    scheduler.step();
    expect(value(net)).toBe(0);
    expect(fabric.lossScale).toBe(4);
    expect(sgd.paramGroups[0]?.lr).toBe(1);
    expect(optimizer.stepWasSkipped).toBe(true);
    expect(optimizer.lastStep).toMatchObject({ skipped: true, lossScale: 8 });
  });

  it("lets the next step and the schedule go on", () => {
    const { fabric, net, sgd, model, optimizer, scheduler } = overflowing();
    optimizer.step();
    scheduler.step();
    optimizer.zeroGrad();
    fabric.backward(model.forward(torch.ones([1])).sum());
    optimizer.step();
    scheduler.step();
    expect(value(net)).toBe(-1);
    expect(optimizer.stepWasSkipped).toBe(false);
    expect(sgd.paramGroups[0]?.lr).toBe(0.5);
  });

  it("throws if errorIfNonfinite was asked for", () => {
    const { fabric, model, optimizer } = overflowing();
    expect(() =>
      fabric.clipGradients(model, optimizer, { maxNorm: 1, errorIfNonfinite: true }),
    ).toThrow(expect.objectContaining({ code: "FABRIC_USAGE_NONFINITE_GRADIENT" }));
  });

  it("clips by value without a throw, too", () => {
    const { fabric, net, model, optimizer } = overflowing();
    expect(fabric.clipGradients(model, optimizer, { clipValue: 1 })).toBeUndefined();
    optimizer.step();
    expect(value(net)).toBe(0);
    expect(optimizer.stepWasSkipped).toBe(true);
  });
});

describe("clipping", () => {
  it("clips true gradients, once, however often it is called", () => {
    const fabric = half();
    const net = new Weight();
    const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 1 }));
    fabric.backward(model.forward(torch.full([1], 4)).sum());
    expect(fabric.clipGradients(model, optimizer, { maxNorm: 2 }).item()).toBe(4);
    // The coefficient is maxNorm / (norm + 1e-6), as in PyTorch.
    expect(fabric.clipGradients(model, optimizer, { maxNorm: 2 }).item()).toBeCloseTo(2, 5);
    optimizer.step();
    expect(value(net)).toBeCloseTo(-2, 5);
  });

  it("before the first backward is a usage error", () => {
    const fabric = half();
    const net = new Weight();
    const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 1 }));
    expect(() => fabric.clipGradients(model, optimizer, { maxNorm: 1 })).toThrow(
      expect.objectContaining({ code: "FABRIC_USAGE_NO_BACKWARD" }),
    );
  });

  it("works with a fused optimizer", () => {
    const run = (fabric: Fabric): number => {
      const net = new Weight();
      const adamw = new optim.AdamW(net.parameters(), { lr: 0.1, fused: true });
      const [model, optimizer] = fabric.setup(net, adamw);
      fabric.backward(model.forward(torch.full([1], 4)).sum());
      fabric.clipGradients(model, optimizer, { maxNorm: 2 });
      optimizer.step();
      return value(net);
    };
    expect(run(half())).toBe(run(new Fabric({ accelerator: testDevice })));
  });
});

describe("closures", () => {
  it("run before the scaler's step, through fabric.backward", () => {
    const fabric = half();
    const net = new Weight();
    const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 1 }));
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const loss = model.forward(torch.ones([1])).sum();
      fabric.backward(loss);
      return loss;
    }) as Tensor;
    expect(loss.item()).toBe(0);
    expect(value(net)).toBe(-1);
  });

  it("are refused for LBFGS under a scaler", () => {
    const fabric = half();
    const net = new Weight();
    const [, optimizer] = fabric.setup(net, new optim.LBFGS(net.parameters(), { lr: 1 }));
    expect(() => optimizer.step(() => 0)).toThrow(
      expect.objectContaining({ code: "FABRIC_UNSUPPORTED_OPTIMIZER" }),
    );
  });
});

describe("checkpoints", () => {
  it("bring the scaler back at an odd growth counter: the next 50 steps are the same bit for bit", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fabric-mixed-"));
    try {
      const make = () => {
        torch.manualSeed(5);
        const scaler = new amp.GradScaler({ device: "cpu", initScale: 64, growthInterval: 4 });
        const fabric = new Fabric({
          accelerator: testDevice,
          plugins: [new MixedPrecision({ precision: "16-mixed", device: "cpu", scaler })],
        });
        const net = new Net();
        const [model, optimizer] = fabric.setup(
          net,
          new optim.AdamW(net.parameters(), { lr: 1e-2 }),
        );
        const generator = new torch.Generator(testDevice);
        const step = (i: number): string => {
          generator.manualSeed(i);
          optimizer.zeroGrad();
          const x = torch.rand([4, 4], { generator });
          const { logits } = model.forward(i % 9 === 8 ? x.mul(Number.POSITIVE_INFINITY) : x);
          const loss = F.crossEntropy(logits, torch.tensor([0n, 1n, 2n, 0n]));
          fabric.backward(loss);
          fabric.clipGradients(model, optimizer, { maxNorm: 1 });
          optimizer.step();
          return `${fabric.lossScale} ${[...net.fc1.weight.detach().toTypedArray()].join(" ")}`;
        };
        return { fabric, model, optimizer, step };
      };
      const whole = make();
      for (let i = 0; i < 7; i++) whole.step(i);
      expect(whole.fabric.precision.stateDict()).toMatchObject({ scale: 128, _growth_tracker: 3 });
      const path = join(folder, "run");
      await whole.fabric.save(path, { model: whole.model, optimizer: whole.optimizer });
      const resumed = make();
      await resumed.fabric.load(path, { model: resumed.model, optimizer: resumed.optimizer });
      expect(resumed.fabric.precision.stateDict()).toMatchObject({
        scale: 128,
        _growth_tracker: 3,
      });
      for (let i = 7; i < 57; i++) expect(resumed.step(i), `step ${i}`).toBe(whole.step(i));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("two Fabrics in one process", () => {
  it("do not share a scale", () => {
    const [one, other] = [half(), half()];
    const net = new Weight();
    const [model, optimizer] = one.setup(net, new optim.SGD(net.parameters(), { lr: 1 }));
    one.backward(model.forward(torch.ones([1])).sum());
    optimizer.step();
    expect([one.lossScale, other.lossScale]).toEqual([16, 8]);
  });
});
