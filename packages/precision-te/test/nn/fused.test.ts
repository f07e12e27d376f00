// LayerNormLinear and LayerNormMLP: against the quantised computation in float64.
import * as torch from "@fabric/torch";
import { functional as F, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { testDevice } from "../../../../tools/test-support/device.js";
import {
  DelayedScaling,
  type Fp8AutocastOptions,
  fp8Autocast,
  LayerNormLinear,
  LayerNormMLP,
  type MlpActivation,
  TransformerLayer,
} from "../../src/index.js";
import { activate, activateBackward } from "../../src/nn/mlp-activation.js";
import { distance, linearModel } from "../support/model.js";

function random(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return torch.randn(shape, { generator });
}

const recipe = new DelayedScaling({ amaxHistoryLen: 4 });
const BOUND = { float32: 5e-6, bfloat16: 6e-3, float16: 1e-3 } as const;
const cosine = (a: Tensor, b: Tensor): number =>
  F.cosineSimilarity(a.double().flatten(), b.double().flatten(), { dim: 0 }).item() as number;

function run(
  layer: LayerNormLinear | LayerNormMLP,
  x: Tensor,
  g: Tensor,
  options: Fp8AutocastOptions,
) {
  layer.zeroGrad();
  const leaf = x.clone().requiresGrad_();
  const y = fp8Autocast(options, () => layer.forward(leaf)) as Tensor;
  y.backward(g);
  return { y, leaf };
}

/** Gradients of norm's input, weight and bias in float64. */
function normGradients(x: Tensor, weight: Tensor, bias: Tensor | null, g: Tensor) {
  const [a, w] = [x, weight].map((t) => t.detach().double().requiresGrad_()) as [Tensor, Tensor];
  const b = bias === null ? null : bias.detach().double().requiresGrad_();
  const y =
    b === null
      ? a.mul(a.square().mean([-1], true).add(1e-5).rsqrt()).mul(w)
      : torch.layerNorm(a, [a.shape.at(-1) as number], w, b, 1e-5);
  y.backward(g.double());
  return { x: a.grad as Tensor, weight: w.grad as Tensor, bias: b?.grad ?? null };
}

const numbers = (t: Tensor | undefined): number[] => (t as Tensor).toArray() as number[];

describe("LayerNormLinear", () => {
  for (const dtype of ["float32", "bfloat16", "float16"] as const)
    for (const normalization of ["LayerNorm", "RMSNorm"] as const)
      it(`${dtype}, ${normalization}: values and gradients over three steps`, () => {
        const layer = new LayerNormLinear(48, 24, { dtype, normalization });
        torch.noGrad(() => {
          layer.layerNormWeight.copy_(random([48], 1).mul(0.1).add(1));
          layer.layerNormBias?.copy_(random([48], 2).mul(0.1));
          layer.weight.copy_(random([24, 48], 3));
          layer.bias?.copy_(random([24], 4));
        });
        for (let i = 0; i < 3; i++) {
          const x = random([20, 48], 10 + i)
            .add(1)
            .to(dtype);
          const g = random([20, 24], 20 + i)
            .mul(0.1)
            .to(dtype);
          const state = layer.fp8State;
          const [input = 1, weight = 1] = state === null ? [] : numbers(state.forward.scale);
          const [gradient = 1] = state === null ? [] : numbers(state.backward.scale);
          const { y, leaf } = run(layer, x, g, { recipe });
          const { layerNormWeight: w, layerNormBias: b } = layer;
          const wide = x.float();
          const normal = torch.noGrad(() =>
            b === null
              ? wide.mul(wide.square().mean([-1], true).add(1e-5).rsqrt()).mul(w.float())
              : torch.layerNorm(wide, [48], w.float(), b.float(), 1e-5),
          );
          const model = linearModel(
            normal,
            layer.weight,
            layer.bias,
            g,
            { input, weight, gradient },
            {
              activation: dtype,
            },
          );
          expect(distance(y, model.y)).toBeLessThan(BOUND[dtype]);
          expect(distance(layer.weight.grad as Tensor, model.weight)).toBeLessThan(BOUND[dtype]);
          expect(distance(layer.bias?.grad as Tensor, model.bias)).toBeLessThan(BOUND[dtype]);
          // The gradient is rounded to the activation dtype before it goes through the norm.
          const norm = normGradients(x, w, b, model.input.to(dtype));
          expect(distance(leaf.grad as Tensor, norm.x)).toBeLessThan(BOUND[dtype]);
          expect(distance(w.grad as Tensor, norm.weight)).toBeLessThan(2 * BOUND[dtype]);
          if (norm.bias !== null)
            expect(distance(b?.grad as Tensor, norm.bias)).toBeLessThan(2 * BOUND[dtype]);
        }
      });

  it("returns the norm's result if asked, is plain outside, and has Transformer Engine's keys", () => {
    const layer = new LayerNormLinear(16, 32, { returnLayernormOutput: true });
    const x = random([8, 16], 1);
    for (const enabled of [true, false]) {
      const [y, normal] = fp8Autocast({ enabled }, () => layer.forward(x)) as [Tensor, Tensor];
      expect([y.shape, normal.shape]).toEqual([
        [8, 32],
        [8, 16],
      ]);
      expect(distance(normal, torch.layerNorm(x, [16]))).toBeLessThan(1e-6);
    }
    expect(Object.keys(layer.stateDict())).toEqual([
      "layer_norm_weight",
      "layer_norm_bias",
      "weight",
      "bias",
      "_extra_state",
    ]);
    expect(
      codeOf(() => new LayerNormLinear(1, 1, { normalization: "GroupNorm" as "RMSNorm" })),
    ).toBe("FABRIC_CONFIG_OPTION");
  });
});

const ACTIVATIONS: readonly MlpActivation[] = [
  "gelu",
  "relu",
  "silu",
  "srelu",
  "qgelu",
  "geglu",
  "glu",
  "qgeglu",
  "reglu",
  "sreglu",
  "swiglu",
  "clamped_swiglu",
];

describe("clamped_swiglu", () => {
  it.each([
    { limit: 7, alpha: 1.702 },
    { limit: 2.5, alpha: 1 },
  ])("is gpt-oss's, with gradients of zero past the bounds: %o", (params) => {
    const clampedSwiglu = { name: "clamped_swiglu", params } as const;
    const { limit, alpha } = params;
    const x = torch.tensor([
      [-9, -7, -1, 0.25, 3, 7, 9, 7.5, 3, -9, 7, -7, 2, 8, -8, 0.5],
      [1, 2, 3, 20, -20, 5, 6, 7.25, 9, -9, 0, 1, -1, 4, -4, 30],
    ]);
    const leaf = x.clone().requiresGrad_();
    const [a, b] = torch.chunk(leaf, 2, -1) as [Tensor, Tensor];
    const gate = a.clamp(null, limit);
    const right = gate.mul(gate.mul(alpha).sigmoid()).mul(b.clamp(-limit, limit).add(1));
    const g = random([2, 8], 1);
    right.backward(g);
    expect(distance(activate(clampedSwiglu, x), right)).toBeLessThan(1e-6);
    const gradient = activateBackward(clampedSwiglu, g, x);
    expect(distance(gradient, leaf.grad as Tensor)).toBeLessThan(1e-6);
    const isZero = (gradient.toArray() as number[][]).map((row) => row.map((v) => v === 0));
    expect(isZero[0]?.flatMap((zero, i) => (zero ? [i] : []))).toEqual(
      limit === 7 ? [6, 7, 9, 13, 14] : [4, 5, 6, 7, 8, 9, 10, 11, 13, 14],
    );
  });

  it("takes its numbers as options, also in a transformer layer, and no other activation does", () => {
    const activation = "clamped_swiglu";
    const layer = new LayerNormMLP(16, 16, { activation, activationParams: { limit: 3 } });
    expect(layer.activationParams).toEqual({ limit: 3, alpha: 1.702 });
    const usual = new LayerNormMLP(16, 16, { activation });
    usual.loadStateDict(layer.stateDict());
    const x = torch.randn([4, 16]).mul(100);
    torch.noGrad(() => {
      for (const mlp of [layer, usual]) mlp.fc1Weight.mul_(1000);
      expect(torch.equal(layer.forward(x), usual.forward(x))).toBe(false);
    });
    const block = new TransformerLayer(16, 16, 2, { activation, activationParams: { alpha: 2 } });
    expect(block.layernormMlp.activationParams).toEqual({ limit: 7, alpha: 2 });
    for (const options of [
      { activation: "gelu", activationParams: { limit: 3 } },
      { activation, activationParams: { limit: 0 } },
      { activation, activationParams: { limit: Number.POSITIVE_INFINITY } },
      { activation, activationParams: { bound: 1 } },
      { activation, activationParams: 7 },
    ])
      expect(codeOf(() => new LayerNormMLP(16, 16, options as object))).toBe(
        "FABRIC_CONFIG_OPTION",
      );
  });
});

describe("LayerNormMLP", () => {
  for (const activation of ACTIVATIONS)
    it(`${activation}: values and gradients against the steps in float64`, () => {
      const layer = new LayerNormMLP(32, 48, { activation });
      torch.noGrad(() => {
        layer.fc1Weight.copy_(random([...layer.fc1Weight.shape], 3).mul(0.3));
        layer.fc2Weight.copy_(random([...layer.fc2Weight.shape], 4).mul(0.3));
        layer.fc1Bias?.copy_(random([...layer.fc1Weight.shape].slice(0, 1), 5));
      });
      for (let i = 0; i < 2; i++) {
        const x = random([24, 32], 10 + i);
        const g = random([24, 32], 20 + i).mul(0.1);
        const state = layer.fp8State;
        const f = state === null ? Array<number>(6).fill(1) : numbers(state.forward.scale);
        const b = state === null ? Array<number>(4).fill(1) : numbers(state.backward.scale);
        const { y, leaf } = run(layer, x, g, { recipe });
        const normal = torch.layerNorm(x, [32], null, null, 1e-5);
        const scales1 = { input: f[0] as number, weight: f[1] as number, gradient: b[0] as number };
        const scales2 = { input: f[3] as number, weight: f[4] as number, gradient: b[2] as number };
        const zero = torch.zeros([24, layer.fc1Weight.shape[0] as number]);
        const hidden = linearModel(normal, layer.fc1Weight, layer.fc1Bias, zero, scales1).y.float();
        const leafHidden = hidden.clone().requiresGrad_();
        const active = activate({ name: activation, params: layer.activationParams }, leafHidden);
        const outer = linearModel(active.detach(), layer.fc2Weight, layer.fc2Bias, g, scales2);
        active.backward(outer.input.float());
        const inner = linearModel(
          normal,
          layer.fc1Weight,
          layer.fc1Bias,
          leafHidden.grad as Tensor,
          scales1,
        );
        // Codes of values that lie on a midpoint but for float32's last bit can differ: one code in a sum of 24 to 48.
        const bound = 2e-3;
        expect(distance(y, outer.y)).toBeLessThan(bound);
        expect(distance(layer.fc2Weight.grad as Tensor, outer.weight)).toBeLessThan(bound);
        expect(distance(layer.fc2Bias?.grad as Tensor, outer.bias)).toBeLessThan(bound);
        expect(distance(layer.fc1Weight.grad as Tensor, inner.weight)).toBeLessThan(8e-3);
        expect(distance(layer.fc1Bias?.grad as Tensor, inner.bias)).toBeLessThan(bound);
        const norm = normGradients(x, layer.layerNormWeight, layer.layerNormBias, inner.input);
        expect(distance(leaf.grad as Tensor, norm.x)).toBeLessThan(8e-3);
        expect(distance(layer.layerNormWeight.grad as Tensor, norm.weight)).toBeLessThan(8e-3);
      }
    });

  for (const kind of ["delayed", "current", "block", "mxfp8"] as const)
    it(`${kind}: near the layer without FP8, in all dtypes`, () => {
      for (const dtype of ["float32", "bfloat16", "float16"] as const) {
        const layer = new LayerNormMLP(64, 160, { dtype, activation: "swiglu" });
        const [x, g] = [random([96, 64], 1).to(dtype), random([96, 64], 2).to(dtype)];
        const plain = run(layer, x, g, { enabled: false });
        const grads = layer.parameters().map((p) => (p.grad as Tensor).clone());
        for (let i = 0; i < 2; i++) {
          const { y, leaf } = run(layer, x, g, { recipe: { kind } });
          if (i === 0 && kind === "delayed") continue;
          expect(y.dtype).toBe(dtype);
          expect(cosine(y, plain.y)).toBeGreaterThan(0.995);
          expect(cosine(leaf.grad as Tensor, plain.leaf.grad as Tensor)).toBeGreaterThan(0.99);
          layer.parameters().forEach((p, j) => {
            expect(p.grad?.dtype).toBe(dtype);
            expect(cosine(p.grad as Tensor, grads[j] as Tensor)).toBeGreaterThan(0.985);
          });
        }
      }
    });

  it("has Transformer Engine's keys and twelve slots' state", () => {
    const layer = new LayerNormMLP(16, 32, { normalization: "RMSNorm" });
    run(layer, random([8, 16], 1), random([8, 16], 2), { recipe });
    expect(Object.keys(layer.stateDict())).toEqual([
      "layer_norm_weight",
      "fc1_weight",
      "fc1_bias",
      "fc2_weight",
      "fc2_bias",
      "_extra_state",
    ]);
    expect(layer.fp8State?.forward.amaxHistory.shape).toEqual([4, 6]);
    expect(layer.fp8State?.backward.amaxHistory.shape).toEqual([4, 4]);
    const used = numbers(layer.fp8State?.forward.scale).map((scale) => scale !== 1);
    expect(used).toEqual([true, true, false, true, true, false]);
    expect(codeOf(() => new LayerNormMLP(1, 1, { activation: "tanh" as "relu" }))).toBe(
      "FABRIC_CONFIG_OPTION",
    );
  });
});

describe("options", () => {
  for (const [name, make] of [
    ["LayerNormLinear", (options?: object) => new LayerNormLinear(16, 16, options)],
    ["LayerNormMLP", (options?: object) => new LayerNormMLP(16, 16, options)],
  ] as const)
    it(`of ${name} that are none are refused, when it is made and in forward`, () => {
      for (const options of [{ bias: "no" }, { bias: null }, null, new Map()])
        expect(codeOf(() => make(options as object))).toBe("FABRIC_CONFIG_OPTION");
      const layer = make();
      const x = torch.ones([8, 16]);
      for (const options of [{ isFirstMicrobatch: "yes" }, { is_first_microbatch: true }, null])
        expect(codeOf(() => layer.forward(x, options as object))).toBe("FABRIC_CONFIG_OPTION");
      expect(codeOf(() => layer.forward(undefined as unknown as Tensor))).toBe(
        "FABRIC_TENSOR_ARGUMENT",
      );
      expect(layer.forward(x, { isFirstMicrobatch: true })).toBeDefined();
    });
});
