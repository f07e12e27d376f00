// fabric::fp8_mm on CUDA: by libtorch's product where the device has units for it, else emulated and said so once.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { afterEach, expect, it } from "vitest";
import { FORMATS, spread } from "./support/fp8.js";
import { describeKernels, onCpu } from "./support/twin.js";

const CAPABILITY = "FABRIC_EMULATOR_CAPABILITY";
const floats = (...values: number[]): Tensor => tensor(values, { dtype: "float32" });

afterEach(() => {
  delete process.env[CAPABILITY];
});

function random(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator();
  generator.manualSeed(seed);
  return torch.randn(shape, { generator });
}

function distance(a: Tensor, b: Tensor): number {
  const [x, y] = [a.double(), b.double()];
  return (x.sub(y).abs().max().item() as number) / (y.abs().max().item() as number);
}

describeKernels("fp8_mm", (twin) => {
  const codes = (rows: number, k: number, dtype: string, seed: number): Tensor =>
    random([rows, k], seed)
      .mul(20)
      .to(dtype as "float8_e4m3fn");
  /** Of float32 sums in another order, and of one rounding to the result's type. */
  const BOUND = { float32: 1e-5, float64: 1e-5, bfloat16: 8e-3, float16: 1e-3 } as const;

  for (const dtype of ["float32", "float16", "bfloat16", "float64"] as const)
    it(`${dtype}: pads odd sizes, takes any layout and every bias`, () => {
      for (const [m, n, k] of [
        [1, 1, 1],
        [3, 5, 7],
        [16, 32, 48],
        [33, 40, 100],
      ] as const)
        for (const [first, second] of [
          ["float8_e4m3fn", "float8_e4m3fn"],
          ["float8_e5m2", "float8_e4m3fn"],
          ["float8_e4m3fn", "float8_e5m2"],
        ] as const)
          for (const turned of [false, true])
            for (const biasType of [null, "bfloat16", "float16", "float32"] as const) {
              const [a, b] = [codes(m, k, first, 1), codes(n, k, second, 2)].map((t) =>
                turned ? t.t().contiguous().t() : t,
              ) as [Tensor, Tensor];
              const bias = biasType === null ? null : random([n], 3).mul(10).to(biasType);
              const args = [a, b, floats(0.25), floats(0.03), bias, dtype, null, null];
              const ours = twin.call("fp8_mm", ...args) as Tensor;
              expect([ours.dtype, ours.shape]).toEqual([dtype, [m, n]]);
              expect(ours.isContiguous()).toBe(true);
              const right = onCpu("fp8_mm", ...args) as Tensor;
              expect(distance(ours, right), `[${m}, ${n}, ${k}]`).toBeLessThan(BOUND[dtype]);
            }
    });

  it("gives zeros and the bias where there is nothing to sum", () => {
    for (const [m, n, k] of [
      [0, 4, 8],
      [4, 0, 8],
      [2, 3, 0],
    ] as const) {
      const bias = random([n], 1);
      const args = [
        codes(m, k, "float8_e4m3fn", 1),
        codes(n, k, "float8_e4m3fn", 2),
        floats(1),
        floats(1),
        bias,
        "float32",
      ];
      const ours = twin.call("fp8_mm", ...args) as Tensor;
      expect(torch.equal(ours, onCpu("fp8_mm", ...args) as Tensor)).toBe(true);
    }
  });

  it("multiplies blocks of every kind", () => {
    const cast = (x: Tensor, rows: number, cols: number): [Tensor, Tensor] =>
      onCpu("fp8_cast_blocks", x, rows, cols, "float8_e4m3fn", "power_of_two") as [Tensor, Tensor];
    for (const [m, n, k] of [
      [5, 7, 130],
      [144, 130, 640],
    ] as const)
      for (const [first, second] of [
        [
          [1, 128],
          [128, 128],
        ],
        [
          [128, 128],
          [1, 128],
        ],
        [
          [1, 128],
          [1, 128],
        ],
        [
          [128, 128],
          [128, 128],
        ],
        [
          [1, 32],
          [1, 32],
        ],
        [[1, 128], null],
      ] as const) {
        const [a, aInverse] = cast(spread([m, k], 1), ...first);
        const [b, bInverse] =
          second === null
            ? [codes(n, k, "float8_e4m3fn", 2), floats(0.5)]
            : cast(spread([n, k], 2), ...second);
        const args = [a, b, aInverse, bInverse, random([n], 3), "float32", first, second];
        const ours = twin.call("fp8_mm", ...args) as Tensor;
        expect(distance(ours, onCpu("fp8_mm", ...args) as Tensor)).toBeLessThan(1e-5);
      }
  });

  it("refuses what the CPU refuses", () => {
    const [a, b] = [codes(4, 8, "float8_e4m3fn", 1), codes(4, 8, "float8_e4m3fn", 2)];
    for (const args of [
      [a, codes(4, 9, "float8_e4m3fn", 2), floats(1), floats(1), null, "float32"],
      [a, b, floats(1, 2), floats(1), null, "float32"],
      [a, b, floats(1), floats(1), random([5], 1), "float32"],
      [a.float(), b, floats(1), floats(1), null, "float32"],
    ])
      expect(() => twin.call("fp8_mm", ...args)).toThrow(/expected/);
  });

  it("says once that it emulates, and why", async () => {
    const heard: string[] = [];
    const listen = (warning: Error): void => void heard.push(warning.message);
    process.on("warning", listen);
    const product = (dtype: string, ...options: unknown[]): Tensor =>
      twin.call(
        "fp8_mm",
        codes(20, 33, dtype, 1),
        codes(9, 33, dtype, 2),
        floats(1),
        floats(1),
        null,
        "float32",
        null,
        null,
        ...options,
      ) as Tensor;
    const right = (dtype: string): Tensor =>
      onCpu(
        "fp8_mm",
        codes(20, 33, dtype, 1),
        codes(9, 33, dtype, 2),
        floats(1),
        floats(1),
        null,
        "float32",
      ) as Tensor;
    for (const dtype of FORMATS)
      for (let i = 0; i < 2; i++) expect(distance(product(dtype), right(dtype))).toBeLessThan(1e-6);
    if (twin.where === "emulated") {
      process.env[CAPABILITY] = "86";
      for (const dtype of FORMATS) expect(torch.equal(product(dtype), right(dtype))).toBe(true);
      // Asked for, it is not worth a word.
      process.env[CAPABILITY] = "75";
      expect(torch.equal(product("float8_e4m3fn", true), right("float8_e4m3fn"))).toBe(true);
    }
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    const said = heard.filter((text) => text.includes("fp8_mm"));
    expect(said.filter((text) => text.includes("two matrices of float8_e5m2"))).toHaveLength(1);
    if (twin.where === "emulated") {
      expect(
        said.filter((text) =>
          text.includes("8.9 or higher is required for FP8 units and it has 8.6"),
        ),
      ).toHaveLength(1);
      expect(said.filter((text) => text.includes("7.5"))).toHaveLength(0);
    }
  });
});
