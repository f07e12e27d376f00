import * as torch from "@fabric/torch";
import { amp, nn, optim } from "@fabric/torch";
import { describe, expect, it, vi } from "vitest";
import { MixedPrecision } from "../src/index.js";
import { oneWeight, scaleEight } from "./support/one-weight.js";

describe("two optimizers that share one scaler", () => {
  // Gradient 1, learning rate 1, scale 8 -> 16: with a scaler that is updated at each step the second weight moves by
  // 0.5, and by 0.0625 if both were clipped before.
  describe.each([true, false])("announced beforehand: %s", (announced) => {
    function setUp() {
      const mixed = scaleEight();
      const a = oneWeight();
      const b = oneWeight();
      if (announced) for (const { optimizer } of [a, b]) mixed.prepareOptimizer(optimizer);
      return { mixed, a, b };
    }

    it("moves each weight by exactly 1 when the scale grows, without clipping", () => {
      const { mixed, a, b } = setUp();
      mixed.backward(a.loss().add(b.loss()), null);
      mixed.optimizerStep(a.optimizer);
      mixed.optimizerStep(b.optimizer);
      expect([a.value(), b.value()]).toEqual([-1, -1]);
      expect(mixed.lossScale()).toBe(16);
    });

    it("moves each weight by exactly 1 when the scale grows, with clipping", () => {
      const { mixed, a, b } = setUp();
      mixed.backward(a.loss().add(b.loss()), null);
      mixed.unscaleGradients(a.optimizer);
      mixed.unscaleGradients(b.optimizer);
      nn.utils.clipGradNorm_(mixed.mainParams(a.optimizer), 10);
      nn.utils.clipGradNorm_(mixed.mainParams(b.optimizer), 10);
      mixed.optimizerStep(a.optimizer);
      mixed.optimizerStep(b.optimizer);
      expect([a.value(), b.value()]).toEqual([-1, -1]);
      expect(mixed.lossScale()).toBe(16);
    });

    it.each(["first", "second"])(
      "moves the other weight by exactly 1 when the %s one overflows",
      (which) => {
        const { mixed, a, b } = setUp();
        const [bad, good] = which === "first" ? [a, b] : [b, a];
        mixed.backward(bad.loss(Number.POSITIVE_INFINITY).add(good.loss()), null);
        mixed.optimizerStep(a.optimizer);
        mixed.optimizerStep(b.optimizer);
        expect([bad.value(), good.value()]).toEqual([0, -1]);
        expect(mixed.stepReport(bad.optimizer)).toEqual({ skipped: true, lossScale: 8 });
        expect(mixed.stepReport(good.optimizer)).toEqual({ skipped: false, lossScale: 8 });
        expect(mixed.lossScale()).toBe(4);
      },
    );

    it.each(["first", "second"])(
      "does so with clipping, too, when the %s one overflows",
      (which) => {
        const { mixed, a, b } = setUp();
        const [bad, good] = which === "first" ? [a, b] : [b, a];
        mixed.backward(bad.loss(Number.NaN).add(good.loss()), null);
        mixed.unscaleGradients(a.optimizer);
        mixed.unscaleGradients(b.optimizer);
        mixed.optimizerStep(a.optimizer);
        mixed.optimizerStep(b.optimizer);
        expect([bad.value(), good.value()]).toEqual([0, -1]);
        expect(mixed.lossScale()).toBe(4);
      },
    );

    it("counts one generation, not one step an optimizer", () => {
      const mixed = scaleEight({ growthInterval: 100 });
      const a = oneWeight();
      const b = oneWeight();
      if (announced) for (const { optimizer } of [a, b]) mixed.prepareOptimizer(optimizer);
      for (let i = 1; i <= 3; i++) {
        mixed.backward(a.loss().add(b.loss()), null);
        mixed.optimizerStep(a.optimizer);
        mixed.optimizerStep(b.optimizer);
        expect(mixed.stateDict()).toMatchObject({ scale: 8, _growth_tracker: i });
        a.optimizer.zeroGrad();
        b.optimizer.zeroGrad();
      }
    });
  });

  it("changes the scale once every optimizer that got gradients has stepped", () => {
    const mixed = scaleEight();
    const [a, b, idle] = [oneWeight(), oneWeight(), oneWeight()];
    for (const { optimizer } of [a, b, idle]) mixed.prepareOptimizer(optimizer);
    mixed.backward(a.loss().add(b.loss()), null);
    mixed.optimizerStep(a.optimizer);
    expect(mixed.lossScale()).toBe(8);
    mixed.optimizerStep(b.optimizer);
    expect(mixed.lossScale()).toBe(16);
  });

  it("changes the scale at the next backward if one of them never steps", () => {
    const mixed = scaleEight();
    const [a, b] = [oneWeight(), oneWeight()];
    for (const { optimizer } of [a, b]) mixed.prepareOptimizer(optimizer);
    mixed.backward(a.loss().add(b.loss()), null);
    mixed.optimizerStep(a.optimizer);
    b.optimizer.zeroGrad();
    mixed.backward(a.loss(), null);
    expect(mixed.lossScale()).toBe(16);
  });

  it("gives the right sum to an optimizer that steps every second time only", () => {
    const mixed = scaleEight();
    const [a, b] = [oneWeight(), oneWeight()];
    for (const { optimizer } of [a, b]) mixed.prepareOptimizer(optimizer);
    for (let i = 0; i < 2; i++) {
      a.optimizer.zeroGrad();
      mixed.backward(a.loss().add(b.loss()), null); // scale 8, then 16
      mixed.optimizerStep(a.optimizer);
    }
    mixed.optimizerStep(b.optimizer);
    expect([a.value(), b.value()]).toEqual([-2, -2]);
    expect(mixed.lossScale()).toBe(32);
  });

  it("serves optimizers in turns, as adversarial training has them", () => {
    const mixed = scaleEight();
    const [a, b] = [oneWeight(), oneWeight()];
    for (const { optimizer } of [a, b]) mixed.prepareOptimizer(optimizer);
    for (let i = 1; i <= 3; i++) {
      for (const { loss, optimizer } of [a, b]) {
        optimizer.zeroGrad();
        mixed.backward(loss(), null);
        mixed.optimizerStep(optimizer);
      }
      expect([a.value(), b.value()]).toEqual([-i, -i]);
    }
    expect(mixed.lossScale()).toBe(8 * 2 ** 6);
  });
});

describe("one optimizer", () => {
  it("accumulates gradients over several backward passes with one scale", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    mixed.backward(a.loss(), null);
    mixed.backward(a.loss(2), null);
    expect(a.weight.grad?.item()).toBe(24);
    mixed.optimizerStep(a.optimizer);
    expect(a.value()).toBe(-3);
    expect(mixed.lossScale()).toBe(16);
  });

  it("is unscaled once, however often that is asked for", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    mixed.backward(a.loss(), null);
    for (let i = 0; i < 3; i++) mixed.unscaleGradients(a.optimizer);
    expect(a.weight.grad?.item()).toBe(1);
    mixed.optimizerStep(a.optimizer);
    mixed.unscaleGradients(a.optimizer);
    expect(a.weight.grad?.item()).toBe(1);
    expect(a.value()).toBe(-1);
  });

  it("takes back the clipping's unscaling when another backward pass adds to the gradients", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    mixed.backward(a.loss(), null);
    mixed.unscaleGradients(a.optimizer);
    mixed.backward(a.loss(2), null);
    mixed.optimizerStep(a.optimizer);
    expect(a.value()).toBe(-3);
  });

  it("skips a step with an overflow, and tells so", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    mixed.backward(a.loss(Number.POSITIVE_INFINITY), null);
    expect(mixed.optimizerStep(a.optimizer)).toBeUndefined();
    expect(a.value()).toBe(0);
    expect(mixed.stepReport(a.optimizer)).toEqual({ skipped: true, lossScale: 8 });
    expect(mixed.lossScale()).toBe(4);
    a.optimizer.zeroGrad();
    mixed.backward(a.loss(), null);
    mixed.optimizerStep(a.optimizer);
    expect(mixed.stepReport(a.optimizer)).toEqual({ skipped: false, lossScale: 4 });
    expect(a.value()).toBe(-1);
  });

  it("knows of gradients that a backward pass left before it failed", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    mixed.prepareOptimizer(a.optimizer);
    const other = new nn.Parameter(torch.zeros([1]));
    const failing = other.mul(1);
    failing.registerHook(() => {
      throw new Error("in a hook");
    });
    expect(() => mixed.backward(a.loss().add(failing.sum()), null)).toThrow();
    const accumulated = a.weight.grad?.item() ?? 0;
    mixed.optimizerStep(a.optimizer);
    expect(a.value()).toBe(-accumulated / 8);
  });

  it("cannot be clipped or stepped before the first backward pass", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    const refused = expect.objectContaining({ code: "FABRIC_USAGE_NO_BACKWARD" });
    expect(() => mixed.unscaleGradients(a.optimizer)).toThrow(refused);
    expect(() => mixed.optimizerStep(a.optimizer)).toThrow(refused);
  });

  it("steps without gradients as it would without a scaler", () => {
    const mixed = scaleEight();
    const [a, untouched] = [oneWeight(), oneWeight()];
    mixed.backward(a.loss(), null);
    mixed.unscaleGradients(untouched.optimizer);
    mixed.optimizerStep(untouched.optimizer);
    expect(untouched.value()).toBe(0);
    expect(mixed.stepReport(untouched.optimizer)?.skipped).toBe(false);
  });

  it("unscales bfloat16, float64 and complex gradients", () => {
    const mixed = scaleEight();
    const parameters = (["bfloat16", "float64"] as const).map(
      (dtype) => new nn.Parameter(torch.zeros([1], { dtype })),
    );
    const wave = new nn.Parameter(torch.complex(torch.zeros([1]), torch.zeros([1])));
    const optimizer = new optim.SGD([...parameters, wave], { lr: 1 });
    const real = parameters
      .map((parameter) => parameter.float().sum())
      .reduce((sum, x) => sum.add(x));
    mixed.backward(real.add(torch.viewAsReal(wave).sum()), null);
    mixed.unscaleGradients(optimizer);
    expect(parameters.map((parameter) => parameter.grad?.item())).toEqual([1, 1]);
    expect(torch.viewAsReal(wave.grad as torch.Tensor).toArray()).toEqual([[1, 1]]);
  });

  it("names the parameter whose gradient is float16, and changes none", () => {
    const mixed = scaleEight();
    class Net extends nn.Module {
      head = new nn.Parameter(torch.zeros([1]));
      body = new nn.ModuleList([new nn.Linear(2, 1)]);
    }
    const net = new Net();
    net.body.half();
    mixed.convertModule(net);
    const optimizer = new optim.SGD(net.parameters(), { lr: 1 });
    mixed.backward(net.head.sum().add(net.getParameter("body.0.weight").float().sum()), null);
    expect(() => mixed.unscaleGradients(optimizer)).toThrow(
      expect.objectContaining({
        code: "FABRIC_USAGE_HALF_GRADIENT",
        message: expect.stringContaining("`body.0.weight`"),
      }),
    );
    expect(net.head.grad?.item()).toBe(8);
  });

  it("names a float16 gradient by its place when no module was set up", () => {
    const mixed = scaleEight();
    const weight = new nn.Parameter(torch.zeros([1], { dtype: "float16" }));
    const optimizer = new optim.SGD([weight], { lr: 1 });
    mixed.backward(weight.float().sum(), null);
    expect(() => mixed.optimizerStep(optimizer)).toThrow(
      expect.objectContaining({ message: expect.stringContaining("`params[0] of group 0`") }),
    );
  });
});

describe("closures", () => {
  it("runs the closure once, in gradient mode, then steps, and returns its value", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    const closure = vi.fn(() => {
      a.optimizer.zeroGrad();
      const loss = a.loss();
      mixed.backward(loss, null);
      return loss;
    });
    const loss = torch.noGrad(() => mixed.optimizerStep(a.optimizer, { closure }));
    expect(closure).toHaveBeenCalledTimes(1);
    expect(loss).toBe(closure.mock.results[0]?.value);
    expect(a.value()).toBe(-1);
    expect(mixed.stepReport(a.optimizer)).toEqual({ skipped: false, lossScale: 8 });
  });

  it("skips the step when the closure's gradients overflow", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    mixed.optimizerStep(a.optimizer, {
      closure: () => mixed.backward(a.loss(Number.POSITIVE_INFINITY), null),
    });
    expect(a.value()).toBe(0);
    expect(mixed.stepReport(a.optimizer)?.skipped).toBe(true);
  });

  it("refuses LBFGS under a scaler, and takes it without one", () => {
    const weight = new nn.Parameter(torch.zeros([1]));
    const optimizer = new optim.LBFGS([weight], { lr: 1 });
    const closure = () => {
      optimizer.zeroGrad();
      const loss = weight.sub(1).square().sum();
      loss.backward();
      return loss;
    };
    expect(() => scaleEight().optimizerStep(optimizer, { closure })).toThrow(
      expect.objectContaining({ code: "FABRIC_UNSUPPORTED_OPTIMIZER" }),
    );
    new MixedPrecision({ precision: "bf16-mixed", device: "cpu" }).optimizerStep(optimizer, {
      closure,
    });
    expect(weight.detach().item()).not.toBe(0);
  });
});

describe("optimizers that take the scale inside their step", () => {
  it.each([true, false])(
    "are unscaled beforehand on the CPU, where that costs no more, and get no scale (clipped before: %s)",
    (clipped) => {
      const mixed = scaleEight();
      const weight = new nn.Parameter(torch.zeros([1]));
      const seen: (number | undefined)[] = [];
      class Fused extends optim.SGD {
        readonly stepSupportsAmpScaling = true;
        override step(): undefined {
          const self = this as { gradScale?: torch.Tensor | null; foundInf?: torch.Tensor | null };
          seen.push(weight.grad?.item(), self.gradScale?.item(), self.foundInf?.item());
          super.step();
        }
      }
      const optimizer = new Fused([weight], { lr: 1 });
      mixed.backward(weight.sum(), null);
      if (clipped) mixed.unscaleGradients(optimizer);
      mixed.optimizerStep(optimizer);
      expect(seen).toEqual([1, undefined, undefined]);
      expect(weight.detach().item()).toBe(-1);
      expect(weight.grad?.item()).toBe(1); // of true size afterwards
    },
  );

  it("skip their step after an overflow", () => {
    const mixed = scaleEight();
    const weight = new nn.Parameter(torch.zeros([2]));
    const optimizer = new optim.AdamW([weight]);
    mixed.backward(weight.mul(torch.tensor([1, Number.POSITIVE_INFINITY])).sum(), null);
    mixed.optimizerStep(optimizer);
    expect(mixed.stepReport(optimizer)).toMatchObject({ skipped: true, lossScale: 8 });
    expect(weight.detach().toArray()).toEqual([0, 0]);
    expect(optimizer.state.size).toBe(0);
  });

  it("can be clipped with libtorch's fused AdamW, and moves as without a scaler", () => {
    const run = (scaled: boolean): number => {
      const weight = new nn.Parameter(torch.ones([1]));
      const optimizer = new optim.AdamW([weight], { lr: 0.1, fused: true });
      const mixed = scaleEight();
      for (let i = 0; i < 3; i++) {
        optimizer.zeroGrad();
        const loss = weight.square().sum();
        if (scaled) {
          mixed.backward(loss, null);
          mixed.unscaleGradients(optimizer);
        } else loss.backward();
        nn.utils.clipGradNorm_([weight], 0.5);
        if (scaled) mixed.optimizerStep(optimizer);
        else optimizer.step();
      }
      return weight.detach().item();
    };
    expect(run(true)).toBe(run(false)); // scales are powers of two, so dividing by them is exact
  });
});

describe("state", () => {
  it("comes back at an odd growth counter, and goes on as if nothing had happened", () => {
    const run = (steps: number, resumeAt: number | null): { scale: number[]; value: number } => {
      let mixed = scaleEight({ growthInterval: 3 });
      const a = oneWeight();
      const scale: number[] = [];
      for (let i = 0; i < steps; i++) {
        if (i === resumeAt) {
          const saved = JSON.parse(JSON.stringify(mixed.stateDict())) as Record<string, unknown>;
          expect(saved._growth_tracker).toBe(2);
          mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu" });
          mixed.loadStateDict(saved);
        }
        a.optimizer.zeroGrad();
        mixed.backward(a.loss(i % 7 === 3 ? Number.NaN : 0.1), null);
        mixed.optimizerStep(a.optimizer);
        scale.push(mixed.lossScale());
      }
      return { scale, value: a.value() };
    };
    expect(run(55, 2)).toEqual(run(55, null));
    expect(new Set(run(55, null).scale).size).toBeGreaterThan(2);
  });

  it("is visible in the scaler too", () => {
    const mixed = scaleEight({ growthInterval: 3 });
    const a = oneWeight();
    mixed.backward(a.loss(), null);
    mixed.optimizerStep(a.optimizer);
    expect(mixed.scaler?.stateDict()).toMatchObject({ scale: 8, _growth_tracker: 1 });
  });

  it("ignores the empty state of a run without a scaler, and refuses a broken one", () => {
    const mixed = scaleEight();
    mixed.loadStateDict({});
    expect(mixed.lossScale()).toBe(8);
    expect(() => mixed.loadStateDict({ scale: 8 })).toThrow(
      expect.objectContaining({ code: "FABRIC_CHECKPOINT_SCALER" }),
    );
  });

  it("forgets what was in progress when a state is loaded", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    mixed.backward(a.loss(), null);
    mixed.loadStateDict({ ...mixed.stateDict(), scale: 32 });
    expect(() => mixed.unscaleGradients(a.optimizer)).toThrow(
      expect.objectContaining({ code: "FABRIC_USAGE_NO_BACKWARD" }),
    );
    a.optimizer.zeroGrad();
    mixed.backward(a.loss(), null);
    expect(a.weight.grad?.item()).toBe(32);
  });

  it("survives a scope around the first step", () => {
    const mixed = scaleEight();
    const a = oneWeight();
    for (let i = 0; i < 3; i++) {
      torch.scope(() => {
        a.optimizer.zeroGrad();
        mixed.backward(a.loss(), null);
        mixed.unscaleGradients(a.optimizer);
        mixed.optimizerStep(a.optimizer);
      });
    }
    expect(a.value()).toBe(-3);
  });

  it("works with a scaler that a user changed by hand", () => {
    const scaler = new amp.GradScaler({ device: "cpu", initScale: 8 });
    const mixed = new MixedPrecision({ precision: "16-mixed", device: "cpu", scaler });
    const a = oneWeight();
    mixed.backward(a.loss(), null);
    mixed.optimizerStep(a.optimizer);
    scaler.update(128);
    a.optimizer.zeroGrad();
    mixed.backward(a.loss(), null);
    expect(a.weight.grad?.item()).toBe(128);
    mixed.optimizerStep(a.optimizer);
    expect(a.value()).toBe(-2);
  });
});
