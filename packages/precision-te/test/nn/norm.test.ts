// LayerNorm and RMSNorm: values and gradients against libtorch in float64.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../../tools/test-support/device.js";
import { fp8Autocast, LayerNorm, RMSNorm } from "../../src/index.js";
import { distance } from "../support/model.js";

const BOUND = { float32: 2e-6, bfloat16: 6e-3, float16: 1e-3, float64: 1e-14 } as const;

function random(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return torch.randn(shape, { generator });
}

/** In float64, out of operators that differentiate themselves. */
function exact(kind: string, x: Tensor, weight: Tensor, bias: Tensor | null, isCentred: boolean) {
  const factor = isCentred ? weight.add(1) : weight;
  const width = x.shape.at(-1) as number;
  if (kind === "LayerNorm") return torch.layerNorm(x, [width], factor, bias, 1e-5);
  return x.mul(x.square().mean([-1], true).add(1e-5).rsqrt()).mul(factor);
}

describe("norms", () => {
  for (const Norm of [LayerNorm, RMSNorm])
    for (const dtype of ["float32", "bfloat16", "float16", "float64"] as const)
      for (const zeroCenteredGamma of [false, true])
        it(`${Norm.name} of ${dtype}${zeroCenteredGamma ? ", weight stored minus one" : ""}`, () => {
          const norm = new Norm(40, { dtype, zeroCenteredGamma });
          expect(norm.weight.sum().item()).toBe(zeroCenteredGamma ? 0 : 40);
          torch.noGrad(() => {
            norm.weight.copy_(random([40], 1));
            norm.bias?.copy_(random([40], 2));
          });
          const x = random([2, 7, 40], 3).add(2).to(dtype).requiresGrad_();
          const g = random([2, 7, 40], 4).to(dtype);
          const y = norm.forward(x);
          y.backward(g);
          const [wx, ww] = [x, norm.weight].map((t) => t.detach().double().requiresGrad_());
          const wb = norm.bias === null ? null : norm.bias.detach().double().requiresGrad_();
          const right = exact(
            norm.normalization,
            wx as Tensor,
            ww as Tensor,
            wb,
            zeroCenteredGamma,
          );
          right.backward(g.double());
          expect(y.dtype).toBe(dtype);
          expect(distance(y, right)).toBeLessThan(BOUND[dtype]);
          expect(distance(x.grad as Tensor, wx?.grad as Tensor)).toBeLessThan(BOUND[dtype]);
          expect(distance(norm.weight.grad as Tensor, ww?.grad as Tensor)).toBeLessThan(
            BOUND[dtype],
          );
          if (wb !== null)
            expect(distance(norm.bias?.grad as Tensor, wb.grad as Tensor)).toBeLessThan(
              BOUND[dtype],
            );
        });

  it("take autocast's dtype, stay out of FP8, and take over a plain norm's parameters", () => {
    const norm = new LayerNorm(16);
    const x = random([4, 16], 1);
    const y = torch.autocast({ dtype: "bfloat16" }, () => norm.forward(x));
    expect(y.dtype).toBe("bfloat16");
    expect(
      torch.equal(
        fp8Autocast({}, () => norm.forward(x)),
        norm.forward(x),
      ),
    ).toBe(true);
    const plain = new nn.LayerNorm(16, { eps: 1e-3, bias: false });
    const taken = LayerNorm.fromLayerNorm(plain);
    expect([taken.weight === plain.weight, taken.bias, taken.eps]).toEqual([true, null, 1e-3]);
    expect(distance(taken.forward(x), plain.forward(x))).toBeLessThan(1e-6);
    expect(Object.keys(norm.stateDict())).toEqual(["weight", "bias"]);
  });
});
