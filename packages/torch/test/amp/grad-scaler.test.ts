// GradScaler's errors, its state and the parts that plugins use; the recorded runs are in grad-scaler-reference.test.ts.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";

const { amp, nn, optim } = torch;

const INFINITE = Number.POSITIVE_INFINITY;

/** One weight, its optimizer and a scaler that starts at 8. */
function setup(options: torch.amp.GradScalerOptions = {}, dtype: torch.DType = "float32") {
  const weight = new nn.Parameter(torch.ones([2], { dtype }));
  const optimizer = new optim.SGD([weight], { lr: 0.5 });
  const scaler = new amp.GradScaler({ device: "cpu", initScale: 8, ...options });
  /** A backward whose unscaled gradient is this. */
  const backward = (gradient = 1): void => {
    optimizer.zeroGrad();
    scaler.scale(weight.mul(gradient).sum()).backward();
  };
  const iterate = (gradient = 1): void => {
    backward(gradient);
    scaler.step(optimizer);
    scaler.update();
  };
  return { weight, optimizer, scaler, backward, iterate };
}
const list = (t: torch.Tensor | null): unknown => t?.detach().toArray();
const code = (value: string): unknown => expect.objectContaining({ code: value });

describe("GradScaler's steps", () => {
  it("scales a loss or each loss of an array; the dtype follows PyTorch's promotion", () => {
    const { scaler } = setup();
    const half = torch.tensor([2], { dtype: "float16" });
    const losses = [torch.tensor(1.5), half, half.sum()];
    const scaled = scaler.scale(losses);
    expect(scaled.map((t) => t.item())).toEqual([12, 16, 16]);
    // The scale is a float32 scalar: it does not widen a vector, but it widens another scalar.
    expect(scaled.map((t) => t.dtype)).toEqual(["float32", "float16", "float32"]);
    expect(scaler.scale(losses[0] as torch.Tensor).item()).toBe(12);
  });

  it("steps by the unscaled gradient", () => {
    const { weight, scaler, backward, optimizer } = setup();
    backward(0.25);
    expect(list(weight.grad)).toEqual([2, 2]);
    scaler.step(optimizer);
    expect(scaler.lastStepSkipped).toBe(false);
    expect(list(weight.grad)).toEqual([0.25, 0.25]);
    expect(list(weight)).toEqual([0.875, 0.875]);
  });

  it("returns nothing from a skipped step, backs off and starts the count again", () => {
    const { weight, scaler, backward, optimizer, iterate } = setup();
    iterate();
    expect(scaler.getGrowthTracker()).toBe(1);
    backward(INFINITE);
    expect(scaler.step(optimizer)).toBeUndefined();
    expect(scaler.lastStepSkipped).toBe(true);
    expect(scaler.foundInf(optimizer)).toBe(true);
    scaler.update();
    expect(scaler.getScale()).toBe(4);
    expect(scaler.getGrowthTracker()).toBe(0);
    expect(list(weight)).toEqual([0.5, 0.5]);
    expect(optimizer.state.size).toBe(0);
  });

  it("keeps the moments and step counts of a skipped step", () => {
    const { weight, scaler } = setup();
    const adam = new optim.AdamW([weight]);
    const stepOnce = (gradient: number): void => {
      adam.zeroGrad();
      scaler.scale(weight.mul(gradient).sum()).backward();
      scaler.step(adam);
      scaler.update();
    };
    stepOnce(1);
    const before = Object.entries(adam.state.get(weight) ?? {}).map(([k, v]) => [
      k,
      list(v as torch.Tensor),
    ]);
    const value = list(weight);
    stepOnce(Number.NaN);
    const after = Object.entries(adam.state.get(weight) ?? {}).map(([k, v]) => [
      k,
      list(v as torch.Tensor),
    ]);
    expect(after).toEqual(before);
    expect(list(weight)).toEqual(value);
  });

  it("lets the scale grow after the interval", () => {
    const { scaler, iterate } = setup({ growthInterval: 3, growthFactor: 4 });
    const scales = Array.from({ length: 7 }, () => {
      iterate();
      return scaler.getScale();
    });
    expect(scales).toEqual([8, 8, 32, 32, 32, 128, 128]);
  });

  it("stops growing where float32 would overflow, as PyTorch does", () => {
    const { scaler, iterate } = setup({ initScale: 2 ** 127, growthInterval: 1 });
    iterate(2 ** -20);
    expect(scaler.getScale()).toBe(2 ** 127);
  });

  it("takes float32 and float64 gradients together", () => {
    const { scaler, weight } = setup();
    const wide = new nn.Parameter(torch.ones([1], { dtype: "float64" }));
    const both = new optim.SGD([weight, wide], { lr: 1 });
    scaler.scale(weight.sum().add(wide.mul(INFINITE).sum())).backward();
    scaler.step(both);
    expect(scaler.lastStepSkipped).toBe(true);
  });

  it("leaves parameters without a gradient alone", () => {
    const { scaler, weight, backward } = setup();
    const idle = new nn.Parameter(torch.ones([1]));
    const both = new optim.SGD([weight, idle], { lr: 0.5 });
    backward();
    scaler.step(both);
    expect(list(weight)).toEqual([0.5, 0.5]);
    expect(idle.grad).toBeNull();
  });

  it("looks at the gradients of every optimizer before the scale changes", () => {
    const { weight, scaler } = setup();
    const other = new nn.Parameter(torch.ones([2]));
    const optimizers = [weight, other].map((p) => new optim.SGD([p], { lr: 0.5 }));
    scaler.scale(weight.sum().add(other.mul(INFINITE).sum())).backward();
    const skipped = optimizers.map((o) => {
      scaler.step(o);
      return scaler.lastStepSkipped;
    });
    expect(skipped).toEqual([false, true]);
    scaler.update();
    expect(scaler.getScale()).toBe(4);
  });

  it("makes no tensors that stay, also where it starts inside a scope", () => {
    const { iterate } = setup({ growthInterval: 2 });
    torch.scope(() => iterate());
    torch.scope(() => iterate());
    const before = torch.memory().cpu.tensors;
    for (let i = 0; i < 30; i++) torch.scope(() => iterate(i % 7 === 0 ? INFINITE : 1));
    global.gc?.();
    expect(torch.memory().cpu.tensors).toBeLessThanOrEqual(before + 4);
  });
});

describe("GradScaler's order of calls", () => {
  it("refuses to unscale twice, and after a step", () => {
    const { scaler, optimizer, backward } = setup();
    backward();
    scaler.unscale_(optimizer);
    expect(scaler.isUnscaled(optimizer)).toBe(true);
    expect(() => scaler.unscale_(optimizer)).toThrow(code("FABRIC_USAGE_SCALER_ORDER"));
    scaler.step(optimizer);
    expect(scaler.hasStepped(optimizer)).toBe(true);
    expect(() => scaler.unscale_(optimizer)).toThrow(code("FABRIC_USAGE_SCALER_ORDER"));
  });

  it("allows unscaling again after an update", () => {
    const { scaler, optimizer, backward } = setup();
    for (let i = 0; i < 2; i++) {
      backward();
      scaler.unscale_(optimizer);
      scaler.step(optimizer);
      scaler.update();
      expect(scaler.isUnscaled(optimizer)).toBe(false);
      expect(scaler.hasStepped(optimizer)).toBe(false);
    }
  });

  it("refuses to step twice without an update", () => {
    const { scaler, optimizer, backward, weight } = setup();
    backward();
    scaler.step(optimizer);
    expect(() => scaler.step(optimizer)).toThrow(code("FABRIC_USAGE_SCALER_ORDER"));
    expect(list(weight)).toEqual([0.5, 0.5]);
  });

  it("refuses step, unscale and update before anything was scaled", () => {
    const { scaler, optimizer } = setup();
    for (const call of [
      () => scaler.step(optimizer),
      () => scaler.unscale_(optimizer),
      () => scaler.update(),
    ])
      expect(call).toThrow(code("FABRIC_USAGE_NO_BACKWARD"));
  });

  it("refuses to update where no optimizer stepped", () => {
    const { scaler, backward } = setup();
    backward();
    expect(() => scaler.update()).toThrow(code("FABRIC_USAGE_SCALER_ORDER"));
  });

  it("refuses to step without gradients, and allows it once there are some", () => {
    const { scaler, optimizer, weight, backward } = setup();
    scaler.scale(weight.sum());
    expect(() => scaler.step(optimizer)).toThrow(code("FABRIC_USAGE_NO_GRADIENTS"));
    scaler.forget();
    backward();
    scaler.step(optimizer);
    expect(list(weight)).toEqual([0.5, 0.5]);
  });

  it("refuses float16 gradients", () => {
    const { scaler, optimizer, backward, weight } = setup({}, "float16");
    backward();
    expect(() => scaler.unscale_(optimizer)).toThrow(code("FABRIC_USAGE_HALF_GRADIENT"));
    expect(() => scaler.step(optimizer)).toThrow(code("FABRIC_USAGE_HALF_GRADIENT"));
    expect(list(weight)).toEqual([1, 1]);
    expect(list(weight.grad)).toEqual([8, 8]);
  });

  it("refuses to scale what is no tensor", () => {
    const { scaler } = setup();
    expect(() => scaler.scale(3 as never)).toThrow(code("FABRIC_TENSOR_ARGUMENT"));
    expect(() => scaler.scale([3] as never)).toThrow(code("FABRIC_TENSOR_ARGUMENT"));
  });
});

describe("GradScaler's options", () => {
  const wrong: [string, torch.amp.GradScalerOptions][] = [
    ["a growth factor of one", { growthFactor: 1 }],
    ["a backoff factor of one", { backoffFactor: 1 }],
    ["a backoff factor of zero", { backoffFactor: 0 }],
    ["a NaN factor", { growthFactor: Number.NaN }],
    ["a scale of zero", { initScale: 0 }],
    ["a growth interval of zero", { growthInterval: 0 }],
    ["half an interval", { growthInterval: 1.5 }],
  ];
  for (const [what, options] of wrong) {
    it(`refuse ${what}`, () => {
      expect(() => new amp.GradScaler(options)).toThrow(code("FABRIC_CONFIG_SCALER"));
    });
  }

  it("are PyTorch's by default", () => {
    const scaler = new amp.GradScaler();
    expect(scaler.stateDict()).toEqual({
      scale: 65536,
      growth_factor: 2,
      backoff_factor: 0.5,
      growth_interval: 2000,
      _growth_tracker: 0,
    });
  });

  it("can be changed while training, within the same bounds", () => {
    const { scaler, iterate } = setup({ growthInterval: 5 });
    scaler.setGrowthInterval(1);
    scaler.setGrowthFactor(4);
    scaler.setBackoffFactor(0.25);
    iterate();
    expect(scaler.getScale()).toBe(32);
    iterate(INFINITE);
    expect(scaler.getScale()).toBe(8);
    for (const set of [
      () => scaler.setGrowthInterval(0),
      () => scaler.setGrowthFactor(1),
      () => scaler.setBackoffFactor(1),
    ])
      expect(set).toThrow(code("FABRIC_CONFIG_SCALER"));
    expect([
      scaler.getGrowthInterval(),
      scaler.getGrowthFactor(),
      scaler.getBackoffFactor(),
    ]).toEqual([1, 4, 0.25]);
  });

  it("let a number or a tensor set the scale", () => {
    const { scaler, backward, optimizer } = setup();
    for (const scale of [32, torch.tensor(2)]) {
      backward();
      scaler.step(optimizer);
      scaler.update(scale);
      expect(scaler.getScale()).toBe(typeof scale === "number" ? scale : scale.item());
      expect(scaler.hasStepped(optimizer)).toBe(false);
    }
  });
});

describe("a disabled GradScaler", () => {
  it("passes everything through", () => {
    const { scaler, optimizer, weight } = setup({ enabled: false });
    const loss = weight.sum();
    expect(scaler.scale(loss)).toBe(loss);
    loss.backward();
    scaler.unscale_(optimizer);
    scaler.unscale_(optimizer);
    scaler.step(optimizer);
    scaler.step(optimizer);
    scaler.update();
    expect(list(weight)).toEqual([0, 0]);
    expect(scaler.isEnabled()).toBe(false);
    expect(scaler.getScale()).toBe(1);
    expect(scaler.stateDict()).toEqual({});
    scaler.loadStateDict({});
  });
});

describe("GradScaler's state", () => {
  it("goes on at an odd count, whether loaded before or after the first scale", () => {
    const first = setup({ growthInterval: 4, growthFactor: 3, backoffFactor: 0.25 });
    for (let i = 0; i < 3; i++) first.iterate();
    const saved = structuredClone(first.scaler.stateDict());
    expect(saved).toEqual({
      scale: 8,
      growth_factor: 3,
      backoff_factor: 0.25,
      growth_interval: 4,
      _growth_tracker: 3,
    });
    const [fresh, used] = [setup(), setup({ initScale: 2 })];
    used.iterate(INFINITE);
    for (const { scaler, iterate } of [fresh, used]) {
      scaler.loadStateDict(saved);
      expect(scaler.getScale()).toBe(8);
      expect(scaler.getGrowthTracker()).toBe(3);
      expect(scaler.stateDict()).toEqual(saved);
      iterate();
      expect(scaler.getScale()).toBe(24);
      expect(scaler.getGrowthTracker()).toBe(0);
      iterate(INFINITE);
      expect(scaler.getScale()).toBe(6);
    }
  });

  it("is refused where a key is missing, and then nothing changes", () => {
    const { scaler } = setup();
    const before = scaler.stateDict();
    for (const state of [{}, { ...before, scale: undefined }, { ...before, scale: "8" }, undefined])
      expect(() => scaler.loadStateDict(state as never)).toThrow(
        code("FABRIC_CHECKPOINT_MISMATCH"),
      );
    expect(scaler.stateDict()).toEqual(before);
  });
});

describe("one GradScaler for optimizers with gradients of different backwards", () => {
  it("unscales with the scale that the gradients were made with", () => {
    const { scaler, optimizer, weight, backward } = setup({ growthInterval: 1 });
    expect(scaler.scaleTensor()).toBeNull();
    backward();
    const made = scaler.scaleTensor() as torch.Tensor;
    const other = new nn.Parameter(torch.ones([1]));
    const second = new optim.SGD([other], { lr: 0.5 });
    scaler.scale(other.sum()).backward();
    scaler.step(second);
    scaler.update();
    expect(scaler.getScale()).toBe(16);
    expect(made.item()).toBe(8);

    scaler.unscaleWith(optimizer, made);
    expect(list(weight.grad)).toEqual([1, 1]);
    scaler.step(optimizer);
    expect(list(weight)).toEqual([0.5, 0.5]);
  });
});
