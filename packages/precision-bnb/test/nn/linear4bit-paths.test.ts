// The ways that a 4-bit product takes: few rows, many, more than are widened at a time, and panels where groups of codes are not whole.

import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { dequantize4bit, QuantState, quantize4bit } from "../../src/functional/index.js";
import { Linear4bit } from "../../src/nn/index.js";

const { tensor } = torch;
const BLOCKSIZES = [32, 64, 128, 256, 512, 1024, 2048, 4096];

function seeded(seed: number): torch.Generator {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return generator;
}

function layerOf(k: number, n: number, options: object): Linear4bit {
  const layer = new Linear4bit(k, n, { bias: false, device: "meta", quantType: "nf4", ...options });
  const weight = torch.randn([n, k], { generator: seeded(k + n) });
  const bias = torch.randn([n], { generator: seeded(4) });
  layer.loadStateDict(layer.bias === null ? { weight } : { weight, bias }, { assign: true });
  return layer.to("cpu");
}

/** What dequantising gives, in another dtype. */
function weightOf(layer: Linear4bit, dtype: torch.DType): Tensor {
  const state = layer.weight.quantState as QuantState;
  return dequantize4bit(layer.weight.detach(), new QuantState({ ...state, dtype }));
}

function differing(a: Tensor, b: Tensor): number {
  return a.flatten().ne(b.flatten()).sum().item() as number;
}

/** Rows that are zero but for a one each: their products are weights and sums of zeros, exact in any order. */
function ones(rows: number, k: number, dtype: torch.DType): { x: Tensor; columns: Tensor } {
  const columns = tensor(
    Array.from({ length: rows }, (_, i) => (i * 37 + 5) % k),
    { dtype: "int64" },
  );
  const x = torch.zeros([rows, k]);
  for (let row = 0; row < rows; row++)
    x.select(0, row)
      .select(0, (row * 37 + 5) % k)
      .fill_(1);
  return { x: x.to(dtype), columns };
}

/** Widths: whole groups, rows that end inside blocks, no whole groups. Heights: odd ones, more than a tile of 128 rows. */
const SHAPES = [
  [64, 3],
  [96, 133],
  [352, 129],
  [1056, 21],
  [48, 131],
  [33, 7],
] as const;

describe("each weight that is multiplied is what dequantising gives, bit for bit", () => {
  for (const compressStatistics of [false, true])
    for (const dtype of ["float32", "float16", "bfloat16"] as const)
      it(`${compressStatistics ? "nested" : "plain"} scales, ${dtype}: every block size`, () => {
        for (const blocksize of BLOCKSIZES)
          for (const [k, n] of SHAPES) {
            const quantType = k % 3 === 0 ? "nf4" : "fp4";
            const options = { quantType, blocksize, compressStatistics, computeDtype: dtype };
            const layer = layerOf(k, n, options);
            const weight = weightOf(layer, dtype);
            for (const rows of [1, 2, 3, 4, 7, 16, 17, 39, 50]) {
              const { x, columns } = ones(rows, k, dtype);
              const expected = weight.indexSelect(1, columns).t();
              const message = `blocksize ${blocksize}, [${n}, ${k}], ${rows} rows`;
              expect(differing(layer.forward(x), expected), message).toBe(0);
            }
          }
      });

  it("with scales of another nested block size, none of whose ends a row shares", () => {
    for (const nestedBlocksize of [1, 3, 100, 256, 5000]) {
      const layer = layerOf(96, 133, { compressStatistics: false });
      const state = layer.weight.quantState as QuantState;
      const blocks = state.absmax.numel();
      const absmax = torch.arange(0, blocks).mul(29).remainder(256).to("uint8");
      const [count, generator] = [Math.ceil(blocks / nestedBlocksize), seeded(nestedBlocksize)];
      const scale = torch.rand([count], { generator });
      const offset = torch.rand([], { generator });
      const { code } = quantize4bit(torch.ones([64]), { compressStatistics: true })[1]
        .state2 as QuantState;
      const scales = code
        .indexSelect(0, absmax.long())
        .mul(scale.repeatInterleave(nestedBlocksize).slice(0, 0, blocks))
        .add(offset);
      const weight = dequantize4bit(
        layer.weight.detach(),
        new QuantState({ ...state, absmax: scales }),
      );
      const { x, columns } = ones(5, 96, "float32");
      const linear = torch.ops["fabric"]?.["linear_4bit"] as unknown as (...a: unknown[]) => Tensor;
      const packed = layer.weight.detach();
      const y = linear(
        ...[x, packed, absmax, [133, 96], 64, "nf4", "float32", null],
        ...[scale, code, offset, nestedBlocksize],
      );
      expect(differing(y, weight.indexSelect(1, columns).t())).toBe(0);
    }
  });

  it("in the gradient of the input, in panels of columns", () => {
    for (const [k, n] of [
      [600, 133],
      [96, 21],
      [33, 7],
    ] as const)
      for (const blocksize of [64, 512]) {
        const layer = layerOf(k, n, { blocksize, compressStatistics: true });
        const { x: gradient, columns } = ones(5, n, "float32");
        const x = torch.zeros([5, k]).requiresGrad_();
        layer.forward(x).backward(gradient);
        expect(differing(x.grad as Tensor, layer.dequantize().indexSelect(0, columns))).toBe(0);
      }
  });

  it("in more than one panel of rows", () => {
    // A panel is 8 MiB: 2097 rows of 1000 float32 numbers. 1000 is no multiple of 32.
    const layer = layerOf(1000, 2200, { compressStatistics: true });
    const { x, columns } = ones(3, 1000, "float32");
    const expected = layer.dequantize().indexSelect(1, columns).t();
    expect(differing(layer.forward(x), expected)).toBe(0);
  });
});

describe("sums", () => {
  for (const dtype of ["float32", "float16", "bfloat16"] as const)
    it(`${dtype}: are as near to float64's for any number of rows`, () => {
      for (const [k, n] of [
        [2080, 133],
        [96, 5],
        [48, 5],
      ] as const) {
        const layer = layerOf(k, n, { bias: true, computeDtype: dtype, compressStatistics: true });
        const weight = weightOf(layer, dtype).double();
        const bias = (layer.bias as Tensor).to(dtype).double();
        for (const rows of [1, 4, 5, 16, 17, 63, 200, 1030]) {
          const x = torch.randn([rows, k], { generator: seeded(rows) }).to(dtype);
          const exact = x.double().matmul(weight.t()).add(bias);
          const error = layer.forward(x).double().sub(exact).abs().max().item() as number;
          const bound = { float32: 1e-6, float16: 1.2e-3, bfloat16: 9e-3 }[dtype];
          expect(error).toBeLessThan(bound * (2 + (exact.abs().max().item() as number)));
        }
      }
    });

  it("are the same for any number of threads", () => {
    const before = torch.getNumThreads();
    try {
      for (const rows of [1, 5, 30, 200])
        for (const [k, n] of [
          [2080, 261],
          [96, 5],
        ] as const) {
          const layer = layerOf(k, n, { compressStatistics: true });
          const x = torch.randn([rows, k], { generator: seeded(rows) });
          torch.setNumThreads(1);
          const alone = layer.forward(x);
          torch.setNumThreads(3);
          expect(differing(layer.forward(x), alone)).toBe(0);
        }
    } finally {
      torch.setNumThreads(before);
    }
  });
});

it("gives nothing for a weight of no rows", () => {
  const linear = torch.ops["fabric"]?.["linear_4bit"] as unknown as (...a: unknown[]) => Tensor;
  const [packed, absmax] = [torch.zeros([0, 1], { dtype: "uint8" }), torch.zeros([0])];
  for (const rows of [1, 100])
    expect(
      linear(torch.ones([rows, 64]), packed, absmax, [0, 64], 64, "nf4", "float32", null).shape,
    ).toEqual([rows, 0]);
});

it("refuses nested scales that do not fit", () => {
  const layer = layerOf(64, 8, { compressStatistics: true });
  const state = layer.weight.quantState as QuantState;
  const { absmax, code } = state.state2 as QuantState;
  const linear = torch.ops["fabric"]?.["linear_4bit"] as unknown as (...a: unknown[]) => Tensor;
  const call = (changed: object) => {
    const args = { codes: state.absmax, absmax, code, offset: state.offset, blocksize: 256 };
    const a = { ...args, ...changed };
    linear(
      ...[torch.ones([1, 64]), layer.weight.detach(), a.codes, [8, 64], 64, "nf4", "float32", null],
      ...[a.absmax, a.code, a.offset, a.blocksize],
    );
  };
  call({});
  expect(() => call({ codes: torch.ones([8]) })).toThrow(/expected uint8 as the dtype/);
  expect(() => call({ codes: state.absmax.slice(0, 1) })).toThrow(/expected 8 values of absmax/);
  expect(() => call({ absmax: torch.ones([2]) })).toThrow(/expected 1 values of nested_absmax/);
  expect(() => call({ blocksize: 0 })).toThrow(/values of nested_absmax/);
  expect(() => call({ code: code.slice(0, 1) })).toThrow(/256 values of nested_code/);
  expect(() => call({ code: null })).toThrow(/nested_code and nested_offset/);
  expect(() => call({ offset: torch.ones([2]) })).toThrow(/one value of nested_offset/);
});
