// 8-bit codes: the dynamic maps, exact nearest codes with ties to the even index, and nested scales.
import { createHash } from "node:crypto";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { casesOf, hasReference } from "../../../../tools/test-support/reference.js";
import {
  createDynamicMap,
  dequantizeBlockwise,
  quantizeBlockwise,
} from "../../src/functional/index.js";

const { tensor } = torch;

describe("the dynamic maps", () => {
  // From the specification of the format.
  for (const [signed, hash] of [
    [true, "e732639a65f497b4ad684bb166a4467708255edd5207757de8b8f0c7e1fda89c"],
    [false, "305f002cc11278fb769d13b25b9fd0c7c83c8402c40a878fe086f4039fde6398"],
  ] as const)
    it(`${signed ? "signed" : "unsigned"}: the bytes`, () => {
      const values = createDynamicMap({ signed }).toTypedArray() as Float32Array;
      expect(createHash("sha256").update(Buffer.from(values.buffer)).digest("hex")).toBe(hash);
    });
});

/** The nearest entry, by looking at all; halfway, the even index. */
function nearest(code: Float32Array, y: number): number {
  const middles = Array.from({ length: 255 }, (_, i) =>
    Math.fround(((code[i] as number) + (code[i + 1] as number)) / 2),
  );
  let index = middles.filter((middle) => y > middle).length;
  if (index < 255 && y === middles[index] && index % 2 === 1) index++;
  return index;
}

describe("quantizeBlockwise", () => {
  for (const signed of [true, false])
    for (const dtype of ["float32", "float16", "bfloat16"] as const)
      it(`${signed ? "signed" : "unsigned"}, ${dtype}: the nearest code of every element`, () => {
        const code = createDynamicMap({ signed });
        const values = code.toTypedArray() as Float32Array;
        for (const [n, blocksize] of [
          [1, 64],
          [1000, 64],
          [4097, 4096],
          [5000, 256],
          [300, 7],
        ] as const) {
          const spread = torch.randn([n]).mul(torch.rand([n]).mul(12).sub(12).exp2());
          const x = (signed ? spread : spread.abs()).to(dtype);
          const [q, state] = quantizeBlockwise(x, { code, blocksize });
          const source = x.float().toTypedArray() as Float32Array;
          const codes = q.toTypedArray() as Uint8Array;
          for (let i = 0; i < n; i++) {
            const start = i - (i % blocksize);
            const block = source.subarray(start, start + blocksize);
            const absmax = block.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
            const y = Math.fround((source[i] as number) * Math.fround(1 / absmax));
            if (codes[i] !== nearest(values, y))
              expect([i, y, codes[i]]).toEqual([i, y, nearest(values, y)]);
          }
          const expected = code
            .indexSelect(0, q.flatten().long())
            .mul(state.absmax.repeatInterleave(blocksize).slice(0, 0, n))
            .to(dtype);
          expect(dequantizeBlockwise(q, state).eq(expected).all().item()).toBe(true);
        }
      });

  it("takes the even index at every midpoint, and its neighbours next to them", () => {
    for (const signed of [true, false]) {
      const code = createDynamicMap({ signed });
      const values = code.toTypedArray() as Float32Array;
      const bits = new Int32Array(1);
      const float = new Float32Array(bits.buffer);
      const points = [1];
      for (let i = 0; i < 255; i++)
        for (const step of [-1, 0, 1]) {
          float[0] = Math.fround(((values[i] as number) + (values[i + 1] as number)) / 2);
          bits[0] = (bits[0] as number) + step;
          points.push(float[0] as number);
        }
      const [q] = quantizeBlockwise(tensor(Float32Array.from(points)), { code, blocksize: 4096 });
      expect([...(q.toTypedArray() as Uint8Array)]).toEqual(
        points.map((y) => nearest(values, Math.fround(y))),
      );
    }
  });

  it("zeros, infinities, NaNs and subnormals", () => {
    const [zeros, state] = quantizeBlockwise(torch.zeros([10]));
    expect(zeros.eq(127).all().item()).toBe(true);
    expect(state.absmax.item()).toBe(0);
    const [unsigned] = quantizeBlockwise(torch.zeros([10]), {
      code: createDynamicMap({ signed: false }),
    });
    expect(unsigned.eq(0).all().item()).toBe(true);
    const [, nan] = quantizeBlockwise(tensor([1, Number.NaN, 0.5]));
    expect(nan.absmax.item()).toBe(1);
    const tiny = torch.randn([64]).mul(1e-41);
    const [q, tinyState] = quantizeBlockwise(tiny);
    const error = dequantizeBlockwise(q, tinyState).sub(tiny).abs().max().item() as number;
    expect(error).toBeLessThanOrEqual(0.02 * (tiny.abs().max().item() as number) + 1e-44);
  });

  it("keeps the shape, takes strides, and nests its scales", () => {
    const x = torch.randn([96, 40]).t();
    const [q, state] = quantizeBlockwise(x, { blocksize: 64, nested: true });
    expect(q.shape).toEqual([40, 96]);
    expect(state.absmax.dtype).toBe("uint8");
    const back = dequantizeBlockwise(q, state);
    expect(back.shape).toEqual([40, 96]);
    expect(back.sub(x).abs().max().item()).toBeLessThan(0.1);
  });

  it("refuses what it cannot take", () => {
    const x = torch.randn([10]);
    expect(codeOf(() => quantizeBlockwise(torch.arange(0, 4)))).toBe("FABRIC_TENSOR_ARGUMENT");
    expect(codeOf(() => quantizeBlockwise(x, { blocksize: 0 }))).toBe("FABRIC_CONFIG_BLOCKSIZE");
    expect(codeOf(() => quantizeBlockwise(x, { code: torch.zeros([16]) }))).toBe(
      "FABRIC_TENSOR_ARGUMENT",
    );
    const code = createDynamicMap();
    const isRefused = (): void =>
      expect(codeOf(() => quantizeBlockwise(x, { code }))).toBe("FABRIC_TENSOR_ARGUMENT");
    quantizeBlockwise(x, { code });
    code.copy_(code.flip([0]));
    isRefused();
    code.copy_(createDynamicMap()).at(255).fill_(Number.NaN);
    isRefused();
    const [q, state] = quantizeBlockwise(x);
    expect(codeOf(() => dequantizeBlockwise(q.float(), state))).toBe("FABRIC_TENSOR_ARGUMENT");
  });
});

describe.skipIf(!hasReference)("against bitsandbytes", () => {
  for (const { id, args, tensors } of casesOf("quant8", "quantize_blockwise")) {
    const isDynamic = args["code"] === "dynamic" || args["code"] === "udynamic";
    it.skipIf(!isDynamic || args["nested"] === true)(id, () => {
      const input = tensors["input"] as torch.Tensor;
      const code = createDynamicMap({ signed: args["code"] === "dynamic" });
      const [q, state] = quantizeBlockwise(input, { code, blocksize: args["blocksize"] as number });
      // The reference's own codes come from a table of 65536 bins; the exact ones are recorded beside them. Those were divided by absmax, where
      // we multiply by its reciprocal: values within a unit in the last place of a midpoint, which 16-bit values often meet, go to the other side.
      const exact = (tensors["q_exact"] ?? tensors["q"]) as torch.Tensor;
      const isZero = state.absmax
        .repeatInterleave(args["blocksize"] as number)
        .slice(0, 0, input.numel())
        .eq(0);
      const off = q
        .flatten()
        .ne(exact.flatten())
        .logicalAnd(isZero.logicalNot())
        .sum()
        .item() as number;
      expect(off).toBeLessThanOrEqual(Math.ceil(input.numel() / 200));
      expect(
        state.absmax
          .eq(tensors["absmax"] as torch.Tensor)
          .logicalOr(state.absmax.eq(0))
          .all()
          .item(),
      ).toBe(true);
    });
  }
});
