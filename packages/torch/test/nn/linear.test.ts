import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;

describe("linear layers", () => {
  testLayers("linear.json", {
    Linear: () => new nn.Linear(5, 3),
    "Linear without bias": () => new nn.Linear(5, 3, { bias: false }),
    "Linear of 200": () => new nn.Linear(200, 1),
    Bilinear: () => new nn.Bilinear(3, 4, 2),
    Embedding: () => new nn.Embedding(7, 4),
    "Embedding with padding": () => new nn.Embedding(7, 4, { paddingIdx: -2 }),
    "Embedding with maxNorm": () => new nn.Embedding(7, 4, { maxNorm: 1 }),
    PReLU: () => new nn.PReLU(),
    Sequential: () => new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2)),
  });

  it("names the layer, the argument and what was expected when a size is wrong", () => {
    expect(() => new nn.Linear("4" as never, 3)).toThrow(
      /Linear: expected an integer >= 0 for `inFeatures` but received "4" \(string\)/,
    );
    expect(() => new nn.Linear(4, 3, { biass: false } as never)).toThrow(
      /unknown option `biass`.*`bias`/,
    );
    expect(() => new nn.Linear(4, 3, false as never)).toThrow(/expected an object/);
  });

  it("makes weights in the dtype and on the device asked for", () => {
    const layer = new nn.Linear(2, 2, { dtype: "bfloat16", device: "meta" });
    expect(layer.weight.dtype).toBe("bfloat16");
    expect(layer.weight.device).toBe("meta");
  });

  it("takes a given table as an embedding without drawing random numbers", () => {
    torch.manualSeed(3);
    const first = torch.rand([1]).item();
    torch.manualSeed(3);
    const table = torch.ones([4, 2]);
    const embedding = nn.Embedding.fromPretrained(table);
    expect(embedding.weight.requiresGrad).toBe(false);
    expect(torch.rand([1]).item()).toBe(first);
  });
});
