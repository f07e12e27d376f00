import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "./code.js";

const { defaultCollate } = torch.data;

describe("defaultCollate", () => {
  it("stacks tensors and typed arrays", () => {
    const batch = defaultCollate([torch.tensor([1, 2]), torch.tensor([3, 4])]);
    expect(batch.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    const views = defaultCollate([new Int16Array([1, 2]), new Int16Array([3, 4])]);
    expect([views.dtype, views.toArray()]).toEqual([
      "int16",
      [
        [1, 2],
        [3, 4],
      ],
    ]);
  });

  it("makes vectors of numbers by the rule of torch.tensor", () => {
    expect(defaultCollate([1, 2.5]).dtype).toBe("float32");
    expect(defaultCollate([1n, 2n]).dtype).toBe("int64");
    expect(defaultCollate([true, false]).dtype).toBe("bool");
    expect(torch.defaultDtype("float64", () => defaultCollate([1]).dtype)).toBe("float64");
  });

  it("enters arrays, objects and Maps, and keeps strings", () => {
    const [x, y, name] = defaultCollate<[torch.Tensor, bigint, string]>([
      [torch.tensor([1]), 5n, "a"],
      [torch.tensor([2]), 6n, "b"],
    ]);
    expect([x.toArray(), y.toArray(), name]).toEqual([
      [[1], [2]],
      [5, 6],
      ["a", "b"],
    ]);
    const batch = defaultCollate([
      { image: torch.ones([2]), meta: { id: 1n, tags: ["p", "q"] } },
      { image: torch.zeros([2]), meta: { id: 2n, tags: ["r", "s"] } },
    ]);
    expect(batch.image.shape).toEqual([2, 2]);
    expect(batch.meta.id.toArray()).toEqual([1, 2]);
    expect(batch.meta.tags).toEqual([
      ["p", "r"],
      ["q", "s"],
    ]);
    const map = defaultCollate([new Map([["a", 1]]), new Map([["a", 2]])]);
    expect(map.get("a")?.toArray()).toEqual([1, 2]);
  });

  it("says where samples do not fit together", () => {
    const message = (samples: unknown[]): string => {
      try {
        defaultCollate(samples);
      } catch (error) {
        expect((error as torch.FabricError).code).toBe("FABRIC_USAGE_COLLATE");
        return (error as Error).message;
      }
      return "nothing thrown";
    };
    expect(
      message([
        [1, { a: null }],
        [2, { a: null }],
      ]),
    ).toContain("[1].a");
    expect(message([{ a: 1 }, { b: 1 }])).toContain("different keys");
    expect(message([[1], [1, 2]])).toContain("different lengths");
    expect(message([1, "a"])).toContain("differ in kind");
    expect(message([new Date(0)])).toContain("collate");
    expect(message([])).toContain("at least one");
    expect(codeOf(() => defaultCollate([torch.ones([2]), torch.ones([3])]))).toMatch(
      /^FABRIC_TENSOR/,
    );
  });
});
