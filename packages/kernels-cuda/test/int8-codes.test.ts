// fabric::int8_vectorwise_quant, int8_double_quant and int8_vectorwise_dequant on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { expectSameBits, misaligned } from "./support/same.js";
import { describeKernels, onCpu } from "./support/twin.js";

const DTYPES = [torch.float32, torch.float16, torch.bfloat16, torch.float64];
const QUANTS = ["int8_vectorwise_quant", "int8_double_quant"];

/** Normal numbers with a few columns that stand out. */
function activations(rows: number, cols: number): torch.Tensor {
  const x = torch.randn([rows, cols]);
  for (const column of [0, 31, 32, 33, 77, cols - 1])
    if (column < cols && rows > 0) x.select(1, column).mul_(torch.tensor(9));
  return x;
}

describeKernels(QUANTS.join(", "), (twin) => {
  const expectTwin = (name: string, ...args: unknown[]) =>
    expectSameBits(twin.call(name, ...args), onCpu(name, ...args));

  for (const name of QUANTS)
    for (const dtype of DTYPES)
      for (const roundHalf of [false, true])
        it(`${name} gives the CPU's bits: ${dtype}, ${roundHalf ? "rounded" : "not rounded"} to float16`, () => {
          torch.manualSeed(1);
          for (const [rows, cols] of [
            [1, 1],
            [1, 300],
            [3, 7],
            [70, 100],
            [17, 256],
            [5, 1027],
            [2, 9_008],
          ] as const)
            for (const threshold of [0, 6])
              expectTwin(name, activations(rows, cols).to(dtype), threshold, roundHalf);
        });

  for (const name of QUANTS)
    it(`${name} takes rows without codes, and those that float16 cannot hold`, () => {
      const tiny = 2 ** -149;
      const rows = [
        [0, -0, 0, 0, 0, 0, 0, 0],
        [1, NaN, 2, -3, 8, -9, 0, 0.5],
        [1, 2, Infinity, -3, 8, -Infinity, 0, 0.5],
        // Too large and too small for float16's normal numbers.
        [1e5, -2e5, 7e4, 3, 8, 0, 1, 65520],
        [1e-6, -2e-6, 3e-7, 0, 1e-8, 0, 0, 1e-9],
        // The reciprocal of these overflows.
        [tiny, -3 * tiny, 2 * tiny, 0, -0, tiny, 5 * tiny, 0],
        // On the threshold, and what rounds up to it.
        [6, -6, 5.9990234375, 5.999, 6.001, 5.9, 1, 2],
        // Codes halfway between two.
        [127, 0.5, 1.5, 2.5, -0.5, -1.5, 126.5, -126.5],
      ];
      for (const dtype of DTYPES)
        for (const roundHalf of [false, true])
          for (const threshold of [0, 1e-9, 6, 1e4, Infinity])
            for (const x of [torch.tensor(rows), torch.tensor(rows).t()])
              expectTwin(name, x.to(dtype), threshold, roundHalf);
    });

  it("reads any shape, strides and address", () => {
    torch.manualSeed(2);
    for (const name of QUANTS)
      for (const dtype of DTYPES) {
        expectTwin(name, activations(40, 50).to(dtype).t(), 6, true);
        expectTwin(name, misaligned(activations(9, 65).to(dtype)), 6, false);
        expectTwin(name, activations(12, 32).view([2, 3, 2, 32]).to(dtype), 6, true);
        expectTwin(name, activations(1, 40).view([40]).to(dtype), 6, true);
        for (const shape of [
          [0, 8],
          [3, 0],
        ])
          for (const threshold of [0, 6]) expectTwin(name, torch.zeros(shape).to(dtype), threshold);
      }
  });

  it("lists every column where all have outliers", () => {
    for (const cols of [31, 32, 33, 8_200])
      expectTwin("int8_vectorwise_quant", torch.full([2, cols], 7), 6, true);
  });

  it("lists nothing, but is there, where no element reaches the threshold", () => {
    const [, , list] = twin.call(
      "int8_vectorwise_quant",
      torch.ones([4, 40]),
      6,
      true,
    ) as torch.Tensor[];
    expect(list?.shape).toEqual([0]);
    expect(list?.dtype).toBe(torch.int64);
  });

  it.runIf(twin.where === "emulated")(
    "tells by a flag that the list which linear_8bit asks for is too short, and zeroes all its columns",
    () => {
      torch.manualSeed(4);
      const x = activations(20, 500);
      const [codes, , columns] = onCpu("int8_vectorwise_quant", x, 6, true) as torch.Tensor[];
      const all = columns?.toArray() as number[];
      expect(all.length).toBeGreaterThan(4);
      for (const capacity of [0, 1, all.length - 1, all.length, all.length + 1]) {
        const [q, list, counts] = twin.call("int8_outlier_columns", x, 6, capacity) as [
          torch.Tensor,
          torch.Tensor,
          torch.Tensor,
        ];
        expectSameBits(q, codes);
        expect(list.shape).toEqual([capacity]);
        const held = Math.min(capacity, all.length);
        expect(list.toArray().slice(0, held)).toEqual(all.slice(0, held));
        expect(counts.toArray()).toEqual([all.length, capacity < all.length ? 1 : 0]);
      }
    },
  );

  for (const dtype of DTYPES)
    it(`int8_vectorwise_dequant gives the CPU's bits: ${dtype}`, () => {
      torch.manualSeed(3);
      for (const shape of [[1], [7], [3, 5], [40, 64], [2, 3, 333], [0, 4], [4, 0], [9_001, 1]]) {
        const q = torch.randint(-128, 128, shape).to(torch.int8);
        const stats = torch.randn([shape.slice(0, -1).reduce((a, b) => a * b, 1)]);
        expectTwin("int8_vectorwise_dequant", q, stats, dtype);
      }
      const q = torch.randint(-128, 128, [30, 41]).to(torch.int8);
      const stats = torch.tensor(
        Array.from({ length: 30 }, (_, i) => [0, NaN, Infinity, 1e38, 1e-40, -2][i % 6] ?? 0),
      );
      expectTwin("int8_vectorwise_dequant", misaligned(q), misaligned(stats), dtype);
      expectTwin("int8_vectorwise_dequant", q.t().contiguous().t(), stats, dtype);
    });

  it("refuses what the CPU refuses", () => {
    for (const name of QUANTS) {
      expect(() => twin.call(name, torch.ones([2, 2]), -1, true)).toThrow(/threshold/);
      expect(() => twin.call(name, torch.ones([]), 0, true)).toThrow(/at least one dimension/);
      expect(() => twin.call(name, torch.ones([2]).to(torch.int32), 0, true)).toThrow(/float32/);
    }
  });
});
