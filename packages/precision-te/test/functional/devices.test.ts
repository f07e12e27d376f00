// Tensors on several devices are refused: a mix with the meta device would give memory that nobody wrote.
import * as torch from "@fabric/torch";
import { ops, type Tensor, tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { castToFp8, dequantizeFp8, updateScales_ } from "../../src/functional/index.js";
import { fp8Autocast, LayerNormMLP, Linear } from "../../src/index.js";

const MIXED = /Expected all tensors to be on the same device, but found at least two devices/;
const meta = (t: Tensor): Tensor => t.to("meta");

/** Calls `run` with all tensors on the CPU and on meta, which work, and with each of them on the other device, which does not. */
function checkEach(tensors: Tensor[], run: (...tensors: Tensor[]) => unknown): void {
  run(...tensors);
  run(...tensors.map(meta));
  for (let i = 0; i < tensors.length; i++) {
    const one = tensors.map((t, j) => (i === j ? meta(t) : t));
    const others = tensors.map((t, j) => (i === j ? t : meta(t)));
    for (const mixed of [one, others]) expect(() => run(...mixed), `tensor ${i}`).toThrow(MIXED);
  }
}

describe("operators refuse tensors on several devices", () => {
  const one = tensor([1]);
  const codes = castToFp8(torch.randn([8, 16]), { scale: one }).codes;

  it("fp8_mm", () => {
    const multiply = ops["fabric"]?.["fp8_mm"] as unknown as (...args: unknown[]) => Tensor;
    checkEach([codes, codes, one, one, torch.ones([8])], (a, b, aInv, bInv, bias) =>
      multiply(a, b, aInv, bInv, bias, "float32"),
    );
  });

  it("fp8_cast and fp8_dequantize", () => {
    checkEach([torch.randn([8, 16]), torch.ones([3]), torch.zeros([4, 3])], (x, scale, history) =>
      castToFp8(x as Tensor, { scale: scale as Tensor, history: history as Tensor }),
    );
    checkEach([codes, one], (x, scaleInv) => dequantizeFp8(x as Tensor, scaleInv as Tensor));
  });

  it("fp8_update_scales_", () => {
    const state = (): Tensor[] => [torch.ones([4, 3]), torch.ones([3]), torch.ones([3])];
    checkEach([...state(), ...state()], (h1, s1, r1, h2, s2, r2) =>
      updateScales_([h1, h2] as Tensor[], [s1, s2] as Tensor[], {
        dtype: "float8_e4m3fn",
        reduced: [r1, r2] as Tensor[],
      }),
    );
  });
});

describe("layers whose weights are on meta", () => {
  for (const kind of ["delayed", "current", "block", "mxfp8"] as const)
    it(`refuse numbers, under the recipe ${kind}`, () => {
      const x = torch.randn([4, 32]);
      for (const layer of [
        new Linear(32, 16, { device: "meta" }),
        new LayerNormMLP(32, 64, { device: "meta" }),
      ])
        expect(() => fp8Autocast({ recipe: { kind } }, () => layer.forward(x))).toThrow(MIXED);
    });

  it("do not lose the scales of the same layers elsewhere", () => {
    const layer = new Linear(32, 16);
    const x = torch.randn([4, 32]);
    const step = (): void =>
      fp8Autocast({}, () => layer.forward(x))
        .sum()
        .backward();
    step();
    const before = layer.fp8State?.forward.scale.toArray();
    expect(before).not.toEqual([1, 1, 1]);
    expect(() => fp8Autocast({}, () => layer.forward(meta(x)))).toThrow(MIXED);
    expect(layer.fp8State?.forward.scale.toArray()).toEqual(before);
    step();

    const planned = new Linear(32, 16, { device: "meta" });
    fp8Autocast({}, () => planned.forward(meta(x)));
    planned.toEmpty({ device: "cpu" });
    planned.resetParameters();
    expect(
      fp8Autocast({}, () => planned.forward(x))
        .isfinite()
        .all()
        .item(),
    ).toBe(true);
    expect(planned.fp8State?.device).toBe("cpu");
  });
});
