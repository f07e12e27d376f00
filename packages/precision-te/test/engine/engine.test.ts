// Engines: exact emulation, padding of aten::_scaled_mm, and which one serves.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { testDevice } from "../../../../tools/test-support/device.js";
import { chooseEngine, emulationEngine, scaledMmEngine } from "../../src/engine/index.js";
import { castToFp8, type Fp8DType } from "../../src/functional/index.js";
import { fp8Autocast, Linear } from "../../src/index.js";

afterEach(() => {
  delete process.env["FABRIC_FP8_ENGINE"];
});

function codes(shape: [number, number], seed: number, scale: number, dtype: Fp8DType) {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  const cast = castToFp8(torch.randn(shape, { generator }), { scale: tensor([scale]), dtype });
  return { data: cast.codes, scaleInv: cast.scaleInv };
}

const distance = (a: Tensor, b: Tensor): number =>
  (a.double().sub(b.double()).abs().max().item() as number) /
  (b.double().abs().max().item() as number);

describe("engines", () => {
  for (const [m, n, k] of [
    [32, 48, 64],
    [5, 7, 3],
    [1, 1, 1],
    [17, 33, 50],
  ] as const)
    it(`[${m}, ${k}] times [${k}, ${n}]: both as the codes multiply, in every pair of formats and dtype`, () => {
      const bias = torch.arange(0, n).div(3).bfloat16();
      for (const [first, second] of [
        ["float8_e4m3fn", "float8_e4m3fn"],
        ["float8_e5m2", "float8_e4m3fn"],
        ["float8_e4m3fn", "float8_e5m2"],
      ] as const) {
        const [a, b] = [codes([m, k], 1, 20, first), codes([n, k], 2, 0.7, second)];
        const factor = (a.scaleInv.item() as number) * (b.scaleInv.item() as number);
        const exact = a.data.double().mm(b.data.double().t()).mul(factor).add(bias.double());
        for (const [dtype, bound] of [
          ["float32", 1e-6],
          ["bfloat16", 4e-3],
          ["float16", 5e-4],
        ] as const)
          for (const engine of [emulationEngine(), scaledMmEngine]) {
            const y = engine.multiply(a, b, { dtype, bias });
            expect([y.dtype, y.shape]).toEqual([dtype, [m, n]]);
            expect(distance(y, exact)).toBeLessThan(bound);
          }
      }
    });

  it("take empty matrices", () => {
    const [a, b] = [codes([0, 16], 1, 1, "float8_e4m3fn"), codes([16, 16], 2, 1, "float8_e4m3fn")];
    for (const engine of [emulationEngine(), scaledMmEngine])
      expect(engine.multiply(a, b, { dtype: "bfloat16" }).shape).toEqual([0, 16]);
    const [c, d] = [codes([3, 0], 1, 1, "float8_e4m3fn"), codes([4, 0], 2, 1, "float8_e4m3fn")];
    expect(emulationEngine().multiply(c, d, { dtype: "float32" }).abs().sum().item()).toBe(0);
  });

  it("are chosen by device, option and environment", () => {
    expect(chooseEngine("cpu").name).toBe("emulation");
    expect(chooseEngine("cpu", { emulateTransposes: true }).needsTransposes).toBe(true);
    expect(chooseEngine("cpu", { engine: "scaled_mm" }).name).toBe("scaled_mm");
    process.env["FABRIC_FP8_ENGINE"] = "scaled_mm";
    expect(chooseEngine("cpu", { engine: "emulation" }).name).toBe("scaled_mm");
    process.env["FABRIC_FP8_ENGINE"] = "cublas";
    expect(codeOf(() => chooseEngine("cpu"))).toBe("FABRIC_CONFIG_OPTION");
  });

  it("copied transposes change nothing", () => {
    const layer = new Linear(40, 24);
    const x = torch.randn([9, 40]);
    const run = (emulateTransposes: boolean) => {
      layer.zeroGrad();
      const leaf = x.clone().requiresGrad_();
      const y = fp8Autocast({ recipe: { kind: "current" }, emulateTransposes }, () =>
        layer.forward(leaf),
      );
      y.square().sum().backward();
      return [y, leaf.grad as Tensor, (layer.weight.grad as Tensor).clone()];
    };
    const [plain, copied] = [run(false), run(true)];
    plain.forEach((t, i) => {
      expect(distance(t, copied[i] as Tensor)).toBeLessThan(1e-6);
    });
  });
});
