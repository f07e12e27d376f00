import { inspect } from "node:util";

import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";

const codeOf = (fn: () => unknown): string | undefined => {
  try {
    fn();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

describe("making tensors from JavaScript data", () => {
  it("reads options that are undefined as absent", () => {
    const options: { requiresGrad?: boolean } | undefined = undefined;
    expect(torch.zeros([2], options).toArray()).toEqual([0, 0]);
    expect(torch.zeros([2], { requiresGrad: undefined }).requiresGrad).toBe(false);
    expect(torch.add(torch.ones([2]), 1, { out: undefined }).toArray()).toEqual([2, 2]);
    expect(codeOf(() => torch.zeros([2], null as never))).toBe("FABRIC_TENSOR_ARGUMENT");
  });

  it("reads a tensor of zeros that has no memory", () => {
    const zeros = torch.ops.aten["_efficientzerotensor"]?.([3]) as torch.Tensor;
    expect(zeros.toArray()).toEqual([0, 0, 0]);
  });

  it("gives numbers the default float dtype, bigints int64, booleans bool", () => {
    expect(torch.tensor([1, 2]).dtype).toBe("float32");
    expect(torch.tensor([1n, -(2n ** 62n)]).toArray()).toEqual([1, -(2n ** 62n)]);
    expect(torch.tensor([true, false]).toArray()).toEqual([true, false]);
    expect(torch.tensor(3).shape).toEqual([]);
    expect(torch.tensor([[], []]).shape).toEqual([2, 0]);
  });

  it("keeps a typed array's own dtype", () => {
    const pairs: [torch.TensorData, string][] = [
      [new Float64Array([1]), "float64"],
      [new Int32Array([1]), "int32"],
      [new Int16Array([1]), "int16"],
      [new Int8Array([1]), "int8"],
      [new Uint8Array([1]), "uint8"],
      [new BigInt64Array([1n]), "int64"],
    ];
    for (const [data, dtype] of pairs) expect(torch.tensor(data).dtype).toBe(dtype);
  });

  it("copies: later changes of the source do not show", () => {
    const source = new Float32Array([1, 2]);
    const t = torch.tensor(source);
    source[0] = 9;
    expect(t.toArray()).toEqual([1, 2]);
  });

  it("reads a window of a larger buffer", () => {
    const whole = new Float32Array([0, 1, 2, 3, 4]);
    expect(torch.tensor(whole.subarray(1, 4)).toArray()).toEqual([1, 2, 3]);
  });

  it("refuses ragged arrays, mixed kinds and strings", () => {
    expect(codeOf(() => torch.tensor([[1, 2], [3]]))).toBe("FABRIC_TENSOR_SHAPE");
    expect(codeOf(() => torch.tensor([1, [2]]))).toBe("FABRIC_TENSOR_SHAPE");
    expect(codeOf(() => torch.tensor([1, 2n]))).toBe("FABRIC_TENSOR_ARGUMENT");
    expect(codeOf(() => torch.tensor(["1"] as never))).toBe("FABRIC_TENSOR_ARGUMENT");
    expect(codeOf(() => torch.tensor([2n ** 64n]))).toBe("FABRIC_TENSOR_ARGUMENT");
    expect(codeOf(() => torch.tensor([1], { dtype: "float7" as never }))).toBe(
      "FABRIC_TENSOR_ARGUMENT",
    );
  });

  it("follows the number rules of creation functions", () => {
    expect(torch.full([2], 1).dtype).toBe("float32");
    expect(torch.full([2], 1n).dtype).toBe("int64");
    expect(torch.full([2], true).dtype).toBe("bool");
    expect(torch.arange(0, 10).dtype).toBe("int64");
    expect(torch.arange(0, 1, 0.25).dtype).toBe("float32");
    expect(torch.randint(0, 10, [4]).dtype).toBe("int64");
    expect(torch.zeros([2], { dtype: "bfloat16", requiresGrad: true }).requiresGrad).toBe(true);
  });
});

describe("reading tensors", () => {
  it("item gives number, boolean, or bigint past 2^53", () => {
    expect(torch.tensor([1.5]).item()).toBe(1.5);
    expect(torch.tensor([true]).item<boolean>()).toBe(true);
    expect(torch.tensor([7n]).item()).toBe(7);
    expect(torch.tensor([2n ** 60n]).item<bigint>()).toBe(2n ** 60n);
    expect(codeOf(() => torch.ones([2]).item())).toBe("FABRIC_TENSOR_OPERATOR");
    expect(codeOf(() => torch.zeros([1], { dtype: "complex64" }).item())).toBe(
      "FABRIC_UNSUPPORTED_COMPLEX",
    );
  });

  it("toTypedArray is contiguous in C order whatever the strides", () => {
    const t = torch.tensor([
      [1, 2],
      [3, 4],
    ]);
    expect([...(t.t().toTypedArray() as Float32Array)]).toEqual([1, 3, 2, 4]);
    expect([...(torch.ones([1]).expand([3]).toTypedArray() as Float32Array)]).toEqual([1, 1, 1]);
  });

  it("gives raw bits for half formats", () => {
    expect(torch.tensor([1]).to("bfloat16").toTypedArray()).toEqual(new Uint16Array([0x3f80]));
    expect(torch.tensor([1]).to("float16").toTypedArray()).toEqual(new Uint16Array([0x3c00]));
    expect(torch.tensor([1]).to("float8_e4m3fn").toTypedArray()).toEqual(new Uint8Array([0x38]));
    expect(torch.tensor([1.5]).to("bfloat16").toArray()).toEqual([1.5]);
  });

  it("knows its facts", () => {
    const t = torch.zeros([2, 3], { dtype: "float64" });
    expect([t.shape, t.ndim, t.numel(), t.nbytes, t.elementSize(), t.device, t.layout]).toEqual([
      [2, 3],
      2,
      6,
      48,
      8,
      "cpu",
      "strided",
    ]);
    expect(t.t().stride()).toEqual([1, 3]);
    expect(t.size(-1)).toBe(3);
    expect(codeOf(() => t.size(2))).toBe("FABRIC_TENSOR_ARGUMENT");
  });
});

describe("identity and views", () => {
  it("returns the same object only where the schema marks a mutation", () => {
    const x = torch.ones([2]);
    expect(x.add_(1)).toBe(x);
    expect(x.to("float32")).not.toBe(x);
    expect(x.contiguous()).not.toBe(x);
    expect(x.to("float32").storageKey()).toBe(x.storageKey());
  });

  it("writes into out arguments", () => {
    const out = torch.empty([2]);
    expect(torch.add(torch.ones([2]), 1, { out })).toBe(out);
    expect(out.toArray()).toEqual([2, 2]);
    const values = torch.empty([0]);
    const indices = torch.empty([0], { dtype: "int64" });
    const result = torch.sort(torch.tensor([2, 1]), {
      out: [values, indices],
    } as never) as unknown as torch.Tensor[];
    expect(result[0]).toBe(values);
    expect(indices.toArray()).toEqual([1, 0]);
  });

  it("swaps storage inside the same tensor through data", () => {
    const p = torch.ones([2], { requiresGrad: true });
    p.data = p.data.to("float64");
    expect([p.dtype, p.requiresGrad, p.isLeaf]).toEqual(["float64", true, true]);
  });
});

describe("lifetime of one handle", () => {
  it("throws after dispose and never crashes", () => {
    const t = torch.ones([2]);
    t.dispose();
    t.dispose();
    expect(t.isDisposed).toBe(true);
    for (const use of [
      () => t.shape,
      () => t.add(1),
      () => torch.add(torch.ones([2]), t),
      () => t.item(),
      () => t.grad,
      () => torch.cat([t]),
    ]) {
      expect(codeOf(use)).toBe("FABRIC_TENSOR_DISPOSED");
    }
    expect(inspect(t)).toContain("disposed");
  });

  it("frees one handle only: views stay", () => {
    const t = torch.ones([4]);
    const view = t.at(torch.slice(0, 2));
    t.dispose();
    expect(view.toArray()).toEqual([1, 1]);
  });

  it("disposes at the end of a block with using", () => {
    let outer: torch.Tensor;
    {
      using t = torch.ones([1]);
      outer = t;
    }
    expect(outer.isDisposed).toBe(true);
  });

  it("is not made by new", () => {
    expect(codeOf(() => new (torch.Tensor as never as new (h: number) => unknown)(1))).toBe(
      "FABRIC_USAGE_TENSOR_CONSTRUCTOR",
    );
  });
});

describe("printing", () => {
  it("shows dtype, device, shape and values", () => {
    expect(
      inspect(
        torch.tensor([
          [1, 2.5],
          [3, 4],
        ]),
      ),
    ).toBe("tensor([[1.0000, 2.5000],\n        [3.0000, 4.0000]], shape=[2, 2], float32, cpu)");
    expect(String(torch.tensor([true]))).toBe("tensor([true], shape=[1], bool, cpu)");
    expect(inspect(torch.tensor([Number.NaN, Number.POSITIVE_INFINITY]))).toContain("[nan, inf]");
    expect(inspect(torch.zeros([2], { device: "meta" }))).toBe(
      "tensor(..., shape=[2], float32, meta)",
    );
    expect(inspect(torch.ones([1], { requiresGrad: true }))).toContain("requiresGrad");
    expect(inspect(torch.zeros([0, 3]))).toBe("tensor([], shape=[0, 3], float32, cpu)");
  });

  it("summarises long tensors without reading them whole", () => {
    const text = inspect(torch.arange(0, 100000));
    expect(text).toBe(
      "tensor([    0,     1,     2, ..., 99997, 99998, 99999], shape=[100000], int64, cpu)",
    );
    expect(inspect(torch.zeros([50, 50])).split("\n")).toHaveLength(7);
  });

  it("leaves no tensor behind", () => {
    const t = torch.zeros([50, 50]);
    inspect(t);
    const before = torch.memory().cpu.tensors;
    inspect(t);
    expect(torch.memory().cpu.tensors).toBeLessThanOrEqual(before);
  });

  it("prints many elements in many short dimensions", () => {
    expect(torch.zeros([6, 6, 6, 6, 6, 6, 6]).toString()).toContain("shape=[6, 6, 6, 6, 6, 6, 6]");
  });
});
