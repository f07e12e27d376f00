// Products of signed 8-bit codes on CUDA beside the CPU: the same bits.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { describeKernels, onCpu } from "./support/twin.js";

/** All codes, -128 as well, which quantising does not make. */
function codes(...shape: number[]): torch.Tensor {
  return torch.randint(-128, 128, shape).to("int8");
}

/** Odd sizes, rows that are no multiples of 16 bytes, several tiles of either size, rows that are longer than the pipeline. */
const SHAPES: [m: number, n: number, k: number][] = [
  [1, 1, 1],
  [1, 33, 64],
  [3, 5, 7],
  [17, 40, 80],
  [64, 32, 400],
  [65, 129, 31],
  [130, 66, 336],
];

describeKernels("int8_linear_matmul", (twin) => {
  it("gives the CPU's sums", () => {
    torch.manualSeed(1);
    for (const [m, n, k] of SHAPES) {
      const args = [codes(m, k), codes(n, k)];
      const sums = twin.call("int8_linear_matmul", ...args) as torch.Tensor;
      expect(sums.dtype).toBe("int32");
      expect(torch.equal(sums, onCpu("int8_linear_matmul", ...args) as torch.Tensor)).toBe(true);
    }
  });

  it("takes what is not contiguous, not aligned, of more dimensions, or empty", () => {
    torch.manualSeed(2);
    const [a, b] = [codes(6, 67).narrow(1, 1, 64), codes(64, 9).t()];
    for (const left of [a, a.reshape([2, 3, 64]), a.select(0, 1), a.narrow(0, 0, 0)]) {
      const sums = twin.call("int8_linear_matmul", left, b) as torch.Tensor;
      expect(sums.shape).toEqual([...left.shape.slice(0, -1), 9]);
      expect(torch.equal(sums, onCpu("int8_linear_matmul", left, b) as torch.Tensor)).toBe(true);
    }
    const none = twin.call("int8_linear_matmul", codes(3, 0), codes(4, 0)) as torch.Tensor;
    expect(torch.equal(none, torch.zeros([3, 4], { dtype: "int32" }))).toBe(true);
  });

  it("refuses what the CPU's operator refuses", () => {
    expect(() => twin.call("int8_linear_matmul", codes(2, 4), codes(2, 5))).toThrow(/\[N, K\]/);
    expect(() => twin.call("int8_linear_matmul", codes(2, 4), torch.ones([2, 4]))).toThrow(/int8/);
    const long = codes(1, 131_072);
    expect(() => twin.call("int8_linear_matmul", long, long)).toThrow(/at most 131071/);
  });
});

describeKernels("int8_scaled_mm", (twin) => {
  for (const dtype of ["float32", "float16", "bfloat16", "float64"] as const)
    it(`gives the CPU's bits: ${dtype}`, () => {
      torch.manualSeed(3);
      for (const [m, n, k] of SHAPES.slice(1, 3).concat([[65, 40, 33]]))
        for (const bias of [null, torch.randn([n]).to(dtype)]) {
          const args = [codes(m, k), codes(n, k), torch.rand([m]), torch.rand([n]), bias, dtype];
          const y = twin.call("int8_scaled_mm", ...args) as torch.Tensor;
          expect(y.dtype).toBe(dtype);
          expect(torch.equal(y, onCpu("int8_scaled_mm", ...args) as torch.Tensor)).toBe(true);
        }
    });

  it("holds the largest sums, and adds parts of rows whose sums do not fit int32", () => {
    torch.manualSeed(4);
    const k = 131_071 + 17;
    const low = torch.full([1, k], -128).to("int8");
    const args = [low, low, torch.rand([1]), torch.rand([1]), torch.randn([1]), "float32"];
    const y = twin.call("int8_scaled_mm", ...args) as torch.Tensor;
    expect(torch.equal(y, onCpu("int8_scaled_mm", ...args) as torch.Tensor)).toBe(true);
  });

  it("refuses scales that do not fit", () => {
    const args = [codes(2, 4), codes(3, 4), torch.rand([3]), torch.rand([3]), null, "float32"];
    expect(() => twin.call("int8_scaled_mm", ...args)).toThrow(/2 row_stats and 3 col_stats/);
  });
});

describeKernels("int8_mm_dequant", (twin) => {
  for (const dtype of ["float32", "float16", "bfloat16", "float64"] as const)
    it(`gives the CPU's bits: ${dtype}`, () => {
      torch.manualSeed(5);
      for (const [m, n] of [
        [1, 1],
        [3, 7],
        [40, 130],
        [0, 5],
      ] as const)
        for (const bias of [null, torch.randn([n])]) {
          const sums = torch.randint(-2_000_000_000, 2_000_000_000, [m, n]).to("int32");
          const args = [sums, torch.rand([m]), torch.rand([n]), bias, dtype];
          const y = twin.call("int8_mm_dequant", ...args) as torch.Tensor;
          expect(y.dtype).toBe(dtype);
          expect(torch.equal(y, onCpu("int8_mm_dequant", ...args) as torch.Tensor)).toBe(true);
        }
    });
});
