// Layers whose norm goes to FP8 in one pass, beside the same layers with the norm apart: the same bits on the CPU.

import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { checkpoint, fp8Autocast, LayerNormLinear, LayerNormMLP } from "../../src/index.js";
import { NO_NORM, type Source } from "../../src/nn/fused-norm.js";

function random(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator();
  generator.manualSeed(seed);
  return torch.randn(shape, { generator });
}

let apart = 0;

class ApartLinear extends LayerNormLinear {
  protected override sourceOf(input: Tensor, _recipe: unknown, dtype: Tensor["dtype"]): Source {
    apart++;
    return { x: this.normOf(input, dtype), norm: NO_NORM };
  }
}
class ApartMlp extends LayerNormMLP {
  protected override sourceOf(input: Tensor, _recipe: unknown, dtype: Tensor["dtype"]): Source {
    apart++;
    return { x: this.normOf(input, dtype), norm: NO_NORM };
  }
}

type Layer = LayerNormLinear | LayerNormMLP;
type Step = (layer: Layer, x: Tensor, g: Tensor) => Tensor;

const plain: Step = (layer, x, g) => {
  const y = fp8Autocast({ recipe: { kind: "delayed", amaxHistoryLen: 4 } }, () =>
    layer.forward(x),
  ) as Tensor;
  if (y.requiresGrad) y.backward(g);
  return y;
};

/** Runs three steps on both and compares results, gradients, scales and histories. */
function compare(
  fused: Layer,
  other: Layer,
  dtype: "float32" | "bfloat16",
  needsX: boolean,
  step: Step,
): void {
  other.loadStateDict(fused.stateDict());
  const names = [...fused.namedParameters()].map(([name]) => name);
  for (let i = 0; i < 3; i++) {
    const leaves = [0, 1].map(() =>
      random([2, 10, 48], 10 + i)
        .to(dtype)
        .requiresGrad_(needsX),
    );
    const [left, right] = leaves as [Tensor, Tensor];
    const results = [
      step(fused, left, random([2, 10, 48], 20 + i).to(dtype)),
      step(other, right, random([2, 10, 48], 20 + i).to(dtype)),
    ];
    expect(torch.equal(results[0] as Tensor, results[1] as Tensor)).toBe(true);
    expect([left.grad === null, right.grad === null]).toEqual([!needsX, !needsX]);
    if (left.grad !== null) expect(torch.equal(left.grad, right.grad as Tensor)).toBe(true);
    const [a, b] = [fused, other].map((layer) => new Map(layer.namedParameters())) as [
      Map<string, Tensor>,
      Map<string, Tensor>,
    ];
    for (const name of names) {
      const [x, y] = [a.get(name)?.grad ?? null, b.get(name)?.grad ?? null];
      expect(x === null, name).toBe(y === null);
      if (x !== null && y !== null) expect(torch.equal(x, y), name).toBe(true);
    }
    for (const direction of ["forward", "backward"] as const)
      for (const part of ["scale", "amaxHistory"] as const)
        expect(
          torch.equal(
            fused.fp8State?.[direction][part] as Tensor,
            other.fp8State?.[direction][part] as Tensor,
          ),
          `${direction} ${part}`,
        ).toBe(true);
  }
}

describe("a norm that goes to FP8 in one pass", () => {
  for (const dtype of ["float32", "bfloat16"] as const)
    for (const normalization of ["LayerNorm", "RMSNorm"] as const)
      for (const zeroCenteredGamma of [false, true])
        for (const frozen of [
          "nothing",
          "input",
          "norm",
          "weights",
          "all but the norm's weight",
        ] as const)
          it(`${dtype}, ${normalization}${zeroCenteredGamma ? ", zero-centred" : ""}, ${frozen} frozen`, () => {
            const options = { dtype, normalization, zeroCenteredGamma };
            const pairs = [
              [new LayerNormLinear(48, 48, options), new ApartLinear(48, 48, options)],
              [new LayerNormMLP(48, 32, options), new ApartMlp(48, 32, options)],
            ] as const;
            for (const pair of pairs) {
              torch.noGrad(() => {
                pair[0].layerNormWeight.add_(random([48], 1).mul(0.1));
                pair[0].layerNormBias?.add_(random([48], 2).mul(0.1));
              });
              for (const layer of pair)
                for (const [name, parameter] of layer.namedParameters()) {
                  const isNorm = name.startsWith("layer_norm") || name.startsWith("layerNorm");
                  if (frozen === "norm" && isNorm) parameter.requiresGrad_(false);
                  if (frozen === "weights" && !isNorm) parameter.requiresGrad_(false);
                  if (frozen === "all but the norm's weight" && !/norm_?weight/i.test(name))
                    parameter.requiresGrad_(false);
                }
              const before = apart;
              compare(
                pair[0],
                pair[1],
                dtype,
                frozen !== "input" && frozen !== "all but the norm's weight",
                plain,
              );
              expect(apart - before).toBe(3);
            }
          });

  it("is recomputed with the scales of its first run, and does not collect twice", () => {
    const layers = [new LayerNormLinear(48, 48), new ApartLinear(48, 48)] as const;
    compare(...layers, "float32", true, (layer, x, g) => {
      const y = fp8Autocast({ recipe: { kind: "delayed", amaxHistoryLen: 4 } }, () =>
        checkpoint((t) => layer.forward(t) as Tensor, x),
      );
      y.backward(g);
      return y;
    });
  });

  it("is apart where the norm's result is needed, and under recipes that read it twice", () => {
    for (const recipe of [
      { kind: "current" },
      { kind: "block" },
      { kind: "delayed", overrideLinearPrecision: [false, false, true] },
    ] as const) {
      const [fused, other] = [new LayerNormLinear(48, 48), new ApartLinear(48, 48)];
      other.loadStateDict(fused.stateDict());
      const x = random([8, 48], 1);
      const [y, right] = [fused, other].map((layer) =>
        fp8Autocast({ recipe }, () => layer.forward(x)),
      ) as [Tensor, Tensor];
      expect(torch.equal(y, right)).toBe(true);
    }
    const layer = new LayerNormLinear(48, 48, { returnLayernormOutput: true });
    const x = random([8, 48], 1);
    const [, normal] = fp8Autocast({}, () => layer.forward(x)) as [Tensor, Tensor];
    expect(torch.equal(normal, torch.layerNorm(x, [48]))).toBe(true);
  });
});
