import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "./code.js";
import { orders } from "./orders.js";

const { data } = torch;
const ten = { length: 10 };
const seven = (): torch.Generator => new torch.Generator().manualSeed(7);

describe("random samplers", () => {
  it("give PyTorch's order for the same generator, epoch after epoch", () => {
    const sampler = new data.RandomSampler(ten, { generator: seven() });
    expect([[...sampler], [...sampler]]).toEqual(orders.random);
    const seeded = new data.RandomSampler(ten, { seed: 7 });
    expect([[...seeded], [...seeded]]).toEqual(orders.random);
  });

  it("give PyTorch's order from the default generator", () => {
    torch.manualSeed(3);
    const sampler = new data.RandomSampler(ten);
    expect([[...sampler], [...sampler]]).toEqual(orders.defaultGenerator);
  });

  it("give PyTorch's draws with more samples than there are, and with replacement", () => {
    expect([...new data.RandomSampler(ten, { generator: 7, numSamples: 23 })]).toEqual(
      orders.randomMany,
    );
    const replaced = new data.RandomSampler(ten, {
      generator: 7,
      replacement: true,
      numSamples: 70,
    });
    expect([...replaced]).toEqual(orders.replacement);
    expect(replaced.length).toBe(70);
  });

  it("give PyTorch's draws from a subset and with weights", () => {
    expect([...new data.SubsetRandomSampler([3, 1, 4, 1, 5, 9], { seed: 7 })]).toEqual(
      orders.subset,
    );
    const weights = [0.1, 0.9, 0.4, 0.7, 3, 0.6];
    expect([...new data.WeightedRandomSampler(weights, 12, { seed: 7 })]).toEqual(orders.weighted);
    const once = new data.WeightedRandomSampler(torch.tensor(weights, { dtype: "float64" }), 4, {
      seed: 7,
      replacement: false,
    });
    expect([...once]).toEqual(orders.weightedOnce);
  });

  it("replay an epoch from their state, with a generator of their own or without", () => {
    const make: (() => torch.data.Sampler)[] = [
      () => new data.RandomSampler(ten, { generator: seven() }),
      () => new data.RandomSampler(ten),
      () => new data.SubsetRandomSampler([5, 6, 7, 8]),
      () => new data.WeightedRandomSampler([1, 2, 3], 20),
    ];
    for (const sampler of make.map((fn) => fn())) {
      torch.manualSeed(11);
      const state = JSON.parse(JSON.stringify(sampler.stateDict?.()));
      const first = [...sampler];
      const second = [...sampler];
      torch.rand([5]);
      sampler.loadStateDict?.(state);
      expect([...sampler]).toEqual(first);
      expect(second).not.toEqual(first);
    }
  });

  it("leave the default generator alone when they replay from a copy of its state", () => {
    torch.manualSeed(11);
    const sampler = new data.RandomSampler(ten);
    const state = sampler.stateDict();
    sampler.loadStateDict(state);
    torch.manualSeed(5);
    const expected = torch.rand([3]).toArray();
    torch.manualSeed(5);
    for (const _ of sampler);
    expect(torch.rand([3]).toArray()).toEqual(expected);
  });

  it("refuse arguments that make no sense", () => {
    expect(codeOf(() => new data.RandomSampler(ten, { numSamples: 0 }))).toBe(
      "FABRIC_CONFIG_ARGUMENT",
    );
    expect(codeOf(() => new data.RandomSampler(ten, { generator: 1, seed: 2 }))).toBe(
      "FABRIC_CONFIG_CONFLICT",
    );
    expect(codeOf(() => new data.RandomSampler(ten, { generator: {} as torch.Generator }))).toBe(
      "FABRIC_CONFIG_ARGUMENT",
    );
    expect(codeOf(() => new data.RandomSampler(ten, { replace: true } as object))).toBe(
      "FABRIC_CONFIG_ARGUMENT",
    );
    expect(codeOf(() => new data.RandomSampler({} as { length: number }))).toBe(
      "FABRIC_CONFIG_ARGUMENT",
    );
    expect(codeOf(() => new data.WeightedRandomSampler([1, 2], 0))).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(codeOf(() => new data.WeightedRandomSampler(torch.ones([2, 2]), 3))).toBe(
      "FABRIC_TENSOR_SHAPE",
    );
    expect(codeOf(() => new data.RandomSampler(ten).loadStateDict({}))).toBe(
      "FABRIC_CHECKPOINT_STATE",
    );
    expect(codeOf(() => new data.RandomSampler(ten).loadStateDict({ rng: "AAAA" }))).not.toBe(
      "nothing thrown",
    );
  });
});
