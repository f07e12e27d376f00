// Codes with a scale for each block: against the rule written out.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { castBlocksToFp8, type Fp8DType, fp8Max } from "../../src/functional/index.js";

function random(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return torch.randn(shape, { generator });
}

/** One block as the format's rule has it. */
function scaleOf(amax: number, dtype: Fp8DType, scaling: string): number {
  if (scaling === "e8m0") {
    const ratio = Math.fround(Math.fround(amax) * Math.fround(1 / fp8Max(dtype)));
    return ratio === 0 ? 2 ** 127 : 2 ** -Math.ceil(Math.log2(ratio));
  }
  const scale = amax === 0 ? 1 : Math.fround(fp8Max(dtype) / amax);
  return scaling === "power_of_two" ? 2 ** Math.floor(Math.log2(scale)) : scale;
}

describe("castBlocksToFp8", () => {
  for (const scaling of ["float32", "power_of_two", "e8m0"] as const)
    for (const dtype of ["float8_e4m3fn", "float8_e5m2"] as const)
      it(`${scaling}, ${dtype}: each block by itself, smaller ones at the edges`, () => {
        const x = random([10, 70], 3).mul(random([10, 1], 4).mul(4).exp());
        x.select(0, 2).zero_();
        for (const [rows, cols] of [
          [1, 32],
          [4, 16],
        ] as const) {
          const { codes, scaleInv } = castBlocksToFp8(x, { block: [rows, cols], dtype, scaling });
          expect(scaleInv.shape).toEqual([Math.ceil(10 / rows), Math.ceil(70 / cols)]);
          for (let r = 0; r < 10; r += rows)
            for (let c = 0; c < 70; c += cols) {
              const at = (t: Tensor) =>
                t.slice(0, r, Math.min(10, r + rows)).slice(1, c, Math.min(70, c + cols));
              const scale = scaleOf(at(x).abs().max().item() as number, dtype, scaling);
              const most = fp8Max(dtype);
              const right = at(x)
                .mul(tensor([scale]))
                .clamp(-most, most)
                .to(dtype);
              expect(torch.equal(at(codes.float()), right.float())).toBe(true);
              const inverse = scaleInv
                .select(0, r / rows)
                .select(0, c / cols)
                .item();
              expect(inverse).toBe(Math.fround(1 / scale));
            }
        }
      });

  it("microscaling: zeros, infinities and exact powers", () => {
    const x = tensor([
      [448, 1],
      [449, 1],
      [0, 0],
      [Infinity, 1],
    ]);
    const { scaleInv } = castBlocksToFp8(x, { block: [1, 2], scaling: "e8m0" });
    // 448 * float32(1 / 448) is one; what lies above takes the next power.
    expect(scaleInv.flatten().toArray()).toEqual([1, 2, 2 ** -127, 2 ** 127]);
  });

  it("multiplies blocks as their values multiply", () => {
    const multiply = torch.ops["fabric"]?.["fp8_mm"] as unknown as (...args: unknown[]) => Tensor;
    const [a, b] = [random([20, 70], 1), random([33, 70], 2)];
    const [qa, qb] = [
      castBlocksToFp8(a, { block: [1, 32] }),
      castBlocksToFp8(b, { block: [16, 32] }),
    ];
    const values = (q: typeof qa, rows: number, n: number) =>
      q.codes
        .double()
        .mul(
          q.scaleInv
            .double()
            .repeatInterleave(rows, 0)
            .slice(0, 0, n)
            .repeatInterleave(32, 1)
            .slice(1, 0, 70),
        );
    const y = multiply(
      qa.codes,
      qb.codes,
      qa.scaleInv,
      qb.scaleInv,
      null,
      "float32",
      [1, 32],
      [16, 32],
    );
    const right = values(qa, 1, 20).mm(values(qb, 16, 33).t());
    expect(y.sub(right).abs().max().item() as number).toBeLessThan(1e-5);
    const turned = multiply(
      qa.codes.t().contiguous().t(),
      qb.codes,
      qa.scaleInv,
      qb.scaleInv,
      null,
      "float32",
      [1, 32],
      [16, 32],
    );
    expect(torch.equal(turned, y)).toBe(true);
    expect(() =>
      multiply(qa.codes, qb.codes, qa.scaleInv, qb.scaleInv, null, "float32", [1, 16], [16, 32]),
    ).toThrow(/scales of \[20, 5\]/);
  });
});
