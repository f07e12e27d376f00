import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "./code.js";
import { orders } from "./orders.js";

const { data } = torch;

class Squares extends data.Dataset<number> {
  readonly length: number;
  constructor(length: number) {
    super();
    this.length = length;
  }
  get(index: number): number {
    return index * index;
  }
}

describe("data sets", () => {
  it("of tensors give a row of each, and batches by one gather", () => {
    const dataset = new data.TensorDataset(
      torch.arange(0, 6).view([3, 2]),
      torch.tensor([1n, 2n, 3n]),
    );
    expect(dataset.length).toBe(3);
    expect(dataset.get(1).map((t) => t.toArray())).toEqual([[2, 3], 2]);
    const batch = dataset.getBatch([2, 0]);
    expect(batch.map((t) => t.toArray())).toEqual([
      [
        [4, 5],
        [0, 1],
      ],
      [3, 1],
    ]);
    batch[0].add_(100);
    expect(dataset.tensors[0].toArray()).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });

  it("of tensors need one size in the first dimension", () => {
    expect(codeOf(() => new data.TensorDataset(torch.ones([2]), torch.ones([3])))).toBe(
      "FABRIC_TENSOR_SHAPE",
    );
    expect(codeOf(() => new data.TensorDataset(torch.tensor(1)))).toBe("FABRIC_TENSOR_SHAPE");
    expect(codeOf(() => new data.TensorDataset())).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(codeOf(() => new data.TensorDataset([1] as never))).toBe("FABRIC_CONFIG_ARGUMENT");
  });

  it("have parts, also of parts", () => {
    const part = new data.Subset(new data.Subset(new Squares(10), [9, 7, 5]), [2, 0]);
    expect([part.length, part.get(0), part.get(1)]).toEqual([2, 25, 81]);
    expect(part.getBatch).toBeUndefined();
    expect(codeOf(() => part.get(2))).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(codeOf(() => new data.Subset(new Squares(3), [3]))).toBe("FABRIC_CONFIG_ARGUMENT");
    const rows = new data.Subset(new data.TensorDataset(torch.arange(0, 5)), [4, 3]);
    const batch = rows.getBatch?.([1, 0]) as [torch.Tensor] | undefined;
    expect(batch?.[0].toArray()).toEqual([3, 4]);
  });

  it("are split at random as PyTorch does", () => {
    const dataset = new Squares(10);
    const parts = data.randomSplit(dataset, [0.7, 0.3], { seed: 7 });
    expect(parts.map((part) => part.indices)).toEqual(orders.split);
    const sizes = data
      .randomSplit(dataset, [0.35, 0.35, 0.3], { seed: 0 })
      .map((part) => part.length);
    expect(sizes).toEqual([4, 3, 3]);
    expect(data.randomSplit(dataset, [9, 1]).map((part) => part.length)).toEqual([9, 1]);
    for (const bad of [[5, 4], [0.5, 0.4], [-1, 11], []]) {
      expect(codeOf(() => data.randomSplit(dataset, bad))).toBe("FABRIC_CONFIG_ARGUMENT");
    }
  });

  it("are joined end to end", () => {
    const joined = new data.ConcatDataset([new Squares(2), new Squares(0), new Squares(3)]);
    expect(joined.length).toBe(5);
    expect([0, 1, 2, 3, 4].map((i) => joined.get(i))).toEqual([0, 1, 0, 1, 4]);
    expect(codeOf(() => joined.get(5))).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(codeOf(() => new data.ConcatDataset([]))).toBe("FABRIC_CONFIG_ARGUMENT");
  });
});
