// fabric::fp8_cast_blocks on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { expect, it } from "vitest";
import { FLOATS, FORMATS, misaligned, sameCodes, sameNumbers, spread } from "./support/fp8.js";
import { describeKernels, onCpu } from "./support/twin.js";

/** Sizes of blocks that layers use, and others that go the same ways through the kernels. */
const USED = [
  [1, 128],
  [128, 128],
  [1, 32],
] as const;
const BLOCKS = [...USED, [1, 8], [1, 256], [1, 512], [1, 48], [3, 5], [1000, 1000]] as const;
const SCALINGS = ["float32", "power_of_two", "e8m0"] as const;

describeKernels("fp8_cast_blocks", (twin) => {
  function check(
    x: Tensor,
    dtype: string,
    blocks: readonly (readonly [number, number])[] = USED,
  ): void {
    for (const [rows, cols] of blocks)
      for (const scaling of SCALINGS) {
        const args = [x, rows, cols, dtype, scaling];
        const [codes, inverse] = twin.call("fp8_cast_blocks", ...args) as [Tensor, Tensor];
        const right = onCpu("fp8_cast_blocks", ...args) as [Tensor, Tensor];
        const name = `${x.dtype} [${x.shape}] in [${rows}, ${cols}], ${scaling}`;
        expect(inverse.shape, name).toEqual(right[1].shape);
        expect(sameNumbers(inverse, right[1]), name).toBe(true);
        expect(sameCodes(codes, right[0]), name).toBe(true);
      }
  }

  for (const dtype of FORMATS)
    it(`${dtype}: gives the CPU's bits for whole blocks, edges and single elements`, () => {
      for (const type of FLOATS)
        for (const shape of [
          [1, 1],
          [3, 136],
          [0, 8],
          [8, 0],
        ])
          check(spread(shape, 11).to(type), dtype);
      check(spread([5, 77], 12).bfloat16(), dtype, BLOCKS);
      check(spread([130, 264], 12).bfloat16(), dtype);
    });

  it("takes views that are not contiguous or not aligned", () => {
    const x = spread([16, 136], 12).bfloat16();
    for (const view of [x.t(), x.slice(1, 1, 130), misaligned(x)]) check(view, "float8_e4m3fn");
  });

  it("scales blocks of zeros, infinities, NaNs, the smallest and the largest numbers as the CPU does", () => {
    const of = (...values: number[]): Tensor => tensor(values, { dtype: "float32" });
    const rows = torch.stack([
      of(0, 0, -0, 0),
      of(1, Infinity, 2, 3),
      of(Number.NaN, 1, -5, 2),
      of(Number.NaN, Number.NaN, 0, 0),
      of(1e-45, 0, 0, 0),
      of(3e-44, 1e-44, 0, 0),
      of(2 ** -126, 0, 0, 0),
      of(2 ** -127, 0, 0, 0),
      of(448, 1, 2, 3),
      of(449, 1, 2, 3),
      of(57344, 57345, 1, 1),
      of(3.4e38, -1, 0, 1e30),
      of(448 * 2 ** -130, 0, 0, 0),
    ]);
    for (const dtype of FORMATS)
      for (const type of FLOATS) check(rows.repeat([1, 4]).to(type), dtype);
  });

  it("refuses what the CPU refuses", () => {
    const x = torch.ones([4, 4]);
    for (const args of [
      [x.view([16]), 1, 4, "float8_e4m3fn", "float32"],
      [x, 0, 4, "float8_e4m3fn", "float32"],
      [x, 1, 4, "float8_e4m3fn", "float16"],
    ])
      expect(() => twin.call("fp8_cast_blocks", ...args)).toThrow(/expected/);
  });
});
