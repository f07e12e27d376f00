// fabric::linear_4bit and its gradient on CUDA beside the CPU, and beside float64 sums of the same weights.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { describeKernels, onCpu } from "./support/twin.js";

type Dtype = "float32" | "float16" | "bfloat16" | "float64";

/** Half a unit in the last place, of a number of magnitude one. */
const UNIT = { float32: 2 ** -24, float16: 2 ** -11, bfloat16: 2 ** -8, float64: 2 ** -24 };

interface Packed {
  n: number;
  k: number;
  blocksize: number;
  quantType: string;
  dtype: Dtype;
  /** What stands between the input and the bias in the operator's arguments. */
  head: unknown[];
  /** Nested scales, or none. */
  tail: unknown[];
  /** The scales, one a block. */
  absmax: torch.Tensor;
  codes: torch.Tensor;
}

function packed(
  n: number,
  k: number,
  options: { blocksize?: number; quantType?: string; nested?: number; dtype?: Dtype } = {},
): Packed {
  const { blocksize = 64, quantType = "nf4", nested = 0, dtype = "float32" } = options;
  torch.manualSeed(n + k + blocksize);
  const [codes, plain] = onCpu(
    "quantize_4bit",
    torch.randn([n, k]),
    blocksize,
    quantType,
    torch.uint8,
  ) as [torch.Tensor, torch.Tensor];
  const head = (absmax: torch.Tensor) => [codes, absmax, [n, k], blocksize, quantType, dtype];
  const common = { n, k, blocksize, quantType, dtype, codes };
  if (nested === 0)
    return { ...common, head: head(plain), tail: [null, null, null, 256], absmax: plain };
  // Any map and any codes will do: the operators read them, and nothing asks where they are from.
  const blocks = plain.shape[0] as number;
  const map = torch.rand([256]).sub(0.5);
  const inner = torch.randint(0, 256, [blocks]).to("uint8");
  const outer = torch.rand([Math.ceil(blocks / nested)]);
  const offset = torch.tensor(1.5);
  const spread = outer.repeatInterleave(nested).narrow(0, 0, blocks);
  const absmax = map.indexSelect(0, inner.to("int64")).mul(spread).add(offset);
  return { ...common, head: head(inner), tail: [outer, map, offset, nested], absmax };
}

/** The weight in `dtype`, [n, k]. */
function weightOf(w: Packed, dtype: Dtype): torch.Tensor {
  return onCpu(
    "dequantize_4bit",
    w.codes,
    w.absmax,
    w.blocksize,
    w.quantType,
    [w.n, w.k],
    dtype,
  ) as torch.Tensor;
}

function largest(t: torch.Tensor): number {
  return t.numel() === 0 ? 0 : (t.abs().max().item() as number);
}

/**
 * Expects |y - truth| <= the error of float32 sums, a unit for each term in the worst case, plus the rounding of each weight and of the result to
 * `dtype`. `terms`: sums of the magnitudes of the products.
 */
function expectClose(
  y: torch.Tensor,
  truth: torch.Tensor,
  terms: torch.Tensor,
  k: number,
  dtype: Dtype,
  weights = 0,
): void {
  const allowed = terms
    .mul((k + 4) * UNIT.float32 + weights)
    .add(truth.abs().mul(1.01 * UNIT[dtype]))
    .add(dtype === "float16" ? 2 ** -24 : 1e-30);
  expect(y.shape).toEqual(truth.shape);
  expect(largest(y.to("float64").sub(truth).abs().div(allowed))).toBeLessThanOrEqual(1);
}

describeKernels("linear_4bit", (twin) => {
  const call = (x: torch.Tensor, w: Packed, bias: torch.Tensor | null = null) =>
    twin.call("linear_4bit", x, ...w.head, bias, ...w.tail) as torch.Tensor;
  const callCpu = (x: torch.Tensor, w: Packed, bias: torch.Tensor | null = null) =>
    onCpu("linear_4bit", x, ...w.head, bias, ...w.tail) as torch.Tensor;

  /** Beside float64 sums of the weights as `dtype` has them, and beside the CPU's operator. */
  function check(rows: number, w: Packed, dtype: Dtype, hasBias: boolean): void {
    const x = torch.randn([rows, w.k]).to(dtype);
    const bias = hasBias ? torch.randn([w.n]).to(dtype) : null;
    const y = call(x, w, bias);
    expect(y.dtype).toBe(dtype);
    // One row is multiplied with weights that are not rounded to 16 bits.
    const rounding = rows === 1 ? "float32" : dtype;
    const wide = x.to("float64");
    const weight = weightOf(w, rounding).to("float64").t();
    const plus = bias === null ? torch.zeros([w.n]) : bias.to("float64");
    const terms = wide.abs().matmul(weight.abs()).add(plus.abs());
    expectClose(y, wide.matmul(weight).add(plus), terms, w.k, dtype);
    // Both round sums; and of one row, the CPU rounds the weights.
    const apart = (w.k + 4) * UNIT.float32 + (rows === 1 ? UNIT[dtype] : 0);
    expectClose(y, callCpu(x, w, bias).to("float64"), terms, w.k, dtype, apart + UNIT[dtype]);
  }

  for (const dtype of ["float32", "float16", "bfloat16", "float64"] as const) {
    it(`multiplies one row: ${dtype}`, () => {
      // Widths of a chunk, of rows that end inside blocks, of a tile and of several; heights that are no multiple of four.
      for (const [n, k] of [
        [1, 32],
        [7, 96],
        [33, 1056],
        [5, 2080],
        [66, 256],
      ] as const)
        for (const blocksize of [32, 64, 4096])
          check(1, packed(n, k, { blocksize, quantType: n % 2 ? "nf4" : "fp4" }), dtype, n > 5);
    });

    it(`multiplies a row that is longer than a slab of shared memory: ${dtype}`, () => {
      check(1, packed(3, 16_384 + 1024 + 32), dtype, true);
    });

    it(`multiplies few rows, and more than a tile of them: ${dtype}`, () => {
      const small = packed(70, 160, { blocksize: 32 });
      for (const rows of [2, 7, 16, 17, 33]) check(rows, small, dtype, rows % 2 === 0);
      const large = packed(130, 64, { quantType: "fp4" });
      for (const rows of [65, 130]) check(rows, large, dtype, true);
    });

    it(`multiplies in parts of k, which are added in order: ${dtype}`, () => {
      const w = packed(20, 2080, { blocksize: 128 });
      for (const rows of [3, 40]) check(rows, w, dtype, rows === 3);
    });

    it(`goes through panels for many rows and for rows without whole groups: ${dtype}`, () => {
      check(257, packed(9, 64), dtype, true);
      for (const k of [33, 7, 48])
        for (const rows of [2, 5]) check(rows, packed(5, k), dtype, true);
    });

    it(`reads nested scales: ${dtype}`, () => {
      for (const nested of [1, 3, 256])
        for (const rows of [1, 4]) check(rows, packed(13, 352, { nested }), dtype, false);
    });
  }

  it("gives each weight as dequantising does, bit for bit", () => {
    for (const dtype of ["float16", "bfloat16"] as const)
      for (const quantType of ["nf4", "fp4"]) {
        const w = packed(67, 96, { quantType, blocksize: 32 });
        const y = call(torch.eye(96).to(dtype), w);
        expect(torch.equal(y, weightOf(w, dtype).t())).toBe(true);
      }
  });

  it("takes what is not contiguous, not aligned, of more dimensions, or empty", () => {
    const w = packed(12, 64);
    const wide = torch.randn([4, 130]).to("bfloat16");
    const x = wide.narrow(1, 1, 64);
    expect(torch.equal(call(x, w), call(x.clone(), w))).toBe(true);
    const row = x.select(0, 2);
    expect(torch.equal(call(row, w), call(row.clone(), w))).toBe(true);
    expect(call(torch.randn([2, 3, 64]), w).shape).toEqual([2, 3, 12]);
    expect(call(torch.randn([0, 64]), w).shape).toEqual([0, 12]);
    const bias = torch.randn([24]).asStrided([12], [2], 1);
    expect(torch.equal(call(x, w, bias), call(x, w, bias.clone()))).toBe(true);
  });

  it("keeps NaN and infinity to the rows of x and of the weight that have them", () => {
    const w = packed(70, 64);
    for (const rows of [1, 3]) {
      const x = torch.randn([rows, 64]).to("float16");
      x.select(0, 0).select(0, 5).fill_(Number.NaN);
      const y = call(x, w);
      expect(y.select(0, 0).isnan().all().item()).toBe(true);
      if (rows > 1)
        expect(
          y
            .narrow(0, 1, rows - 1)
            .isfinite()
            .all()
            .item(),
        ).toBe(true);
    }
    const absmax = w.absmax.clone();
    absmax.select(0, 69).fill_(Number.NaN);
    const y = call(torch.randn([3, 64]).to("float16"), { ...w, head: w.head.with(1, absmax) });
    expect(y.select(1, 69).isnan().all().item()).toBe(true);
    expect(y.narrow(1, 0, 69).isfinite().all().item()).toBe(true);
  });

  it("gives the same bits each time", () => {
    const w = packed(20, 2080);
    for (const rows of [1, 3]) {
      const x = torch.randn([rows, 2080]).to("bfloat16");
      expect(torch.equal(call(x, w), call(x, w))).toBe(true);
    }
  });

  it("refuses what the CPU's operator refuses", () => {
    const w = packed(4, 64);
    const x = torch.randn([2, 64]);
    const refused: [unknown[], RegExp][] = [
      [[torch.randn([2, 63]), ...w.head, null, ...w.tail], /last dimension is 64/],
      [[x, ...w.head.with(3, 48), null, ...w.tail], /blocksize of 32/],
      [[x, ...w.head.with(4, "af4"), null, ...w.tail], /"nf4" or "fp4"/],
      [
        [x, ...w.head.with(0, w.codes.narrow(0, 0, 100)), null, ...w.tail],
        /128 bytes of 4-bit codes/,
      ],
      [[x, ...w.head.with(1, torch.ones([3])), null, ...w.tail], /4 values of absmax/],
      [[x, ...w.head, torch.ones([5]), ...w.tail], /bias of \[4\]/],
      [[x.to("int32"), ...w.head, null, ...w.tail], /float32, float16, bfloat16 or float64/],
    ];
    for (const [args, message] of refused) {
      expect(() => onCpu("linear_4bit", ...args)).toThrow(message);
      expect(() => twin.call("linear_4bit", ...args)).toThrow(message);
    }
  });
});

describeKernels("linear_4bit_grad_input", (twin) => {
  for (const dtype of ["float32", "float16", "bfloat16", "float64"] as const)
    it(`multiplies with the weight as its own dtype has it: ${dtype}`, () => {
      for (const [n, k, rows] of [
        [1, 32, 1],
        [7, 33, 3],
        [40, 320, 5],
        [3, 0, 2],
      ] as const)
        for (const state of ["float32", "float16", "bfloat16"] as const) {
          const w = packed(n, k, { dtype: state, nested: n === 7 ? 2 : 0 });
          const g = torch.randn([rows, n]).to(dtype);
          const x = twin.call("linear_4bit_grad_input", g, ...w.head, ...w.tail) as torch.Tensor;
          expect(x.dtype).toBe(dtype);
          const weight = weightOf(w, state)
            .to(dtype === "float64" ? "float32" : dtype)
            .to("float64");
          const wide = g.to("float64");
          const terms = wide.abs().matmul(weight.abs());
          expectClose(x, wide.matmul(weight), terms, n, dtype);
        }
    });
});
