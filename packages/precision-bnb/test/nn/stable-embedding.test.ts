// An embedding with a norm, and with 32-bit state.
import { functional as F, torch } from "@fabric/core";
import { nn, type Tensor } from "@fabric/torch";
import { afterEach, describe, expect, it } from "vitest";
import { nn as bnb, optim } from "../../src/index.js";

afterEach(() => optim.GlobalOptimManager.getInstance().reset());

const ids = () =>
  torch.tensor(
    [
      [1, 2],
      [3, 0],
    ],
    { dtype: "int64" },
  );

describe("StableEmbedding", () => {
  it("looks rows up and normalises them", () => {
    torch.manualSeed(0);
    const layer = new bnb.StableEmbedding(10, 64);
    torch.noGrad(() => layer.norm.bias?.fill_(0.5));
    const rows = F.embedding(ids(), layer.weight);
    const expected = F.layerNorm(rows, [64], layer.norm.weight, layer.norm.bias);
    expect(layer.forward(ids()).equal(expected)).toBe(true);
    expect(Object.keys(layer.stateDict())).toEqual(["weight", "norm.weight", "norm.bias"]);
  });

  it("is drawn by Xavier's rule, its padding row 0", () => {
    torch.manualSeed(0);
    const { weight } = new bnb.StableEmbedding(1000, 56, { paddingIdx: 3 });
    const bound = Math.sqrt(6 / 1056);
    expect(weight.abs().amax().item()).toBeLessThanOrEqual(bound);
    expect(weight.abs().amax().item()).toBeGreaterThan(0.99 * bound);
    expect(weight.select(0, 3).abs().amax().item()).toBe(0);
  });

  it("gives the dtype of its table, also where the norm stays wider", () => {
    const layer = new bnb.StableEmbedding(10, 64);
    layer.weight.data = layer.weight.data.half();
    expect(layer.forward(ids()).dtype).toBe("float16");
    const half = new bnb.StableEmbedding(10, 64).to("bfloat16");
    expect(half.forward(ids()).dtype).toBe("bfloat16");
  });

  it("has 32-bit state for the table, 8-bit state for the rest", () => {
    const net = new nn.Sequential(new bnb.StableEmbedding(100, 64), new nn.Linear(64, 100));
    const optimizer = new optim.AdamW8bit(net.parameters());
    net.forward(ids()).square().mean().backward();
    optimizer.step();
    const dtypeOf = (name: string) => {
      const state = optimizer.state.get(net.getParameter(name));
      return (state?.["state1"] as Tensor | undefined)?.dtype;
    };
    expect([dtypeOf("0.weight"), dtypeOf("1.weight")]).toEqual(["float32", "uint8"]);
  });
});
