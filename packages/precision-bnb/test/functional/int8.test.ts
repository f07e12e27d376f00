// Codes and products of LLM.int8(): against bitsandbytes' vectors, against exact arithmetic, and alike on every instruction set.
import { spawnSync } from "node:child_process";
import type { DType, Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { casesOf, hasReference } from "../../../../tools/test-support/reference.js";
import {
  int8DoubleQuant,
  int8LinearMatmul,
  int8MmDequant,
  int8ScaledMm,
  int8VectorwiseDequant,
  int8VectorwiseQuant,
} from "../../src/functional/int8.js";

const DTYPES = ["float32", "float16", "bfloat16", "float64"] as const;

const farthest = (a: Tensor, b: Tensor): number =>
  a.numel() === 0 ? 0 : (a.double().sub(b.double()).abs().max().item() as number);
const codes = (...shape: number[]): Tensor => torch.randint(-127, 128, shape, { dtype: "int8" });

/** Rows quantised in double precision: the products are rounded once more than ours, which matters on ties only. */
function exactRows(x: Tensor, threshold = 0): { q: Tensor; stats: Tensor; cols: Tensor } {
  const wide = x.double();
  const isOutlier = threshold > 0 ? wide.abs().ge(threshold) : wide.isnan();
  const inner = wide.maskedFill(isOutlier, 0);
  const stats = inner.abs().amax([-1], true);
  // The factor and the product in float32, as the definition has them.
  const factor = torch.tensor(127).div(stats.float());
  const q = inner.float().mul(factor).nanToNum(0).round().to("int8");
  const anyOutlier = isOutlier.reshape([-1, x.shape.at(-1) as number]).any(0);
  const cols = anyOutlier.nonzero().flatten();
  const many = x.numel() / (x.shape.at(-1) as number) > 1;
  return { q: many ? q.maskedFill(anyOutlier, 0) : q, stats: stats.flatten(), cols };
}

describe.skipIf(!hasReference)("against bitsandbytes", () => {
  for (const { id, args, values, tensors } of casesOf("int8", "int8_vectorwise_quant")) {
    it(id, () => {
      const input = tensors["input"] as Tensor;
      const before = input.clone();
      const [q, stats, cols] = int8VectorwiseQuant(input, {
        threshold: args["threshold"] as number,
      });
      // The factor is 127 / s here, rounded once, and 127 * (1 / s), rounded twice, there: a value halfway between two codes may take the other one.
      const off = q
        .float()
        .sub((tensors["q"] as Tensor).float())
        .abs();
      const halves = input.double().mul(127).div(stats.double().unsqueeze(-1)).frac().abs();
      const tie = halves.sub(0.5).abs().lt(1e-5);
      expect(off.maskedFill(tie, 0).max().item()).toBe(0);
      expect(off.max().item()).toBeLessThanOrEqual(1);
      expect(off.sum().item()).toBeLessThanOrEqual(2);
      expect(farthest(stats, tensors["row_stats"] as Tensor)).toBe(0);
      expect(cols === null).toBe(values["outlier_cols_none"]);
      if (cols !== null)
        expect(cols.toArray()).toEqual((tensors["outlier_cols"] as Tensor).toArray());
      expect(farthest(input, before)).toBe(0);
    });
  }

  for (const { id, tensors } of casesOf("int8", "int8_linear_matmul")) {
    it(id, () => {
      const { A, B, row_stats, col_stats, bias, i32, out_f16 } = tensors as Record<string, Tensor>;
      const sums = int8LinearMatmul(A as Tensor, B as Tensor);
      expect(farthest(sums, i32 as Tensor)).toBe(0);
      const options = { bias: bias as Tensor };
      const y = int8MmDequant(sums, row_stats as Tensor, col_stats as Tensor, options);
      // The constant there is 1.8e-5 too large and the bias is added in another order: a unit in the last place of float16, 2^-10.
      const scale = (out_f16 as Tensor).float().abs().max().item() as number;
      expect(farthest(y, out_f16 as Tensor)).toBeLessThanOrEqual(2 ** -10 * scale);
      const fused = int8ScaledMm(
        A as Tensor,
        B as Tensor,
        row_stats as Tensor,
        col_stats as Tensor,
        options,
      );
      expect(farthest(fused, y)).toBe(0);
      expect(fused.dtype).toBe("float16");
    });
  }
});

describe("int8VectorwiseQuant", () => {
  it("is exact for every dtype, odd widths and any number of rows", () => {
    for (const dtype of DTYPES)
      for (const shape of [
        [1, 1],
        [3, 7],
        [5, 64],
        [17, 1025],
        [1, 4099],
        [2, 3, 130],
      ]) {
        const x = torch.randn(shape).mul(3).to(dtype);
        const [q, stats, cols] = int8VectorwiseQuant(x);
        const exact = exactRows(x.to(dtype === "float64" ? "float32" : dtype));
        expect(farthest(q, exact.q)).toBe(0);
        expect(farthest(stats, exact.stats)).toBe(0);
        expect([q.shape, q.dtype, stats.dtype, cols]).toEqual([shape, "int8", "float32", null]);
      }
  });

  it("leaves outliers out of scales and zeroes their columns, in one row only themselves", () => {
    for (const dtype of DTYPES)
      for (const shape of [
        [1, 257],
        [9, 257],
        [40, 31],
      ]) {
        const x = torch.randn(shape).to(dtype);
        const [q, stats, cols] = int8VectorwiseQuant(x, { threshold: 2 });
        const exact = exactRows(x.to(dtype === "float64" ? "float32" : dtype), 2);
        expect(cols?.toArray()).toEqual(exact.cols.toArray());
        expect(farthest(q, exact.q)).toBe(0);
        expect(farthest(stats, exact.stats)).toBe(0);
      }
  });

  it("lists no column where there is no outlier, and all in a row of outliers", () => {
    const x = torch.tensor([
      [1, -2, 3, 0.5],
      [9, 9, -9, 9],
    ]);
    const none = int8VectorwiseQuant(x, { threshold: 10 });
    expect([none[2]?.shape, none[2]?.dtype]).toEqual([[0], "int64"]);
    const [q, stats, cols] = int8VectorwiseQuant(x, { threshold: 6 });
    expect(cols?.toArray()).toEqual([0, 1, 2, 3]);
    expect(q.toArray()).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]);
    expect(stats.toArray()).toEqual([3, 0]);
  });

  it("compares with the threshold as the dtype has it", () => {
    const x = torch.tensor([[0.1, 0.05]], { dtype: "float16" });
    // 0.1 in float16 is 0.09998: an outlier, because the threshold is that as well.
    expect(int8VectorwiseQuant(x, { threshold: 0.1 })[2]?.toArray()).toEqual([0]);
  });

  it("gives rows of zeros, NaNs and infinities codes of 0", () => {
    const x = torch.tensor([
      [0, -0, 0],
      [1, Number.NaN, 2],
      [Number.POSITIVE_INFINITY, 1, 2],
      [1, 2, -4],
    ]);
    const [q, stats] = int8VectorwiseQuant(x);
    expect(q.toArray()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [32, 64, -127],
    ]);
    expect(stats.toArray()).toEqual([0, Number.NaN, Number.POSITIVE_INFINITY, 4]);
  });

  it("takes ties to even, and the smallest numbers", () => {
    // 127 / 254 = 0.5: odd numbers lie between two codes.
    const ties = torch.tensor([[254, 1, 3, 5, -1, -3, -5]]);
    expect(int8VectorwiseQuant(ties)[0].toArray()).toEqual([[127, 0, 2, 2, 0, -2, -2]]);
    const tiny = torch.tensor([[1e-40, -5e-41, 0]]);
    expect(int8VectorwiseQuant(tiny)[0].toArray()).toEqual([[127, -64, 0]]);
  });

  it("rounds to float16 on request, where that has the range", () => {
    const x = torch.randn([6, 50]);
    const half = int8VectorwiseQuant(x.half());
    const rounded = int8VectorwiseQuant(x, { roundHalf: true });
    expect(farthest(rounded[0], half[0])).toBe(0);
    expect(farthest(rounded[1], half[1])).toBe(0);
    for (const factor of [1e6, 1e-9]) {
      const far = x.mul(factor);
      const [q, stats] = int8VectorwiseQuant(far, { roundHalf: true });
      const plain = int8VectorwiseQuant(far);
      expect(farthest(q, plain[0])).toBe(0);
      expect(farthest(stats, plain[1])).toBe(0);
    }
  });

  it("takes any strides and empty tensors", () => {
    const x = torch.randn([30, 8]).t();
    expect(farthest(int8VectorwiseQuant(x)[0], int8VectorwiseQuant(x.contiguous())[0])).toBe(0);
    const [q, stats, cols] = int8VectorwiseQuant(torch.empty([0, 8]), { threshold: 1 });
    expect([q.shape, stats.shape, cols?.shape]).toEqual([[0, 8], [0], [0]]);
    expect(int8VectorwiseQuant(torch.empty([4, 0]))[1].toArray()).toEqual([0, 0, 0, 0]);
  });

  it("knows its shapes on meta", () => {
    const [q, stats, cols] = int8VectorwiseQuant(torch.empty([2, 3, 8], { device: "meta" }));
    expect([q.device, q.shape, q.dtype, stats.shape, cols]).toEqual([
      "meta",
      [2, 3, 8],
      "int8",
      [6],
      null,
    ]);
  });

  it("refuses what it cannot take", () => {
    const x = torch.randn([2, 2]);
    expect(() => int8VectorwiseQuant(x.to("int32"))).toThrow(/expected a tensor of float32/);
    for (const threshold of [-1, Number.NaN, Number.POSITIVE_INFINITY, "6" as never])
      expect(() => int8VectorwiseQuant(x, { threshold })).toThrow(
        expect.objectContaining({ code: "FABRIC_CONFIG_THRESHOLD" }),
      );
    expect(() => int8VectorwiseQuant(x, { treshold: 6 } as never)).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_OPTION" }),
    );
  });
});

describe("int8VectorwiseDequant", () => {
  it("is q * stats / 127, rounded once", () => {
    const [q, stats] = int8VectorwiseQuant(torch.randn([7, 33]));
    const exact = q.double().mul(stats.double().unsqueeze(-1)).div(127);
    const bounds = { float32: 2e-7, float64: 2e-7, float16: 2 ** -11, bfloat16: 2 ** -8 };
    for (const dtype of DTYPES) {
      const values = int8VectorwiseDequant(q, stats, dtype);
      expect(values.dtype).toBe(dtype);
      expect(farthest(values.double().div(exact).nanToNum(1), torch.ones([1]))).toBeLessThanOrEqual(
        bounds[dtype] * 1.01,
      );
    }
    expect(() => int8VectorwiseDequant(q, stats.half())).toThrow(/float32/);
    expect(() => int8VectorwiseDequant(q, stats.slice(0, 0, 3))).toThrow(/7 rows/);
    expect(() => int8VectorwiseDequant(q, stats, "int32")).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_DTYPE" }),
    );
  });
});

describe("int8DoubleQuant", () => {
  it("has rows as int8VectorwiseQuant has them, and columns as it has the transposed matrix", () => {
    for (const dtype of DTYPES)
      for (const [rows, cols] of [
        [1, 1],
        [5, 300],
        [257, 66],
        [64, 1000],
      ] as const)
        for (const options of [{}, { roundHalf: true }]) {
          const x = torch.randn([rows, cols]).mul(3).to(dtype);
          const [rowCodes, colCodes, rowStats, colStats, list] = int8DoubleQuant(x, options);
          const down = int8VectorwiseQuant(x, options);
          const across = int8VectorwiseQuant(x.t(), options);
          expect(farthest(rowCodes, down[0])).toBe(0);
          expect(farthest(rowStats, down[1])).toBe(0);
          expect(farthest(colCodes, across[0].t())).toBe(0);
          expect(farthest(colStats, across[1])).toBe(0);
          expect(list).toBeNull();
        }
  });

  it("leaves outliers, and only them, out of the columns", () => {
    const x = torch.randn([40, 30]);
    const [, colCodes, , colStats, list] = int8DoubleQuant(x, { threshold: 2 });
    const inner = x.maskedFill(x.abs().ge(2), 0);
    const [codesOf, statsOf] = int8VectorwiseQuant(inner.t());
    expect(farthest(colCodes, codesOf.t())).toBe(0);
    expect(farthest(colStats, statsOf)).toBe(0);
    expect(list?.toArray()).toEqual(int8VectorwiseQuant(x, { threshold: 2 })[2]?.toArray());
  });

  it("gives outliers no code in a column whose scale has no inverse", () => {
    const x = torch.tensor([
      [2e-40, 5e-39],
      [2e-40, 1e-40],
    ]);
    const [, colCodes, , , list] = int8DoubleQuant(x, { threshold: 1e-39 });
    expect(list?.toArray()).toEqual([1]);
    expect((colCodes as Tensor).toArray()).toEqual([
      [127, 0],
      [127, 127],
    ]);
  });

  it("keeps the range where float16 has none, column by column", () => {
    const x = torch.randn([9, 4]).mul(torch.tensor([1, 1e6, 1e-9, 1e-42]));
    const [, colCodes, , colStats] = int8DoubleQuant(x, { roundHalf: true });
    const [plain, stats] = int8VectorwiseQuant(x.t());
    expect(farthest(colCodes.slice(1, 1), plain.t().slice(1, 1))).toBe(0);
    expect(farthest(colStats.slice(0, 1), stats.slice(0, 1))).toBe(0);
  });
});

describe("products of codes", () => {
  it("are exact for every size, with sums beyond what float32 holds", () => {
    for (const k of [0, 1, 2, 3, 5, 15, 16, 17, 31, 33, 63, 64, 65, 127, 130, 1041, 5000])
      for (const [m, n] of [
        [1, 1],
        [2, 3],
        [3, 5],
        [7, 4],
        [6, 67],
        [50, 9],
      ] as const) {
        const [a, b] = [codes(m, k), codes(n, k)];
        const exact = a.to("int64").matmul(b.to("int64").t());
        expect(int8LinearMatmul(a, b).to("int64").eq(exact).all().item(), `${m} ${n} ${k}`).toBe(
          true,
        );
      }
  });

  it("are exact for the worst codes, -128 among them", () => {
    for (const [p, q] of [
      [127, 127],
      [-127, 127],
      [-127, -127],
      [-128, -128],
      [-128, 127],
      [127, -128],
    ] as const)
      for (const k of [1040, 5000, 131071]) {
        const a = torch.full([3, k], p, { dtype: "int8" });
        const b = torch.full([5, k], q, { dtype: "int8" });
        expect(
          int8LinearMatmul(a, b)
            .sub(p * q * k)
            .abs()
            .max()
            .item(),
        ).toBe(0);
      }
  });

  it("take leading dimensions, strides and empty batches", () => {
    const [a, b] = [codes(2, 3, 40), codes(40, 7).t()];
    const flat = int8LinearMatmul(a.reshape([6, 40]), b.contiguous());
    expect(farthest(int8LinearMatmul(a, b), flat.reshape([2, 3, 7]))).toBe(0);
    expect(int8LinearMatmul(codes(0, 40), b).shape).toEqual([0, 7]);
    expect(int8LinearMatmul(a.slice(0, 0, 0), b).shape).toEqual([0, 3, 7]);
    expect(int8ScaledMm(codes(0, 40), b, torch.ones([0]), torch.ones([7])).shape).toEqual([0, 7]);
  });

  it("get their values in float32 and one rounding, in every dtype", () => {
    for (const dtype of DTYPES)
      for (const [m, n, k] of [
        [1, 5, 33],
        [50, 70, 129],
        [7, 1100, 64],
      ] as const)
        for (const bias of [null, torch.randn([n]), torch.randn([n]).half()]) {
          const [a, b, rows, cols] = [codes(m, k), codes(n, k), torch.rand([m]), torch.rand([n])];
          const y = int8ScaledMm(a, b, rows, cols, { bias, dtype });
          const product = a
            .double()
            .mm(b.double().t())
            .mul(rows.double().unsqueeze(1))
            .mul(cols.double())
            .div(16129);
          const exact = bias === null ? product : product.add(bias.double());
          expect(y.dtype).toBe(dtype);
          // Four float32 roundings of 2^-24 each, or one of 16 bits over them.
          const bound = {
            float32: 4e-7,
            float64: 4e-7,
            float16: 2 ** -11 + 4e-7,
            bfloat16: 2 ** -8 + 4e-7,
          }[dtype];
          const scale = product.abs().max().item() as number;
          expect(farthest(y, exact)).toBeLessThanOrEqual(bound * (scale + 5));
          const apart = int8MmDequant(int8LinearMatmul(a, b), rows, cols, { bias, dtype });
          expect(farthest(y, apart)).toBe(0);
        }
  });

  it("have the right constant: 127 by 127 is 1", () => {
    const one = torch.full([1, 1], 127, { dtype: "int8" });
    const y = int8ScaledMm(one, one, torch.ones([1]), torch.ones([1]), { dtype: "float32" });
    // bitsandbytes on the CPU gives 1.000018.
    expect(Math.abs((y.item() as number) - 1)).toBeLessThan(1e-7);
  });

  it("do not overflow in bfloat16 and float32 where float16 would", () => {
    const a = torch.full([1, 64], 127, { dtype: "int8" });
    for (const dtype of ["float32", "bfloat16"] as const) {
      const y = int8ScaledMm(a, a, torch.tensor([1000]), torch.tensor([100]), { dtype });
      expect(Math.abs((y.item() as number) / 6.4e6 - 1)).toBeLessThan(2 ** -8);
    }
  });

  it("can be longer than int32 holds when they are scaled", () => {
    const a = torch.full([2, 300_000], 127, { dtype: "int8" });
    expect(() => int8LinearMatmul(a, a)).toThrow(/131071/);
    const y = int8ScaledMm(a, a, torch.ones([2]), torch.ones([2]), {
      bias: torch.tensor([0, 8]),
      dtype: "float32",
    });
    expect(y.toArray()).toEqual([
      [300_000, 300_008],
      [300_000, 300_008],
    ]);
  });

  it("know their shapes on meta", () => {
    const a = codes(2, 3, 40).to("meta");
    const y = int8ScaledMm(
      a,
      codes(7, 40).to("meta"),
      torch.ones([6]).to("meta"),
      torch.ones([7]).to("meta"),
    );
    expect([y.device, y.shape, y.dtype]).toEqual(["meta", [2, 3, 7], "float16"]);
    expect(int8LinearMatmul(a, codes(7, 40).to("meta")).dtype).toBe("int32");
  });

  it("refuse what does not fit", () => {
    const [a, b] = [codes(2, 8), codes(3, 8)];
    const [rows, cols] = [torch.ones([2]), torch.ones([3])];
    expect(() => int8LinearMatmul(a.float(), b)).toThrow(
      expect.objectContaining({ code: "FABRIC_TENSOR_ARGUMENT" }),
    );
    expect(() => int8LinearMatmul(a, codes(3, 9))).toThrow(/A of \[\.\.\., K\]/);
    expect(() => int8ScaledMm(a, b, cols, cols)).toThrow(/2 row_stats/);
    expect(() => int8ScaledMm(a, b, rows, cols, { bias: torch.ones([2]) })).toThrow(
      /bias of \[3\]/,
    );
    expect(() => int8ScaledMm(a, b, rows, cols, { dtype: "int8" as DType })).toThrow(
      expect.objectContaining({ code: "FABRIC_CONFIG_DTYPE" }),
    );
  });
});

/** Run by a process of its own: an instruction set is chosen once. Prints a hash of everything that the kernels give. */
const PROGRAM = `
import { createHash } from "node:crypto";
import * as torch from "@fabric/torch";
torch.loadPackagedLibrary("fabric_bnb");
const { fabric } = torch.ops;
torch.manualSeed(1);
const hash = createHash("sha256");
const take = (t) => { if (t !== null) hash.update(Buffer.from(t.contiguous().view([-1]).view("uint8").toTypedArray())); };
for (const [m, n, k] of [[1, 5, 3], [7, 66, 131], [50, 67, 1025], [3, 9, 4096]])
  for (const dtype of ["float32", "float16", "bfloat16"]) {
    const x = torch.randn([m, k]).mul(2).to(dtype), w = torch.randn([n, k]).to(dtype), g = torch.randn([m, n]).to(dtype);
    for (const threshold of [0, 5]) for (const half of [false, true]) for (const t of fabric.int8_double_quant(x, threshold, half)) take(t);
    const [q, rows] = fabric.int8_vectorwise_quant(x, 0, true), [c, cols] = fabric.int8_vectorwise_quant(w, 0, true);
    take(fabric.int8_linear_matmul(q, c));
    for (const out of ["float32", "float16", "bfloat16"]) { take(fabric.int8_scaled_mm(q, c, rows, cols, w.select(1, 0), out)); take(fabric.int8_vectorwise_dequant(c, cols, out)); }
  }
console.log(hash.digest("hex"));
`;

describe("instruction sets", () => {
  it("give the same bits", () => {
    const hashes = ["", "avx512", "avx2", "portable"].map((isa) => {
      const { stdout, stderr } = spawnSync(
        process.execPath,
        ["--input-type=module", "-e", PROGRAM],
        {
          cwd: import.meta.dirname,
          env: { ...process.env, FABRIC_BNB_ISA: isa, OMP_NUM_THREADS: "1" },
          encoding: "utf8",
        },
      );
      expect(stderr).toBe("");
      return stdout.trim();
    });
    expect(hashes[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(hashes).size).toBe(1);
  }, 60_000);
});
