// Every optimizer against an emulation in JavaScript, bit by bit, and against float64 over many steps.
import * as torch from "@fabric/torch";
import { beforeEach, describe, expect, it } from "vitest";
import { Emulated } from "./emulation.js";
import { CASES, type Case, gradient, numbersOf, parameter, savedState } from "./support.js";

beforeEach(() => {
  torch.manualSeed(8);
});

/** Steps both sides and compares everything. */
function compare(
  { make, rule, numbers }: Case,
  shape: number[],
  dtype: torch.DType,
  bits: 8 | 32,
  steps: number,
): void {
  const param = parameter(shape, dtype);
  const optimizer = make([param], { minSize8bit: bits === 8 ? 0 : 2 ** 40 });
  const emulated = new Emulated(rule, param.detach(), numbers, bits);
  for (let t = 0; t < steps; t++) {
    const grad = gradient(shape, dtype);
    param.grad = grad;
    optimizer.step();
    emulated.update(grad);
  }
  expect(numbersOf(param)).toEqual([...emulated.p]);
  const state = savedState(optimizer);
  const [first, second, slow] = emulated.states;
  const [n, firsts] = [param.numel(), slow === undefined ? [first] : [first, slow]];
  firsts.forEach((expected, k) => {
    const part = (name: string, size: number) =>
      numbersOf(state[name] as torch.Tensor).slice(k * size, (k + 1) * size);
    if (bits === 32) expect(part("state1", n)).toEqual([...(expected?.values ?? [])]);
    else {
      expect(part("state1", n)).toEqual([...(expected?.codes ?? [])]);
      expect(part("absmax1", Math.ceil(n / 256))).toEqual([...(expected?.absmax ?? [])]);
    }
  });
  if (second !== undefined)
    expect(numbersOf(state["state2"] as torch.Tensor)).toEqual([
      ...(bits === 32 ? second.values : second.codes),
    ]);
  if (second !== undefined && bits === 8)
    expect(numbersOf(state["absmax2"] as torch.Tensor)).toEqual([...second.absmax]);
}

describe.each(CASES.map((entry) => [entry.name, entry] as const))("%s", (_, entry) => {
  it.each([8, 32] as const)("has the bits of the emulation with %i-bit state", (bits) => {
    compare(entry, [2, 350], "float32", bits, 5);
  });
  it.each(["bfloat16", "float16"] as const)("rounds %s parameters once a step", (dtype) => {
    for (const bits of [8, 32] as const) compare(entry, [300], dtype, bits, 4);
  });
});

describe("sizes", () => {
  const [adam, , , , ademamix] = CASES as [Case, Case, Case, Case, Case];
  it.each([1, 7, 8, 15, 16, 17, 255, 256, 257, 4095, 4096, 5000])("%i elements", (n) => {
    compare(adam, [n], "float32", 8, 2);
    compare(ademamix, [n], "float32", 8, 2);
    compare(adam, [n], "bfloat16", 8, 1);
  });
});
