// Products by emulation, in bfloat16 where the CPU multiplies it and in float32: both against float64.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { afterEach, describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { emulationDtype, emulationEngine } from "../../src/engine/index.js";
import { castToFp8, dequantizeFp8, type Fp8DType } from "../../src/functional/index.js";

const FORMATS = ["float8_e4m3fn", "float8_e5m2"] as const;
const one = tensor([1]);
const threads = torch.getNumThreads();
const { multiply } = emulationEngine();

afterEach(() => torch.setNumThreads(threads));

/** Whole numbers from -4 to 4, which both formats hold. */
function whole(rows: number, columns: number, seed: number, dtype: Fp8DType): Tensor {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return torch.randint(-4, 5, [rows, columns], { generator }).float().to(dtype);
}

/** The same matrix, columns contiguous. */
const turned = (codes: Tensor): Tensor => codes.t().contiguous().t();
const bits = (t: Tensor): Tensor => t.contiguous().view(t.dtype === "float32" ? "int32" : "int16");
const same = (a: Tensor, b: Tensor): boolean => torch.equal(bits(a), bits(b));

describe("products of codes", () => {
  for (const [m, n, k] of [
    [1, 1, 1],
    [3, 5, 1],
    [16, 64, 32],
    [65, 63, 31],
    [64, 128, 513],
    [200, 130, 1025],
    [290, 70, 4100],
  ] as const)
    it(`[${m}, ${k}] times [${k}, ${n}]: exact, in every pair of formats and layouts`, () => {
      for (const first of FORMATS)
        for (const second of FORMATS) {
          const [a, b] = [whole(m, k, 1, first), whole(n, k, 2, second)];
          const sums = a.double().mm(b.double().t());
          const right = sums.mul(0.375).add(torch.arange(0, n).double());
          const bias = torch.arange(0, n).bfloat16();
          for (const x of [a, turned(a)])
            for (const y of [b, turned(b)]) {
              const product = multiply(
                { data: x, scaleInv: tensor([0.75]) },
                { data: y, scaleInv: tensor([0.5]) },
                { dtype: "float32", bias },
              );
              expect(torch.equal(product.double(), right)).toBe(true);
            }
        }
    });

  it("are rounded once, after scale and bias", () => {
    const [a, b] = [whole(40, 300, 1, "float8_e5m2"), whole(24, 300, 2, "float8_e4m3fn")];
    const scaled = { data: a, scaleInv: tensor([0.37]) };
    const bias = torch.arange(0, 24).div(7).bfloat16();
    const sums = a.double().mm(b.double().t()).float();
    const wide = sums.mul(tensor([0.37])).add(bias.float());
    for (const dtype of ["float32", "bfloat16", "float16"] as const) {
      const y = multiply(scaled, { data: b, scaleInv: one }, { dtype, bias: bias.to(dtype) });
      const right = dtype === "float16" ? sums.mul(tensor([0.37])).add(bias.half().float()) : wide;
      expect(same(y, right.to(dtype))).toBe(true);
    }
  });

  for (const dtype of FORMATS)
    it(`decode every code of ${dtype}, infinities and NaN too`, () => {
      const all = torch.arange(0, 256).to("uint8").view(dtype);
      const values = dequantizeFp8(all, one);
      const unit = { data: torch.ones([1, 1]).to("float8_e4m3fn"), scaleInv: one };
      const column = { data: all.view([256, 1]), scaleInv: one };
      const asRows = multiply(column, unit, { dtype: "float32" }).flatten();
      const asColumns = multiply(unit, column, { dtype: "float32" }).flatten();
      for (const got of [asRows, asColumns]) {
        expect(torch.equal(got.isnan(), values.isnan())).toBe(true);
        expect(torch.equal(torch.nanToNum(got, 1e9), torch.nanToNum(values, 1e9))).toBe(true);
      }
    });

  it("keep a NaN to its row, and differ by the order of sums only from float64", () => {
    const x = torch.randn([70, 200]);
    const a = castToFp8(x.clone().indexFill_(0, tensor([66], { dtype: "int64" }), Number.NaN), {
      scale: tensor([100]),
    });
    const b = castToFp8(torch.randn([90, 200]), { scale: tensor([3000]), dtype: "float8_e5m2" });
    const y = multiply(
      { data: a.codes, scaleInv: a.scaleInv },
      { data: b.codes, scaleInv: b.scaleInv },
      { dtype: "float32" },
    );
    const nan = y.isnan().sum([1]);
    expect(nan.sum().item()).toBe(90);
    expect(nan.select(0, 66).item()).toBe(90);
    const right = dequantizeFp8(a.codes, a.scaleInv, "float64").mm(
      dequantizeFp8(b.codes, b.scaleInv, "float64").t(),
    );
    const off = torch.nanToNum(y.double().sub(right), 0).abs().max().item() as number;
    expect(off).toBeLessThan(1e-6 * (torch.nanToNum(right, 0).abs().max().item() as number));
  });

  it("are the same bits with any number of threads, and for a part of the rows", () => {
    const a = castToFp8(torch.randn([333, 700]), { scale: tensor([50]) }).codes;
    const b = castToFp8(torch.randn([450, 700]), { scale: tensor([50]) }).codes;
    const product = (rows: Tensor): Tensor =>
      multiply({ data: rows, scaleInv: one }, { data: b, scaleInv: one }, { dtype: "float32" });
    torch.setNumThreads(1);
    const alone = product(a);
    torch.setNumThreads(2);
    expect(same(product(a), alone)).toBe(true);
    if (emulationDtype("cpu") === "bfloat16")
      expect(same(product(a.slice(0, 5, 30)), alone.slice(0, 5, 30))).toBe(true);
  });

  it("are the same whatever codes are multiplied in", () => {
    const script = fileURLToPath(new URL("products.mjs", import.meta.url));
    const run = (env: Record<string, string>): string[] => {
      const { stdout, stderr } = spawnSync(process.execPath, [script], {
        encoding: "utf8",
        env: { ...process.env, OMP_NUM_THREADS: "1", ...env },
      });
      expect(stderr).toBe("");
      return stdout.trim().split(" ");
    };
    const [usual, ...others] = [
      run({}),
      run({ FABRIC_FP8_PRODUCTS: "float32" }),
      run({ FABRIC_TE_ISA: "avx2" }),
      run({ FABRIC_TE_ISA: "portable" }),
      run({ ONEDNN_MAX_CPU_ISA: "AVX2" }),
    ] as [string[], ...string[][]];
    expect(usual[0]).toBe(emulationDtype("cpu"));
    for (const [dtype, sums] of others) expect([dtype, sums]).toEqual(["float32", usual[1]]);
  });

  const isHeldDown = ["FABRIC_TE_ISA", "FABRIC_FP8_PRODUCTS", "ONEDNN_MAX_CPU_ISA"].some(
    (name) => process.env[name] !== undefined,
  );
  it.skipIf(isHeldDown || !existsSync("/proc/cpuinfo"))(
    "take bfloat16 where the CPU has units for it",
    () => {
      const has = /\bavx512_bf16\b/.test(readFileSync("/proc/cpuinfo", "utf8"));
      expect(emulationDtype("cpu")).toBe(has ? "bfloat16" : "float32");
      expect(emulationDtype("cuda:0")).toBe("float32");
    },
  );
});
