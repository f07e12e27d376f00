// `capturable`: steps that are counted on the device, at a rate that lies there, give the bits of the others.
import * as torch from "@fabric/torch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { optim } from "../../src/index.js";
import { CASES, type Case, gradient, numbersOf, parameter } from "./support.js";

const manager = optim.GlobalOptimManager.getInstance();
beforeEach(() => {
  torch.manualSeed(8);
});
afterEach(() => manager.reset());

/** Rates that are the same number in float32 and in float64. */
const RATE = 2 ** -7;
const LOWER = 2 ** -9;

const SIZES = [300, 4500];
type Made = ReturnType<Case["make"]>;

/** Two optimizers of the same parameters and options, the second capturable. */
function both({ make }: Case, more: object = {}): [Made, Made, torch.Tensor[][]] {
  const params = SIZES.map((n) => parameter([n], "float32"));
  const copies = params.map((p) => new torch.nn.Parameter(p.detach().clone()));
  const options = { lr: RATE, ...more };
  return [
    make(params, options),
    make(copies, { ...options, capturable: true }),
    [params, copies] as torch.Tensor[][],
  ];
}

function stepBoth([plain, own, lists]: ReturnType<typeof both>): void {
  SIZES.forEach((n, i) => {
    const grad = gradient([n], "float32");
    for (const list of lists) (list[i] as torch.Tensor).grad = grad.clone();
  });
  plain.step();
  own.step();
}

function expectSame([plain, own, [params = [], copies = []]]: ReturnType<typeof both>): void {
  params.forEach((p, i) => {
    expect(numbersOf(copies[i] as torch.Tensor)).toEqual(numbersOf(p));
  });
  const values = (optimizer: Made): unknown =>
    JSON.parse(
      JSON.stringify(optimizer.stateDict().state, (_, value) =>
        torch.isTensor(value) ? numbersOf(value) : value,
      ),
    );
  expect(values(own)).toEqual(values(plain));
}

const savedStep = (optimizer: Made): unknown => optimizer.stateDict().state[0]?.["step"];

describe.each(CASES.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
  it("takes the same steps, and follows its rate", () => {
    const pair = both(entry);
    for (let t = 0; t < 6; t++) {
      if (t === 3)
        for (const optimizer of [pair[0], pair[1]])
          for (const group of optimizer.paramGroups) Object.assign(group, { lr: LOWER });
      stepBoth(pair);
    }
    expectSame(pair);
    expect(savedStep(pair[1])).toBe(6);
  });
});

describe("a scaler's flag", () => {
  it("leaves a step out, and its count", () => {
    const pair = both(CASES[0] as Case);
    for (const found of [0, 1, 0, 1, 1, 0]) {
      for (const optimizer of [pair[0], pair[1]]) {
        optimizer.foundInf = torch.tensor([found], { dtype: "float32" });
        optimizer.gradScale = torch.tensor(8);
      }
      stepBoth(pair);
    }
    expectSame(pair);
    expect(savedStep(pair[1])).toBe(3);
  });
});

describe("overrides", () => {
  it("of the rate hold, whatever the group's is", () => {
    const pair = both(CASES[0] as Case);
    for (const list of pair[2]) manager.overrideConfig(list[1] as torch.Tensor, "lr", LOWER);
    for (let t = 0; t < 4; t++) {
      // For a while both rates are the same number.
      for (const optimizer of [pair[0], pair[1]])
        for (const group of optimizer.paramGroups)
          Object.assign(group, { lr: t === 1 ? LOWER : RATE });
      stepBoth(pair);
    }
    expectSame(pair);
  });
});

describe("state", () => {
  it("is saved in bitsandbytes' layout, and goes from one kind to the other", () => {
    const pair = both(CASES[1] as Case);
    for (let t = 0; t < 3; t++) stepBoth(pair);
    const [plain, own] = pair;
    expect(savedStep(own)).toBe(3);
    const [fromPlain, fromOwn] = [plain.stateDict(), own.stateDict()];
    own.loadStateDict(fromPlain);
    plain.loadStateDict(fromOwn);
    for (let t = 0; t < 3; t++) stepBoth(pair);
    expectSame(pair);
  });
});

describe("recording", () => {
  const params = (): torch.nn.Parameter[] => [new torch.nn.Parameter(torch.ones([3]))];

  it("takes an optimizer that is capturable", () => {
    expect(new optim.AdamW8bit(params(), { capturable: true }).captureObstacle()).toBeNull();
    expect(new optim.AdamW8bit(params()).captureObstacle()).toMatch(/capturable: true/);
  });

  it("is not an option of a group, and is a boolean", () => {
    expect(
      codeOf(() => new optim.Adam8bit([{ params: params(), capturable: true } as never])),
    ).toBe("FABRIC_CONFIG_OPTIMIZER");
    expect(codeOf(() => new optim.Adam8bit(params(), { capturable: 1 as never }))).toBe(
      "FABRIC_CONFIG_OPTIMIZER",
    );
  });
});

describe("fabric::optimizer_step_numbers_", () => {
  const call = (...args: unknown[]): torch.Tensor =>
    torch.ops.fabric["optimizer_step_numbers_"]?.(...args) as torch.Tensor;
  const betas = { beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: 0.1 };
  const lr = torch.tensor(0.25);

  it("gives Adam's corrections by the count, in float64", () => {
    const steps = [0, 9].map((n) => torch.tensor(n, { dtype: "float32" }));
    const rows = call("adam", steps, lr, betas).toArray() as number[][];
    expect(steps.map((step) => step.item())).toEqual([1, 10]);
    rows.forEach((row, i) => {
      const t = [1, 10][i] as number;
      const [c1, c2] = [1 - 0.9 ** t, Math.sqrt(1 - 0.999 ** t)];
      const [keep, step, eps, , , , , perDirection, isFirst] = row as number[];
      expect(keep).toBe(1 - 0.25 * 0.1);
      // The last bit of a power is not that of V8's.
      expect(Math.abs((step as number) / ((-0.25 * c2) / c1) - 1)).toBeLessThan(1e-14);
      expect(Math.abs((eps as number) / (1e-8 * c2) - 1)).toBeLessThan(1e-14);
      expect(Math.abs((perDirection as number) / (c2 / c1) - 1)).toBeLessThan(1e-14);
      expect(isFirst).toBe(t === 1 ? 1 : 0);
    });
  });

  it("refuses what is no counter or rate", () => {
    const step = torch.tensor(0, { dtype: "float32" });
    expect(() => call("adam", [torch.zeros([2])], lr)).toThrow(/each step/);
    expect(() => call("adam", [step], torch.zeros([2]))).toThrow(/as lr/);
    expect(() => call("adam", [step], torch.tensor(1, { dtype: "float64" }))).toThrow(/as lr/);
    expect(() => call("adagard", [step], lr)).toThrow(/as optimizer/);
    expect(() => call("ademamix", [step], lr, { tAlpha: 0 })).toThrow(/above 0/);
    expect(step.item()).toBe(0);
  });

  it("is what the steps take in the place of numbers, and of no other shape", () => {
    const p = torch.ones([4]);
    const state = torch.zeros([4]);
    const numbers = call("lion", [torch.tensor(0, { dtype: "float32" })], lr, { beta1: 0.9 });
    const step = (steps: number[], rows: torch.Tensor): unknown =>
      torch.ops.fabric["optimizer_update_32bit_"]?.("lion", [p], [p], [state], [], [], steps, {
        lr: 0,
        numbers: rows,
      });
    expect(() => step([1], numbers)).toThrow(/0 numbers in steps/);
    expect(() => step([], torch.zeros([1, 9]))).toThrow(/optimizer_step_numbers_/);
    expect(() => step([], torch.zeros([2, 9], { dtype: "float64" }))).toThrow(
      /optimizer_step_numbers_/,
    );
    step([], numbers);
    expect(p.toArray()).toEqual(new Array(4).fill(1 - 0.25));
  });
});
