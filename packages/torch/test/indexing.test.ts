import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const x = (): torch.Tensor => torch.arange(0, 24).reshape([2, 3, 4]);

describe("at", () => {
  it("selects, slices and takes all, as views", () => {
    const t = x();
    expect(t.at(1).shape).toEqual([3, 4]);
    expect(t.at(0, null, torch.slice(1, 3)).toArray()).toEqual([
      [1, 2],
      [5, 6],
      [9, 10],
    ]);
    expect(t.at(-1, -1, -1).item()).toBe(23);
    expect(t.at("...", 0).shape).toEqual([2, 3]);
    expect(t.at(0, torch.ellipsis).shape).toEqual([3, 4]);
    expect(t.at(null, torch.slice(null, null, 2)).shape).toEqual([2, 2, 4]);
    expect(t.at(0).storageKey()).toBe(t.storageKey());
    expect(t.at().toArray()).toEqual(t.toArray());
  });

  it("gathers by index tensors, arrays and masks", () => {
    const t = x();
    expect(t.at(torch.tensor([1n, 0n]), 0, 0).toArray()).toEqual([12, 0]);
    expect(t.at(null, [2, 0], 1).toArray()).toEqual([
      [9, 1],
      [21, 13],
    ]);
    expect(t.at(t.gt(20)).toArray()).toEqual([21, 22, 23]);
    expect(t.at(0, torch.tensor([true, false, true])).shape).toEqual([2, 4]);
  });

  it("says what is wrong with an index", () => {
    const t = x();
    for (const bad of [
      () => t.at(2),
      () => t.at(0, 0, 0, 0),
      () => t.at(1.5),
      () => t.at("x" as never),
      () => t.at("...", "..."),
      () => t.at(torch.ones([2])),
      () => torch.slice(0, 4, -1),
      () => torch.slice(0.5, 1),
    ]) {
      expect(bad).toThrowError(
        expect.objectContaining({
          code: expect.stringMatching(/^FABRIC_TENSOR_(INDEX|ARGUMENT)$/),
        }),
      );
    }
  });
});

describe("set_", () => {
  it("writes numbers and tensors through views and gathers, and returns the tensor", () => {
    const t = torch.zeros([3, 4]);
    expect(t.set_([0, torch.slice(1, 3)], 5)).toBe(t);
    t.set_([[1, 2], 0], torch.tensor([7, 8]));
    t.set_([t.eq(5)], -1);
    t.set_([2, null], torch.ones([1]));
    expect(t.toArray()).toEqual([
      [0, -1, -1, 0],
      [7, 0, 0, 0],
      [1, 1, 1, 1],
    ]);
  });
});
