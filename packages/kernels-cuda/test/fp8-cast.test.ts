// fabric::fp8_cast and fabric::fp8_dequantize on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { expect, it } from "vitest";
import {
  FLOATS,
  FORMATS,
  misaligned,
  patterns,
  sameCodes,
  sameNumbers,
  spread,
} from "./support/fp8.js";
import { describeKernels, onCpu, type Twin } from "./support/twin.js";

const floats = (...values: number[]): Tensor => tensor(values, { dtype: "float32" });

/** Casts on both sides, into slot 1 of 3 with its history, and compares everything. */
function checkCast(twin: Twin, x: Tensor, dtype: string, transpose: boolean, scale = 0.37): void {
  const scales = floats(5, scale, 7);
  const [ours, theirs] = [torch.zeros([2, 3]), torch.zeros([2, 3])];
  const [codes, turned, inverse] = twin.call(
    "fp8_cast",
    x,
    scales,
    1,
    ours,
    dtype,
    transpose,
  ) as Tensor[] as [Tensor, Tensor, Tensor];
  const right = onCpu("fp8_cast", x, scales, 1, theirs, dtype, transpose) as Tensor[];
  const name = `${x.dtype} [${x.shape}] to ${dtype}`;
  expect(codes.shape, name).toEqual(x.shape);
  expect(turned.shape, name).toEqual(right[1]?.shape);
  expect(sameCodes(codes, right[0] as Tensor), name).toBe(true);
  expect(sameCodes(turned, right[1] as Tensor), `${name}, transposed`).toBe(true);
  expect(sameNumbers(inverse, right[2] as Tensor), name).toBe(true);
  expect(sameNumbers(ours, theirs), `${name}, history`).toBe(true);
}

describeKernels("fp8_cast", (twin) => {
  for (const dtype of FORMATS) {
    it(`${dtype}: every bfloat16 and float16 at several scales, in pairs and one by one`, () => {
      for (const half of ["bfloat16", "float16"] as const)
        for (const scale of [1, 0.37, 3e-5, 7e20])
          checkCast(twin, patterns(half), dtype, false, scale);
      // Tails of fewer than 16 elements go another way: each 15 elements here are one.
      for (let i = 0; i < 65536; i += 4096)
        for (let j = 0; j < 15; j += 5)
          checkCast(twin, patterns("bfloat16").slice(0, i + 5 * j, i + 5 * j + 15), dtype, false);
    });

    it(`${dtype}: float32 bits of every kind`, () => {
      const generator = new torch.Generator();
      generator.manualSeed(3);
      const bits = torch.randint(-(2 ** 31), 2 ** 31, [1 << 15], { dtype: "int64", generator });
      checkCast(twin, bits.to("int32").view("float32"), dtype, false, 1);
      checkCast(twin, bits.to("int32").view("float32").view([128, 256]), dtype, true);
    });

    it(`${dtype}: sizes of one, odd and of several blocks, with and without the transpose`, () => {
      for (const type of FLOATS)
        for (const shape of [
          [],
          [1],
          [15],
          [0],
          [0, 4],
          [4, 0],
          [1, 1],
          [3, 5],
          [2, 3, 8],
          [64, 128],
          [65, 136],
          [16, 127],
          [130, 257],
          [256, 24],
        ])
          for (const transpose of [false, true])
            checkCast(twin, spread(shape, 7).to(type), dtype, transpose);
      // More tiles than blocks at once.
      checkCast(twin, spread([70, 3000], 8).bfloat16(), dtype, true);
      checkCast(twin, spread([70_001], 8).bfloat16(), dtype, false);
    });

    it(`${dtype}: views that are not contiguous or not aligned`, () => {
      const x = spread([96, 80], 9).bfloat16();
      for (const transpose of [false, true])
        for (const view of [x.t(), x.slice(1, 1, 78), x.slice(0, 3, 96, 2), misaligned(x)])
          checkCast(twin, view, dtype, transpose);
    });
  }

  it("keeps the larger of history and magnitude, NaN giving way", () => {
    const x = torch.cat([torch.zeros([40]), floats(-3, Number.NaN, 2)]);
    for (const known of [0, 2.5, 3, 4, Infinity, Number.NaN, -1, -0])
      for (const input of [x, x.mul(0), x.mul(Infinity), torch.zeros([0])]) {
        const history = () => floats(9, known, 9, 8).view([2, 2]);
        const [ours, theirs] = [history(), history()];
        twin.call("fp8_cast", input, floats(1, 2), 1, ours, "float8_e4m3fn", false);
        onCpu("fp8_cast", input, floats(1, 2), 1, theirs, "float8_e4m3fn", false);
        expect(sameNumbers(ours, theirs), `${known}`).toBe(true);
      }
    const [codes] = twin.call(
      "fp8_cast",
      x,
      floats(1),
      0,
      null,
      "float8_e4m3fn",
      false,
    ) as Tensor[];
    expect((codes as Tensor).float().toArray().slice(40)).toEqual([-3, Number.NaN, 2]);
  });

  it("refuses what the CPU refuses", () => {
    const x = torch.ones([4]);
    const refused: unknown[][] = [
      [x, floats(1), 1, null, "float8_e4m3fn", false],
      [x, floats(1), 0, torch.ones([2, 3]), "float8_e4m3fn", false],
      [x, floats(1), 0, null, "bfloat16", false],
      [x.to("int32"), floats(1), 0, null, "float8_e4m3fn", false],
    ];
    for (const args of refused) expect(() => twin.call("fp8_cast", ...args)).toThrow(/expected/);
  });
});

describeKernels("fp8_dequantize", (twin) => {
  for (const dtype of FORMATS)
    it(`${dtype}: every code, to every type, at sizes of one, odd and of several blocks`, () => {
      const all = torch.arange(0, 256, { dtype: "int32" }).to("uint8").view(dtype);
      const bytes = all.view("uint8");
      const cases = [
        all,
        torch.cat([bytes, bytes.slice(0, 0, 77)]).view(dtype),
        bytes.slice(0, 0, 1).view(dtype),
        bytes.slice(0, 0, 0).view(dtype),
        bytes.repeat([40]).view(dtype),
        bytes.view([16, 16]).t().view(dtype),
        misaligned(bytes).view(dtype),
      ];
      for (const type of FLOATS)
        for (const codes of cases)
          for (const scale of [1, 0.3, 1e30]) {
            const args = [codes, floats(scale), type];
            const ours = twin.call("fp8_dequantize", ...args) as Tensor;
            const right = onCpu("fp8_dequantize", ...args) as Tensor;
            expect(ours.shape).toEqual(codes.shape);
            expect(sameNumbers(ours, right), `${type}, [${codes.shape}], ${scale}`).toBe(true);
          }
    });
});
