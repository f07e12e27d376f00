// More than 2^31 elements: what lies beyond is treated as what lies before. About 10 GB of memory.
import { freemem } from "node:os";
import { torch } from "@fabric/core";
import { scope, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { functional } from "../../src/index.js";

const BEYOND = 2 ** 31;
const TAIL = 192;
const equal = (a: Tensor, b: Tensor): boolean => a.eq(b).all().item<boolean>();

/** Zeros, and values after the first 2^31. */
function huge(): { all: Tensor; tail: Tensor } {
  torch.manualSeed(1);
  const tail = torch.randn([TAIL]).to("bfloat16");
  const all = torch.zeros([BEYOND + TAIL], { dtype: "bfloat16" });
  all.narrow(0, BEYOND, TAIL).copy_(tail);
  return { all, tail };
}

describe.skipIf(freemem() < 12e9)("beyond 2^31 elements", () => {
  it.each(["nf4", "fp4"] as const)("%s codes and values", (quantType) => {
    scope(() => {
      const { all, tail } = huge();
      const [packed, state] = functional.quantize4bit(all, { quantType });
      const [expected, expectedState] = functional.quantize4bit(tail, { quantType });
      const flat = packed.flatten();
      expect(equal(flat.narrow(0, BEYOND / 2, TAIL / 2), expected.flatten())).toBe(true);
      expect(equal(state.absmax.narrow(0, BEYOND / 64, TAIL / 64), expectedState.absmax)).toBe(
        true,
      );
      all.dispose();
      const values = functional.dequantize4bit(packed, state);
      expect(
        equal(values.narrow(0, BEYOND, TAIL), functional.dequantize4bit(expected, expectedState)),
      ).toBe(true);
      expect(
        values
          .narrow(0, BEYOND - TAIL, TAIL)
          .countNonzero()
          .item(),
      ).toBe(0);
    });
  });

  it("8-bit blocks", () => {
    scope(() => {
      const { all, tail } = huge();
      const [codes, state] = functional.quantizeBlockwise(all, { blocksize: 64 });
      const [expected, expectedState] = functional.quantizeBlockwise(tail, { blocksize: 64 });
      expect(equal(codes.narrow(0, BEYOND, TAIL), expected)).toBe(true);
      all.dispose();
      const values = functional.dequantizeBlockwise(codes, state);
      expect(
        equal(
          values.narrow(0, BEYOND, TAIL),
          functional.dequantizeBlockwise(expected, expectedState),
        ),
      ).toBe(true);
    });
  });

  it("int8 rows", () => {
    scope(() => {
      const { all, tail } = huge();
      const [codes, stats] = functional.int8VectorwiseQuant(all.view([-1, 64]));
      const [expected, expectedStats] = functional.int8VectorwiseQuant(tail.view([-1, 64]));
      expect(equal(codes.narrow(0, BEYOND / 64, TAIL / 64), expected)).toBe(true);
      expect(equal(stats.narrow(0, BEYOND / 64, TAIL / 64), expectedStats)).toBe(true);
      all.dispose();
      const values = functional.int8VectorwiseDequant(codes, stats, "bfloat16");
      expect(
        equal(
          values.narrow(0, BEYOND / 64, TAIL / 64),
          functional.int8VectorwiseDequant(expected, expectedStats, "bfloat16"),
        ),
      ).toBe(true);
    });
  });
});
