// FP8 codes: every code, every bfloat16, random float32, amax and transposes, against libtorch's own cast after clamping.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { testDevice } from "../../../../tools/test-support/device.js";
import { casesOf, hasReference } from "../../../../tools/test-support/reference.js";
import {
  amax,
  castToFp8,
  currentScale,
  dequantizeFp8,
  type Fp8DType,
  fp8Max,
} from "../../src/functional/index.js";

const DTYPES = ["float8_e4m3fn", "float8_e5m2"] as const;

const scaleOf = (value: number): Tensor => tensor([value], { dtype: "float32" });
const bytes = (codes: Tensor): Tensor => codes.view("uint8");
/** Codes but for NaN, whose bits say nothing; one kind of NaN. */
const canonical = (codes: Tensor): Tensor =>
  torch.where(codes.float().isnan(), torch.full([], 0x7f, { dtype: "uint8" }), bytes(codes));

function differing(a: Tensor, b: Tensor): number {
  return a.flatten().ne(b.flatten()).sum().item() as number;
}

/** What the cast must give: product in float32, clamped, libtorch's rounding. */
function expected(x: Tensor, scale: number, dtype: Fp8DType): Tensor {
  const most = fp8Max(dtype);
  return x.float().mul(scaleOf(scale)).clamp(-most, most).to(dtype);
}

function seeded(seed: number): torch.Generator {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return generator;
}

/** All 65536 patterns. */
function patterns(dtype: "bfloat16" | "float16"): Tensor {
  return torch.arange(0, 65536, { dtype: "int32" }).to("int16").view(dtype);
}

describe("castToFp8", () => {
  for (const dtype of DTYPES) {
    it(`${dtype}: every bfloat16 and float16 at several scales`, () => {
      for (const half of ["bfloat16", "float16"] as const)
        for (const scale of [1, 0.37, 128, 3e-5, 7e20]) {
          const x = patterns(half);
          const { codes, scaleInv } = castToFp8(x, { dtype, scale: scaleOf(scale) });
          expect(codes.dtype).toBe(dtype);
          expect(differing(canonical(codes), canonical(expected(x, scale, dtype)))).toBe(0);
          expect(scaleInv.item()).toBe(Math.fround(1 / Math.fround(scale)));
        }
    });

    it(`${dtype}: random float32 bits`, () => {
      const bits = torch.randint(-(2 ** 31), 2 ** 31, [1 << 20], {
        dtype: "int64",
        generator: seeded(3),
      });
      const x = bits.to("int32").view("float32");
      for (const scale of [1, 0.37]) {
        const { codes } = castToFp8(x, { dtype, scale: scaleOf(scale) });
        expect(differing(canonical(codes), canonical(expected(x, scale, dtype)))).toBe(0);
      }
    });

    it(`${dtype}: dense float32 around every code and midpoint`, () => {
      const all = torch.arange(0, 256, { dtype: "int32" }).to("uint8").view(dtype).float();
      const finite = all.maskedSelect(all.isfinite()).sort()[0] as Tensor;
      const n = finite.numel();
      const middles = finite
        .slice(0, 0, n - 1)
        .add(finite.slice(0, 1, n))
        .div(2);
      const points = torch.cat([finite, middles]);
      const bits = points.contiguous().view("int32");
      const near = torch.cat([-2, -1, 0, 1, 2].map((step) => bits.add(step))).view("float32");
      const { codes } = castToFp8(near, { dtype, scale: scaleOf(1) });
      expect(differing(canonical(codes), canonical(expected(near, 1, dtype)))).toBe(0);
    });

    it(`${dtype}: all 256 codes decode, to every dtype`, () => {
      const codes = torch.arange(0, 256, { dtype: "int32" }).to("uint8").view(dtype);
      for (const out of ["float32", "bfloat16", "float16", "float64"] as const)
        for (const inverse of [1, 0.37]) {
          const values = dequantizeFp8(codes, scaleOf(inverse), out);
          const right = codes.float().mul(scaleOf(inverse)).to(out);
          expect(values.dtype).toBe(out);
          expect(differing(torch.nanToNum(values, 9999), torch.nanToNum(right, 9999))).toBe(0);
        }
    });

    it(`${dtype}: saturates, keeps NaN and its place, rounds ties to even`, () => {
      const most = fp8Max(dtype);
      const x = tensor([1e9, -1e9, Infinity, -Infinity, NaN, most, -0, 1.0625, 17, 19]);
      const values = dequantizeFp8(castToFp8(x, { dtype, scale: scaleOf(1) }).codes, scaleOf(1));
      const [a, b, c, d, e, f, g, ...rest] = values.toArray() as number[];
      expect([a, b, c, d, f]).toEqual([most, -most, most, -most, most]);
      expect(e).toBeNaN();
      expect(Object.is(g, -0)).toBe(true);
      expect(rest).toEqual(dtype === "float8_e4m3fn" ? [1, 16, 20] : [1, 16, 20]);
    });
  }

  it("rounds as the specification's examples", () => {
    const x = tensor([1.0625, 1.1875, 17, 19, 2 ** -10, 3 * 2 ** -11, 480, 464]);
    const { codes } = castToFp8(x, { scale: scaleOf(1) });
    expect(codes.float().toArray()).toEqual([1, 1.25, 16, 20, 0, 2 ** -9, 448, 448]);
  });

  it("keeps the largest magnitude of the input in row 0, without NaNs, and never lowers it", () => {
    const history = torch.zeros([4, 3]);
    const scale = tensor([1, 8, 1]);
    castToFp8(tensor([1, -5, NaN, 2]), { scale, slot: 1, history });
    expect(history.toArray()).toEqual([
      [0, 5, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    castToFp8(tensor([3]), { scale, slot: 1, history });
    expect((history.toArray() as number[][])[0]).toEqual([0, 5, 0]);
    castToFp8(tensor([-Infinity]), { scale, slot: 2, history });
    expect((history.toArray() as number[][])[0]).toEqual([0, 5, Infinity]);
    for (const n of [1, 7, 31, 33, 1000, 70001]) {
      const x = torch.randn([n], { generator: seeded(n) });
      expect(amax(x).item()).toBe(x.abs().max().item());
      const half = x.bfloat16();
      expect(amax(half).item()).toBe(half.float().abs().max().item());
    }
    expect(amax(torch.zeros([0])).item()).toBe(0);
    expect(amax(tensor([NaN, NaN])).item()).toBe(0);
  });

  it("takes any strides, and gives the transpose of the same codes", () => {
    for (const [rows, cols] of [
      [1, 1],
      [16, 16],
      [17, 33],
      [100, 257],
      [64, 48],
    ] as const) {
      const x = torch.randn([rows, cols], { generator: seeded(rows) });
      const straight = castToFp8(x, { scale: scaleOf(30), transpose: true });
      expect(straight.transposed?.shape).toEqual([cols, rows]);
      const turned = bytes(straight.transposed as Tensor);
      expect(differing(turned, bytes(straight.codes).t().contiguous())).toBe(0);
      const strided = castToFp8(x.t().contiguous().t(), { scale: scaleOf(30) });
      expect(differing(bytes(strided.codes), bytes(straight.codes))).toBe(0);
      expect(strided.codes.isContiguous()).toBe(true);
    }
    const deep = torch.randn([2, 3, 8]);
    const cast = castToFp8(deep, { scale: scaleOf(1), transpose: true });
    expect([cast.codes.shape, cast.transposed?.shape]).toEqual([
      [2, 3, 8],
      [8, 6],
    ]);
  });

  it("finds current scales", () => {
    expect(currentScale(tensor([2, -7])).item()).toBe(64);
    expect(currentScale(tensor([2, -7]), "float8_e5m2").item()).toBe(8192);
    expect(currentScale(tensor([3]), "float8_e4m3fn", { powerOfTwo: true }).item()).toBe(128);
    expect(currentScale(tensor([3])).item()).toBe(Math.fround(448 / 3));
    expect(currentScale(tensor([0])).item()).toBe(1);
    expect(currentScale(tensor([Infinity])).item()).toBe(1);
    expect(currentScale(tensor([1e-40])).item()).toBe(3.4028234663852886e38);
    expect(currentScale(tensor([1]), "float8_e4m3fn", { epsilon: 7 }).item()).toBe(64);
  });

  it("works on the meta device, and refuses what it cannot take", () => {
    const meta = { device: "meta" } as const;
    const { codes, transposed } = castToFp8(torch.empty([3, 5], meta), {
      scale: torch.ones([1], meta),
      transpose: true,
    });
    expect([codes.device, codes.shape, transposed?.shape]).toEqual(["meta", [3, 5], [5, 3]]);
    expect(codeOf(() => castToFp8(torch.arange(0, 3), { scale: scaleOf(1) }))).toBe(
      "FABRIC_TENSOR_ARGUMENT",
    );
    const x = torch.ones([3]);
    expect(() => castToFp8(x, { scale: scaleOf(1), slot: 1 })).toThrow(/more than 1 elements/);
    expect(() => castToFp8(x, { scale: scaleOf(1), history: torch.zeros([2, 2]) })).toThrow(
      /history of \[length, 1\]/,
    );
    expect(() => castToFp8(x, { scale: scaleOf(1), dtype: "float16" as "float8_e5m2" })).toThrow(
      /float8_e4m3fn or float8_e5m2/,
    );
  });

  it("gives the same bits with every instruction set", () => {
    const script = fileURLToPath(new URL("checksums.mjs", import.meta.url));
    const sums = ["portable", "avx2", ""].map((isa) => {
      const { stdout, stderr, status } = spawnSync(process.execPath, [script], {
        encoding: "utf8",
        env: { ...process.env, FABRIC_TE_ISA: isa, OMP_NUM_THREADS: "1" },
      });
      expect(stderr).toBe("");
      expect(status).toBe(0);
      return stdout;
    });
    expect(sums[0]).toMatch(/^[0-9a-f]{64}\n$/);
    expect(new Set(sums).size).toBe(1);
  });
});

describe.skipIf(!hasReference)("against recorded vectors", () => {
  for (const { id, args, tensors } of casesOf("fp8")) {
    it(id, () => {
      const dtype = `float8_${args["format"] as string}` as Fp8DType;
      const of = (name: string): Tensor => tensors[name] as Tensor;
      if (id.endsWith("decode")) {
        const values = dequantizeFp8(of("codes").view(dtype), scaleOf(1));
        expect(differing(torch.nanToNum(values, 9999), torch.nanToNum(of("float32"), 9999))).toBe(
          0,
        );
      } else if (id.endsWith("cast")) {
        const { codes } = castToFp8(of("input"), { dtype, scale: scaleOf(1) });
        const right = of("code_saturated").view(dtype);
        expect(differing(canonical(codes), canonical(right))).toBe(0);
      } else if (id.includes("scaled")) {
        const scale = scaleOf(args["scale"] as number);
        const { codes, scaleInv } = castToFp8(of("input"), { dtype, scale });
        expect(differing(canonical(codes), canonical(of("code").view(dtype)))).toBe(0);
        const values = dequantizeFp8(codes, scaleInv);
        // The reference divides by the scale: one unit in the last place.
        const off = values.sub(of("dequant")).abs().div(of("dequant").abs().clamp(1e-30));
        expect(off.max().item() as number).toBeLessThan(2.4e-7);
      } else {
        const cast = (name: string): Tensor =>
          castToFp8(of(name), { scale: of(`${name}_scale`) }).codes;
        expect(differing(bytes(cast("x")), of("x_code"))).toBe(0);
        expect(differing(bytes(cast("w")), of("w_code"))).toBe(0);
        const y = torch.ops["fabric"]?.["fp8_mm"]?.(
          cast("x"),
          cast("w"),
          torch.reciprocal(of("x_scale")),
          torch.reciprocal(of("w_scale")),
          null,
          "float32",
        ) as Tensor;
        expect(y.sub(of("y")).abs().max().item() as number).toBeLessThan(
          2e-6 * (of("y").abs().max().item() as number),
        );
      }
    });
  }
});
