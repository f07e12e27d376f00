// Weights held as FP8 codes: what they hold, that products use them as they are, moves, casts, copies, optimizers.
import * as torch from "@fabric/torch";
import { nn, optim, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { testDevice } from "../../../../tools/test-support/device.js";
import { castToFp8, currentScale } from "../../src/functional/index.js";
import {
  Fp8Weight,
  formatFp8Layers,
  fp8Autocast,
  fp8Layers,
  fp8ModelInit,
  LayerNormLinear,
  LayerNormMLP,
  Linear,
  quantizedModelInit,
  quantizeWeights_,
  type RecipeLike,
  TransformerLayer,
} from "../../src/index.js";

const current = { kind: "current" } as const;
const bytesOf = (t: Tensor): number[] => [
  ...(t.detach().cpu().contiguous().toTypedArray() as Uint8Array),
];

function random(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return torch.randn(shape, { generator });
}

/** Bytes of parameters, and of what codes are multiplied with. */
function stored(model: nn.Module): number {
  return model.parameters().reduce((sum, parameter) => {
    const factor = parameter instanceof Fp8Weight ? parameter.scaleInv.nbytes : 0;
    return sum + parameter.nbytes + factor;
  }, 0);
}

const LAYERS: Record<string, () => Linear | LayerNormLinear | LayerNormMLP> = {
  Linear: () => new Linear(48, 40),
  LayerNormLinear: () => new LayerNormLinear(48, 40),
  LayerNormMLP: () => new LayerNormMLP(48, 40),
  "LayerNormMLP, gated": () => new LayerNormMLP(48, 40, { activation: "swiglu", bias: false }),
};

/** Weights of products, by field. */
function weightsOf(layer: nn.Module): [string, nn.Parameter][] {
  return Object.entries(layer).filter(
    (entry): entry is [string, nn.Parameter] =>
      entry[1] instanceof nn.Parameter && entry[1].ndim === 2,
  );
}

describe("memory", () => {
  it("is a byte an element and four a weight", () => {
    const net = quantizedModelInit({}, () => new TransformerLayer(64, 256, 4, { bias: false }));
    const products = 64 * 64 * 3 + 64 * 64 + 64 * 256 * 2;
    const norms = 2 * 2 * 64 * 4;
    expect(stored(net)).toBe(products + 4 * 4 + norms);
  });

  it("has nothing else behind it", () => {
    const before = torch.memory()["cpu"]?.bytes ?? 0;
    const layer = torch.scope(() =>
      quantizedModelInit({ recipe: current }, () => new Linear(512, 512, { bias: false })),
    );
    const made = (torch.memory()["cpu"]?.bytes as number) - before;
    expect(layer.weight.nbytes).toBe(512 * 512);
    expect(made).toBeLessThan(512 * 512 + 1024);
  });

  it("does not grow by evaluation", () => {
    const layer = quantizedModelInit({ recipe: current }, () => new Linear(512, 512));
    const x = random([4, 512], 1);
    const evaluate = () =>
      torch.scope(() =>
        torch.noGrad(() => {
          fp8Autocast({ recipe: current }, () => layer.forward(x));
        }),
      );
    evaluate();
    const before = torch.memory()["cpu"]?.bytes as number;
    evaluate();
    expect((torch.memory()["cpu"]?.bytes as number) - before).toBeLessThan(512 * 512);
  });
});

describe("products", () => {
  for (const [name, make] of Object.entries(LAYERS))
    for (const dtype of ["float32", "bfloat16", "float16"] as const)
      it(`${name}, ${dtype}: bit for bit those of the float weight cast with the same scale`, () => {
        const layer = make().to(dtype);
        const x = random([6, 48], 1).to(dtype);
        // Scales of inputs and weights found by three steps, then frozen.
        const recipe: RecipeLike = { amaxHistoryLen: 4 };
        for (let i = 0; i < 3; i++) fp8Autocast({ recipe }, () => layer.forward(x));
        // The weights have changed since: their current scales are others.
        for (const [, weight] of weightsOf(layer)) torch.noGrad(() => weight.mul_(0.7));
        const evaluate = (recipe: RecipeLike) =>
          torch.noGrad(() => fp8Autocast({ recipe }, () => layer.forward(x))) as Tensor;
        const delayed = evaluate(recipe);
        const now = evaluate(current);
        const twin = make().to(dtype);
        twin.loadStateDict(layer.stateDict());
        quantizeWeights_(layer);
        expect(weightsOf(layer).every(([, weight]) => weight instanceof Fp8Weight)).toBe(true);
        expect(torch.equal(evaluate(recipe), delayed)).toBe(true);
        const inferred = torch.inferenceMode(() =>
          fp8Autocast({ recipe }, () => layer.forward(x)),
        ) as Tensor;
        expect(torch.equal(inferred, delayed)).toBe(true);
        const other = quantizeWeights_(twin, { recipe: current });
        const again = torch.noGrad(() =>
          fp8Autocast({ recipe: current }, () => other.forward(x)),
        ) as Tensor;
        expect(torch.equal(again, now)).toBe(true);
        expect(codeOf(() => evaluate({ kind: "block" }))).toBe("FABRIC_USAGE_FP8_WEIGHTS");
      });

  it("on libtorch's FP8 operator, padded where it needs that", () => {
    const layer = new LayerNormMLP(24, 40, { dtype: "bfloat16" });
    const x = random([6, 24], 1).bfloat16();
    const evaluate = () =>
      torch.noGrad(() =>
        fp8Autocast({ recipe: current, engine: "scaled_mm" }, () => layer.forward(x)),
      );
    const expected = evaluate();
    quantizeWeights_(layer, { recipe: current });
    expect(torch.equal(evaluate(), expected)).toBe(true);
  });

  for (const emulateTransposes of [false, true])
    it(`give gradients of input and bias (transposes ${emulateTransposes ? "copied" : "viewed"})`, () => {
      const float = new LayerNormMLP(48, 40);
      const held = new LayerNormMLP(48, 40);
      held.loadStateDict(float.stateDict());
      quantizeWeights_(held, { recipe: current });
      const x = random([6, 48], 1);
      const run = (layer: LayerNormMLP) => {
        const leaf = x.clone().requiresGrad_();
        const y = fp8Autocast({ recipe: current, emulateTransposes }, () => layer.forward(leaf));
        y.backward(random([6, 48], 2));
        return [leaf.grad, layer.fc1Bias?.grad, layer.fc2Bias?.grad, layer.layerNormWeight.grad];
      };
      const [a, b] = [run(float), run(held)];
      a.forEach((gradient, i) => {
        expect(torch.equal(gradient as Tensor, b[i] as Tensor)).toBe(true);
      });
      expect(held.fc1Weight.grad).toBeNull();
    });

  it("keep scales of inputs going in training, and leave those of the weight alone", () => {
    const layer = quantizedModelInit({}, () => new Linear(16, 16));
    const x = torch.full([8, 16], 7).requiresGrad_();
    fp8Autocast({ recipe: { amaxHistoryLen: 4 } }, () => layer.forward(x))
      .sum()
      .backward();
    expect(layer.fp8State?.forward.scale.toArray()).toEqual([64, 1, 1]);
  });

  it("use the floats that codes stand for where FP8 is off", () => {
    const layer = quantizedModelInit({ recipe: current }, () => new Linear(16, 16));
    const x = random([3, 16], 1);
    const expected = x.mm(layer.weight.dequantize().t()).add(layer.bias as Tensor);
    expect(layer.forward(x).sub(expected).abs().max().item()).toBeLessThan(1e-6);
  });
});

describe("quantizedModelInit", () => {
  it("casts the first weight with a scale of 1 under delayed scaling, else with its own", () => {
    for (const recipe of [{}, current]) {
      const layer = quantizedModelInit(
        { recipe, preserveHighPrecisionInitVal: true },
        () => new Linear(32, 16, { dtype: "bfloat16" }),
      );
      const weight = layer.weight as Fp8Weight;
      const first = weight.getHighPrecisionInitVal() as Tensor;
      expect([first.dtype, first.device]).toEqual(["bfloat16", "cpu"]);
      const scale = recipe === current ? currentScale(first) : torch.ones([1]);
      const { codes, scaleInv } = castToFp8(first, { scale });
      expect(bytesOf(weight)).toEqual(bytesOf(codes));
      expect(weight.scaleInv.item()).toBe(scaleInv.item());
      weight.clearHighPrecisionInitVal();
      expect(weight.getHighPrecisionInitVal()).toBeNull();
      layer.resetParameters();
      expect(weight.getHighPrecisionInitVal()?.dtype).toBe("bfloat16");
    }
  });

  it("draws what the float layer draws", () => {
    const seeded = (): Linear => {
      torch.manualSeed(3);
      return new Linear(32, 16);
    };
    const held = quantizedModelInit({ preserveHighPrecisionInitVal: true }, seeded);
    const first = (held.weight as Fp8Weight).getHighPrecisionInitVal() as Tensor;
    expect(torch.equal(first, seeded().weight)).toBe(true);
    torch.manualSeed(3);
    held.resetParameters();
    const again = (held.weight as Fp8Weight).getHighPrecisionInitVal() as Tensor;
    expect(torch.equal(again, first)).toBe(true);
  });

  it("nests, ends, and goes by Transformer Engine's old name", () => {
    expect(fp8ModelInit).toBe(quantizedModelInit);
    {
      using _region = quantizedModelInit();
      expect(new Linear(16, 16).weight).toBeInstanceOf(Fp8Weight);
      quantizedModelInit({ enabled: false }, () =>
        expect(new Linear(16, 16).weight).not.toBeInstanceOf(Fp8Weight),
      );
      const plain = new nn.Linear(16, 16);
      expect(Linear.fromLinear(plain).weight).toBe(plain.weight);
    }
    expect(new Linear(16, 16).weight).not.toBeInstanceOf(Fp8Weight);
    expect(codeOf(() => quantizedModelInit({}, async () => 1))).toBe("FABRIC_USAGE_ASYNC_CONTEXT");
    expect(new Linear(16, 16).weight).not.toBeInstanceOf(Fp8Weight);
  });

  it("checks its options", () => {
    for (const [options, code] of [
      [{ recipe: { kind: "block" } }, "FABRIC_CONFIG_RECIPE"],
      [{ recipe: { kind: "mxfp8" } }, "FABRIC_CONFIG_RECIPE"],
      [{ enabled: 1 }, "FABRIC_CONFIG_OPTION"],
      [{ preserve_high_precision_init_val: true }, "FABRIC_CONFIG_OPTION"],
    ] as const)
      expect(codeOf(() => quantizedModelInit(options as object, () => 1))).toBe(code);
    expect(codeOf(() => quantizeWeights_(new nn.Linear(16, 16)))).toBe("FABRIC_CONFIG_NO_FP8");
    expect(codeOf(() => quantizeWeights_(new Linear(8, 8), { recipe: { kind: "block" } }))).toBe(
      "FABRIC_CONFIG_RECIPE",
    );
  });
});

describe("codes stay as they are", () => {
  const make = () =>
    quantizedModelInit({ recipe: current }, () => new LayerNormMLP(48, 40)) as LayerNormMLP;

  it("through casts, which change what they stand for", () => {
    const layer = make();
    const weight = layer.fc1Weight as Fp8Weight;
    const before = bytesOf(weight);
    layer.to("bfloat16");
    expect([weight.dtype, weight.floatDtype, layer.fc1Bias?.dtype]).toEqual([
      "float8_e4m3fn",
      "bfloat16",
      "bfloat16",
    ]);
    expect(bytesOf(weight)).toEqual(before);
    expect(weight.scaleInv.dtype).toBe("float32");
    expect(layer.stateDict()["fc1_weight"]?.dtype).toBe("bfloat16");
    const x = random([2, 48], 1);
    const run = (input: Tensor) => fp8Autocast({ recipe: current }, () => layer.forward(input));
    expect(run(x.bfloat16()).dtype).toBe("bfloat16");
    expect(codeOf(() => run(x))).toBe("FABRIC_USAGE_ACTIVATION_DTYPE");
  });

  it("through copies, whose codes are their own", () => {
    const layer = make();
    const copy = nn.copyModule(layer);
    const [a, b] = [layer.fc1Weight as Fp8Weight, copy.fc1Weight as Fp8Weight];
    expect(b).toBeInstanceOf(Fp8Weight);
    expect(bytesOf(b)).toEqual(bytesOf(a));
    layer.resetParameters();
    expect(bytesOf(b)).not.toEqual(bytesOf(a));
    expect(b.scaleInv.item()).not.toBe(a.scaleInv.item());
  });

  it("through moves", () => {
    const layer = make();
    const weight = layer.fc1Weight;
    const before = bytesOf(weight);
    layer.to("cpu");
    expect(layer.fc1Weight).toBe(weight);
    expect(bytesOf(weight)).toEqual(before);
    layer.to("meta");
    const { device, dtype } = weight;
    expect([device, dtype]).toEqual(["meta", "float8_e4m3fn"]);
    expect((weight as Fp8Weight).scaleInv.device).toBe("meta");
  });

  it("through an optimizer made of all parameters", () => {
    const layer = make();
    const weights = [layer.fc1Weight, layer.fc2Weight].map(bytesOf);
    const bias = (layer.fc1Bias as Tensor).clone();
    const optimizer = new optim.AdamW(layer.parameters(), { lr: 0.1, weightDecay: 0.1 });
    const y = fp8Autocast({ recipe: current }, () => layer.forward(random([4, 48], 1)));
    y.square().sum().backward();
    optimizer.step();
    expect([layer.fc1Weight, layer.fc2Weight].map(bytesOf)).toEqual(weights);
    expect(torch.equal(layer.fc1Bias as Tensor, bias)).toBe(false);
  });

  it("but take what is copied into them, cast with its own scale", () => {
    const layer = make();
    const [weight, other] = [layer.fc1Weight as Fp8Weight, make().fc1Weight as Fp8Weight];
    const floats = random([40, 48], 5);
    torch.noGrad(() => weight.copy_(floats));
    const { codes, scaleInv } = castToFp8(floats, { scale: currentScale(floats) });
    expect(bytesOf(weight)).toEqual(bytesOf(codes));
    expect(weight.scaleInv.item()).toBe(scaleInv.item());
    other.copy_(weight);
    expect(bytesOf(other)).toEqual(bytesOf(codes));
    expect(other.scaleInv.item()).toBe(scaleInv.item());
    expect(codeOf(() => weight.copy_(torch.zeros([48])))).toBe("FABRIC_TENSOR_ARGUMENT");
  });

  it("and take what is written in place as floats, cast anew", () => {
    const floats = random([16, 48], 3).mul(50);
    const layer = new Linear(48, 16);
    torch.noGrad(() => layer.weight.copy_(floats));
    const weight = (quantizeWeights_(layer, { recipe: current }) as Linear).weight as Fp8Weight;
    const expectNear = (expected: Tensor): void => {
      expect(weight.dtype).toBe("float8_e4m3fn");
      const cast = castToFp8(expected, { dtype: "float8_e4m3fn", scale: currentScale(expected) });
      expect(bytesOf(weight)).toEqual(bytesOf(cast.codes));
      expect(weight.scaleInv.item()).toBe(cast.scaleInv.item());
    };
    let now = weight.dequantize();
    for (const change of [
      (t: Tensor) => t.mul_(3),
      (t: Tensor) => t.add_(torch.ones([48]), { alpha: 2 }),
      (t: Tensor) => t.clamp_(-20, 20),
      (t: Tensor) => t.set_([0, 1], 9),
      (t: Tensor) => t.lerp_(torch.zeros([16, 48]), 0.5),
      (t: Tensor) => nn.init.constant_(t, 7),
      (t: Tensor) => t.zero_(),
      (t: Tensor) => t.fill_(-0.3),
    ]) {
      torch.noGrad(() => change(now));
      torch.noGrad(() => expect(change(weight)).toBe(weight));
      expectNear(now);
      now = weight.dequantize();
    }
    expect(codeOf(() => weight.t_())).toBe("FABRIC_TENSOR_SHAPE");
    expect(weight.shape).toEqual([16, 48]);
    const x = random([4, 48], 5);
    const y = torch.noGrad(() => fp8Autocast({ recipe: current }, () => layer.forward(x)));
    expect(y.isfinite().all().item()).toBe(true);
    layer.toEmpty({ device: "cpu" });
    expect(codeOf(() => (layer.weight as Fp8Weight).mul_(2))).toBe("FABRIC_USAGE_NOT_LOADED");
    expect((layer.weight as Fp8Weight).fill_(1).dequantize().sum().item()).toBe(16 * 48);
  });

  it("and cannot be trained", () => {
    const layer = make();
    expect(codeOf(() => layer.fc1Weight.requiresGrad_())).toBe("FABRIC_USAGE_FROZEN_WEIGHT");
    expect(codeOf(() => layer.requiresGrad_())).toBe("FABRIC_USAGE_FROZEN_WEIGHT");
    layer.requiresGrad_(false);
    expect(layer.fc1Weight.requiresGrad).toBe(false);
  });
});

describe("quantizeWeights_", () => {
  it("keeps ties, and weights that are codes already", () => {
    const net = new nn.Sequential(new Linear(16, 16), new Linear(16, 16), new nn.Linear(16, 2));
    const [a, b, head] = net.children() as [Linear, Linear, nn.Linear];
    b.weight = a.weight;
    expect(quantizeWeights_(net)).toBe(net);
    expect(a.weight).toBeInstanceOf(Fp8Weight);
    expect(b.weight).toBe(a.weight);
    expect(head.weight).not.toBeInstanceOf(Fp8Weight);
    const first = a.weight;
    quantizeWeights_(net, { recipe: current });
    expect(a.weight).toBe(first);
    expect(formatFp8Layers(fp8Layers(net))).toContain("FP8, weights held as codes");
  });
});
