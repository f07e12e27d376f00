// Gradients that are not finite, zero, scaled, or absent.
import * as torch from "@fabric/torch";
import { beforeEach, describe, expect, it } from "vitest";
import { optim } from "../../src/index.js";
import { Emulated } from "./emulation.js";
import { CASES, gradient, numbersOf, parameter, savedState } from "./support.js";

const N = 5000;
const BITS = [0, 2 ** 40] as const; // least sizes for 8 and 32 bits

beforeEach(() => {
  torch.manualSeed(5);
});

/** Ones but for some elements. */
function withValues(values: Record<number, number>, n = N): torch.Tensor {
  const grad = new Float32Array(n).fill(1);
  for (const [i, value] of Object.entries(values)) grad[Number(i)] = value;
  return torch.tensor(grad);
}

describe.each(CASES.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
  it.each(BITS)("lets a NaN spread to its parameter (8 bits from %i elements)", (minSize8bit) => {
    const param = parameter([N]);
    const optimizer = entry.make([param], { minSize8bit });
    param.grad = withValues({ 300: Number.NaN });
    optimizer.step();
    const isNan = param.detach().isnan();
    expect(isNan.at(300).item()).toBe(true);
    // No further in this step: a norm that is NaN bounds nothing.
    expect(isNan.sum().item()).toBe(1);
  });

  it.each(BITS)("leaves what skipNonFinite skips (8 bits from %i elements)", (minSize8bit) => {
    const param = parameter([N]);
    const emulated = new Emulated(
      entry.rule,
      param.detach(),
      { ...entry.numbers, skipNonFinite: true },
      minSize8bit === 0 ? 8 : 32,
    );
    const before = param.detach().clone();
    const optimizer = entry.make([param], { minSize8bit, skipNonFinite: true });
    const { NaN: nan, POSITIVE_INFINITY: infinite } = Number;
    for (let t = 0; t < 3; t++) {
      const grad = withValues({ 0: nan, 299: infinite, 300: -infinite, 4999: nan });
      param.grad = grad;
      optimizer.step();
      emulated.update(grad);
    }
    for (const i of [0, 299, 300, 4999]) expect(param.at(i).item()).toBe(before.at(i).item());
    expect(param.detach().isfinite().all().item()).toBe(true);
    expect(numbersOf(param)).toEqual([...emulated.p]);
  });

  it.each(BITS)("leaves what skipZeros skips (8 bits from %i elements)", (minSize8bit) => {
    const param = parameter([N]);
    const emulated = new Emulated(
      entry.rule,
      param.detach(),
      { ...entry.numbers, skipZeros: true },
      minSize8bit === 0 ? 8 : 32,
    );
    const optimizer = entry.make([param], { minSize8bit, skipZeros: true });
    for (let t = 0; t < 3; t++) {
      const grad = gradient([N]);
      param.grad = grad;
      optimizer.step();
      emulated.update(grad);
    }
    expect(numbersOf(param)).toEqual([...emulated.p]);
  });

  it("does nothing to parameters without a gradient", () => {
    const [one, other] = [parameter([N]), parameter([N])];
    const before = other.detach().clone();
    const optimizer = entry.make([one, other]);
    one.grad = gradient([N]);
    optimizer.step();
    expect(other.equal(before)).toBe(true);
    expect(Object.keys(optimizer.stateDict().state)).toEqual(["0"]);
  });
});

it("starts at zero where all gradients of a block are zero", () => {
  const param = parameter([512]);
  const before = param.detach().clone();
  const optimizer = new optim.Adam8bit([param], { minSize8bit: 0 });
  param.grad = torch.zeros([512]);
  optimizer.step();
  expect(param.equal(before)).toBe(true);
  const { state1, state2, absmax1, absmax2 } = savedState(optimizer as never) as Record<
    "state1" | "state2" | "absmax1" | "absmax2",
    torch.Tensor
  >;
  expect(new Set(numbersOf(state1))).toEqual(new Set([127])); // the codes of 0
  expect(new Set(numbersOf(state2))).toEqual(new Set([0]));
  expect([...numbersOf(absmax1), ...numbersOf(absmax2)]).toEqual([0, 0, 0, 0]);
});

it("never turns a negative moment into zero", () => {
  const param = parameter([256]);
  const optimizer = new optim.SGD8bit([param], { lr: 0.1, momentum: 0.9, minSize8bit: 0 });
  param.grad = withValues({ 1: -1e-9, 2: 1e-9, 3: 0, 4: -1e-30 }, 256);
  optimizer.step();
  expect(numbersOf(savedState(optimizer as never)["state1"] as torch.Tensor).slice(0, 5)).toEqual([
    255, 126, 127, 127, 126,
  ]);
});

describe("a gradient scaler", () => {
  function pair(dtype: torch.DType): [optim.Adam8bit, torch.Tensor][] {
    const param = parameter([N], dtype);
    return [param, param.detach().clone().requiresGrad_(true)].map((p) => [
      new optim.Adam8bit([p]),
      p,
    ]);
  }

  it.each(["float32", "bfloat16", "float16"] as const)("is undone inside a step: %s", (dtype) => {
    const [[scaled, a], [plain, b]] = pair(dtype) as [
      [optim.Adam8bit, torch.Tensor],
      [optim.Adam8bit, torch.Tensor],
    ];
    expect(scaled.stepSupportsAmpScaling).toBe(true);
    for (let t = 0; t < 3; t++) {
      const grad = torch.randn([N]).to(dtype);
      b.grad = grad.clone();
      a.grad = grad.mul(1024); // a power of two: exact
      scaled.gradScale = torch.tensor(1024);
      scaled.foundInf = torch.tensor(0);
      scaled.step();
      plain.step();
    }
    expect(a.equal(b)).toBe(true);
  });

  it("skips the whole step and its count when something was not finite", () => {
    const param = parameter([N]);
    const before = param.detach().clone();
    const optimizer = new optim.Adam8bit([param]);
    param.grad = withValues({ 7: Number.POSITIVE_INFINITY });
    optimizer.gradScale = torch.tensor(1024);
    optimizer.foundInf = torch.tensor(1);
    optimizer.step();
    expect(param.equal(before)).toBe(true);
    optimizer.gradScale = null;
    optimizer.foundInf = null;
    param.grad = torch.ones([N]);
    optimizer.step();
    expect((optimizer.stateDict().state[0] as { step: number }).step).toBe(1);
  });

  it("drives it as amp.GradScaler", () => {
    const param = torch.randn([64, 64]).requiresGrad_(true);
    const optimizer = new optim.Adam8bit([param]);
    const scaler = new torch.amp.GradScaler("cpu", { initScale: 2 ** 10 });
    const first = param.square().sum().item() as number;
    for (let t = 0; t < 5; t++) {
      optimizer.zeroGrad();
      scaler.scale(param.square().sum()).backward();
      scaler.step(optimizer);
      scaler.update();
    }
    expect(param.square().sum().item() as number).toBeLessThan(first);
    expect(param.isfinite().all().item()).toBe(true);
  });
});

it("steps what stands in for a parameter", () => {
  const weight = torch.randn([N]).to("bfloat16").requiresGrad_(true);
  const main = weight.detach().float();
  const optimizer = new optim.AdamW8bit([weight]);
  const alone = main.clone().requiresGrad_(true);
  const other = new optim.AdamW8bit([alone]);
  optim.GlobalOptimManager.getInstance().overrideConfig(weight, "weightDecay", 0.5);
  optim.GlobalOptimManager.getInstance().overrideConfig(alone, "weightDecay", 0.5);
  try {
    optimizer.mainParams.set(weight, main);
    main.grad = torch.ones([N]);
    alone.grad = torch.ones([N]);
    optimizer.step();
    other.step();
  } finally {
    optim.GlobalOptimManager.getInstance().reset();
  }
  expect(main.equal(alone)).toBe(true);
  expect(Object.keys(optimizer.stateDict().state)).toEqual(["0"]);
});
