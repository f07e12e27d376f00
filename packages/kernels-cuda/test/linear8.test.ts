// fabric::linear_8bit and its gradient on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { type Dtype, expectClose, UNIT } from "./support/close.js";
import { describeKernels, onCpu } from "./support/twin.js";

const DTYPES = ["float32", "float16", "bfloat16", "float64"] as const;

function weightOf(n: number, k: number): [torch.Tensor, torch.Tensor] {
  const [codes, stats] = onCpu("int8_vectorwise_quant", torch.randn([n, k]), 0, true) as [
    torch.Tensor,
    torch.Tensor,
  ];
  return [codes, stats];
}

/** What the codes stand for, rounded to `dtype`, as float64. */
function dequantized(codes: torch.Tensor, stats: torch.Tensor, dtype: Dtype): torch.Tensor {
  const values = onCpu("int8_vectorwise_dequant", codes, stats, dtype) as torch.Tensor;
  return values.to(dtype === "float64" ? "float32" : dtype).to("float64");
}

describeKernels("linear_8bit", (twin) => {
  const call = (...args: unknown[]) => twin.call("linear_8bit", ...args) as torch.Tensor;
  const callCpu = (...args: unknown[]) => onCpu("linear_8bit", ...args) as torch.Tensor;

  for (const dtype of DTYPES) {
    it(`gives the CPU's bits without outliers: ${dtype}`, () => {
      torch.manualSeed(1);
      for (const [m, n, k] of [
        [1, 33, 64],
        [5, 7, 33],
        [65, 10, 32],
      ] as const) {
        const [codes, stats] = weightOf(n, k);
        const x = torch.randn([m, k]).to(dtype);
        // Of the larger threshold no element is an outlier: the list is there, and empty.
        for (const bias of [null, torch.randn([n]).to(dtype)])
          for (const threshold of [0, 1000]) {
            const args = [x, codes, stats, bias, null, threshold, "int8"];
            const y = call(...args);
            expect(y.dtype).toBe(dtype);
            expect(torch.equal(y, callCpu(...args))).toBe(true);
          }
      }
    });

    it(`adds columns with outliers in float32: ${dtype}`, () => {
      torch.manualSeed(2);
      // One outlier column and more than are multiplied together, of one row and of many, in both sizes of tiles.
      for (const [m, n, k, count] of [
        [1, 5, 64, 1],
        [3, 40, 96, 37],
        [65, 10, 33, 5],
      ] as const) {
        const [codes, stats] = weightOf(n, k);
        const x = torch.randn([m, k]).clamp(-3, 3);
        for (let i = 0; i < count; i++)
          x.select(0, i % m)
            .select(0, (i * 29) % k)
            .fill_(5 + i);
        const typed = x.to(dtype);
        const bias = torch.randn([n]).to(dtype);
        const y = call(typed, codes, stats, bias, null, 4, "int8");
        const [q, rows, list] = onCpu("int8_vectorwise_quant", typed, 4, true) as torch.Tensor[];
        const columns = (list as torch.Tensor).to("int64");
        expect(columns.numel()).toBe(count);
        const left = (q as torch.Tensor).to("float64");
        const scales = (rows as torch.Tensor).to("float64").unsqueeze(1);
        const spread = scales.mul(stats.to("float64")).div(127 * 127);
        const wide = typed.to("float64").indexSelect(1, columns);
        const outer = dequantized(codes, stats, dtype).indexSelect(1, columns).t();
        const inner = left.matmul(codes.to("float64").t()).mul(spread);
        const plus = bias.to("float64");
        const truth = inner.add(plus).add(wide.matmul(outer));
        const terms = inner.abs().add(plus.abs()).add(wide.abs().matmul(outer.abs()));
        expect(y.dtype).toBe(dtype);
        expectClose(y, truth, terms, count + 4, dtype);
        const cpu = callCpu(typed, codes, stats, bias, null, 4, "int8").to("float64");
        expectClose(y, cpu, terms, 2 * (count + 4), dtype, UNIT[dtype]);
      }
    });

    it(`multiplies with the dequantised weight: ${dtype}`, () => {
      torch.manualSeed(3);
      for (const [m, n, k] of [
        [1, 1, 1],
        [4, 9, 65],
        [0, 3, 8],
      ] as const) {
        const [codes, stats] = weightOf(n, k);
        const [x, bias] = [torch.randn([m, k]).to(dtype), torch.randn([n]).to(dtype)];
        const y = call(x, codes, stats, bias, null, 0, "dequant");
        const [left, right] = [x.to("float64"), dequantized(codes, stats, dtype).t()];
        const terms = left.abs().matmul(right.abs()).add(bias.to("float64").abs());
        expect(y.dtype).toBe(dtype);
        expectClose(y, left.matmul(right).add(bias.to("float64")), terms, k, dtype);
      }
    });
  }

  it("takes what is not contiguous, not aligned, of more dimensions, or empty", () => {
    torch.manualSeed(4);
    const [codes, stats] = weightOf(9, 64);
    const x = torch.randn([6, 67]).to("float16").narrow(1, 1, 64);
    const spread = codes.t().contiguous().t();
    for (const input of [x, x.reshape([2, 3, 64]), x.select(0, 1), x.narrow(0, 0, 0)]) {
      const args = [input, spread, stats, null, null, 2.5, "int8"];
      const y = call(...args);
      expect(y.shape).toEqual([...input.shape.slice(0, -1), 9]);
      const size =
        input.numel() === 0
          ? 0
          : y
              .sub(callCpu(...args))
              .abs()
              .max()
              .item();
      expect(size).toBeLessThanOrEqual(2 ** -7);
    }
  });

  it("refuses what the CPU's operator refuses, and rows whose sums do not fit int32", () => {
    const [codes, stats] = weightOf(3, 8);
    const x = torch.randn([2, 8]);
    const refused: [unknown[], RegExp][] = [
      [[x.narrow(1, 0, 7), codes, stats, null, null, 0, "int8"], /last dimension is 8/],
      [[x, codes, stats.to("float64"), null, null, 0, "int8"], /float32/],
      [[x, codes, stats, null, null, -1, "int8"], /threshold of at least 0/],
      [[x, codes, stats, null, null, 0, "int4"], /"int8" or "dequant"/],
    ];
    for (const [args, message] of refused) {
      expect(() => callCpu(...args)).toThrow(message);
      expect(() => call(...args)).toThrow(message);
    }
    const long = torch.zeros([1, 131_072]);
    expect(() => call(long, long.to("int8"), torch.ones([1]), null, null, 0, "int8")).toThrow(
      /at most 131071.*"dequant"/,
    );
  });
});

describeKernels("linear_8bit_grad_input", (twin) => {
  for (const dtype of DTYPES)
    it(`multiplies with the weight as the input's dtype has it: ${dtype}`, () => {
      torch.manualSeed(5);
      for (const [m, n, k] of [
        [1, 1, 1],
        [5, 33, 65],
      ] as const)
        for (const rounding of ["float32", "float16", "bfloat16"] as const) {
          const [codes, stats] = weightOf(n, k);
          const g = torch.randn([m, n]).to(dtype);
          const x = twin.call("linear_8bit_grad_input", g, codes, stats, rounding) as torch.Tensor;
          expect(x.dtype).toBe(dtype);
          const [left, right] = [g.to("float64"), dequantized(codes, stats, rounding)];
          expectClose(x, left.matmul(right), left.abs().matmul(right.abs()), n, dtype);
        }
    });
});
