import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

describe("torch.ops", () => {
  it("reaches operators by ATen and camelCase names, overloads by theirs", () => {
    const x = torch.ones([2]);
    const aten = (name: string): torch.OperatorPacket =>
      torch.ops.aten[name] as torch.OperatorPacket;
    const overload = aten("add")["Tensor"] as (...args: unknown[]) => unknown;
    expect((aten("add")(x, 1) as torch.Tensor).toArray()).toEqual([2, 2]);
    expect((overload(x, x) as torch.Tensor).toArray()).toEqual([2, 2]);
    expect((aten("_softmax")(x, 0, false) as torch.Tensor).toArray()).toEqual([0.5, 0.5]);
    expect((aten("layerNorm")(x, [2]) as torch.Tensor).shape).toEqual([2]);
    expect("add" in torch.ops.aten).toBe(true);
  });

  it("says when there is no such operator", () => {
    expect(() => torch.ops.aten["noSuchThing"]).toThrowError(
      expect.objectContaining({ code: "FABRIC_UNSUPPORTED_OPERATOR" }),
    );
    expect(() => torch.loadLibrary("/nowhere/lib.so")).toThrowError(
      expect.objectContaining({ code: "FABRIC_MISSING_LIBRARY" }),
    );
  });
});

describe("calls", () => {
  it("take defaulted arguments by position or by name, but not both", () => {
    const x = torch.ones([2, 3]);
    expect(x.sum([1], { keepdim: true }).shape).toEqual([2, 1]);
    expect(x.sum([1], true).shape).toEqual([2, 1]);
    expect(torch.sum(x, [1], true, { dtype: "float64" }).dtype).toBe("float64");
    expect(() =>
      (torch.sum as (...a: unknown[]) => unknown)(x, [1], true, { keepdim: true }),
    ).toThrow(/given twice/);
    expect(() => (torch.sum as (...a: unknown[]) => unknown)(x, [1], { keepDim: true })).toThrow(
      /no option `keepDim`/,
    );
  });

  it("choose the overload from the values' types", () => {
    const x = torch.tensor([
      [1, 5],
      [4, 2],
    ]);
    expect((torch.max(x) as torch.Tensor).item()).toBe(5);
    expect((torch.max(x, 1) as unknown as torch.Tensor[])[1]?.toArray()).toEqual([1, 0]);
    expect((torch.max(x, torch.full([2, 2], 3)) as torch.Tensor).toArray()).toEqual([
      [3, 5],
      [4, 3],
    ]);
    expect(torch.div(x, 2, { roundingMode: "floor" }).toArray()).toEqual([
      [0, 2],
      [2, 1],
    ]);
  });

  it("name the operator, shapes and dtypes in an error of libtorch, with its text as the cause", () => {
    try {
      torch.ones([2, 3]).mm(torch.ones([2, 3], { dtype: "float64" }));
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(torch.TorchError);
      const e = error as torch.TorchError;
      expect(e.operator).toBe("mm");
      expect(e.message).toContain("mm(float32[2, 3], float64[2, 3])");
      expect(String(e.cause)).toContain("mat1");
    }
  });
});
