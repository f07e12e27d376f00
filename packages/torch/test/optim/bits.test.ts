// Without fused kernels, optimizers round as PyTorch's do by default on the CPU: to the bit, in float32, bfloat16 and float16.
import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { construct, numbers, readFixture } from "./fit.js";

const { nn } = torch;

interface BitsFixture {
  steps: number;
  sizes: number[];
  cases: { optimizer: string; options: object; dtype: torch.DType; params: string }[];
}
const FIXTURE = readFixture<BitsFixture>("bits.json");

const each = (size: number, value: (i: number) => number): number[] =>
  Array.from({ length: size }, (_, i) => value(i));

/** All parameters after the stored steps. fixtures/optim/make_bits.py has the same formulas; every dtype holds their values exactly. */
function train(optimizer: string, options: object, dtype: torch.DType): number[] {
  const params = FIXTURE.sizes.map(
    (size) =>
      new nn.Parameter(
        torch.tensor(
          each(size, (i) => (((i * 5) % 17) - 8) / 4),
          { dtype },
        ),
      ),
  );
  const made = construct(optimizer, params, options);
  for (let step = 0; step < FIXTURE.steps; step++) {
    for (const p of params)
      p.grad = torch.tensor(
        each(p.numel(), (i) => (((i * 7 + step * 13) % 31) - 15) / 8),
        { dtype },
      );
    made.step();
  }
  return params.flatMap(numbers);
}
function stored(base64: string): number[] {
  const bytes = Buffer.from(base64, "base64");
  return each(bytes.length / 4, (i) => bytes.readFloatLE(i * 4));
}
/** Whether vectors are multiplied and added with one rounding, as on the CPU that the bits come from; so it is with AVX2 and AVX-512. */
function isFusedMultiplyAdd(): boolean {
  const third = torch.full([64], 1 / 3);
  const product = third.mul(0.7);
  return product.sub(third, { alpha: 0.7 }).abs().max().item() !== 0;
}
const unfused = (optimizer: string): object =>
  /^Adam(W?)$/.test(optimizer) ? { fused: false } : {};

const otherCpu = process.arch !== "x64" || !isFusedMultiplyAdd();

describe("rounding of optimizers", () => {
  if (otherCpu)
    it.skip("the stored bits are those of an x64 CPU with fused multiply-add", () => {});
  for (const { optimizer, options, dtype, params } of FIXTURE.cases) {
    it.skipIf(otherCpu)(
      `${optimizer} ${JSON.stringify(options)} has PyTorch's bits in ${dtype}`,
      () => {
        expect(train(optimizer, { ...options, ...unfused(optimizer) }, dtype)).toEqual(
          stored(params),
        );
      },
    );
  }

  // A fused kernel computes a whole step in float32 registers, and with fused multiply-adds: each step rounds differently by about 1e-7 of the
  // values (up to 2.25 here), 15 times.
  for (const { optimizer, options, dtype, params } of FIXTURE.cases) {
    if (dtype !== "float32" || !/^(SGD|AdamW?)$/.test(optimizer)) continue;
    it(`${optimizer} ${JSON.stringify(options)} is near them with a fused kernel`, () => {
      const expected = stored(params);
      train(optimizer, { ...options, fused: true }, dtype).forEach((value, i) => {
        expect(Math.abs(value - (expected[i] as number))).toBeLessThanOrEqual(15 * 2.25 * 1.2e-7);
      });
    });
  }
});
