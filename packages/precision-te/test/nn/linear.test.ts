// The FP8 linear layer: against the quantised computation in float64, and how it behaves over steps.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import { testDevice } from "../../../../tools/test-support/device.js";
import {
  DelayedScaling,
  Float8CurrentScaling,
  type Fp8AutocastOptions,
  fp8Autocast,
  Linear,
  type RecipeLike,
} from "../../src/index.js";
import { distance, linearModel } from "../support/model.js";

function seeded(seed: number): torch.Generator {
  const generator = new torch.Generator(testDevice);
  generator.manualSeed(seed);
  return generator;
}

const randn = (shape: number[], seed: number) => torch.randn(shape, { generator: seeded(seed) });

/** Rounding of a result to its dtype, and sums in another order. */
const BOUND = { float32: 3e-6, bfloat16: 4e-3, float16: 6e-4 } as const;
const short = new DelayedScaling({ amaxHistoryLen: 4 });

interface Step {
  y: Tensor;
  x: Tensor;
}

function step(
  layer: Linear,
  input: Tensor,
  gradient: Tensor,
  options: Fp8AutocastOptions = {},
): Step {
  layer.zeroGrad();
  const x = input.clone().requiresGrad_();
  const y = fp8Autocast(options, () => layer.forward(x));
  y.backward(gradient);
  return { y, x };
}

function scalesOf(layer: Linear): { input: number; weight: number; gradient: number } {
  const state = layer.fp8State;
  const [input, weight] = (state?.forward.scale.toArray() as number[]) ?? [];
  const [gradient] = (state?.backward.scale.toArray() as number[]) ?? [];
  return { input: input as number, weight: weight as number, gradient: gradient as number };
}

describe("Linear", () => {
  for (const dtype of ["float32", "bfloat16", "float16"] as const)
    for (const engine of ["emulation", "scaled_mm"] as const)
      for (const [tokens, inF, outF] of [
        [32, 48, 64],
        [7, 24, 40],
        [1, 5, 3],
      ] as const)
        it(`${dtype}, ${engine}, [${tokens}, ${inF}] to ${outF}: values and gradients over four steps`, () => {
          const layer = new Linear(inF, outF, { dtype });
          torch.noGrad(() => {
            layer.weight.copy_(randn([outF, inF], 5));
            (layer.bias as Tensor).copy_(randn([outF], 6));
          });
          for (let i = 0; i < 4; i++) {
            const x = randn([tokens, inF], i)
              .mul(i + 1)
              .to(dtype);
            const gradient = randn([tokens, outF], 40 + i)
              .mul(0.01)
              .to(dtype);
            const before =
              layer.fp8State === null ? { input: 1, weight: 1, gradient: 1 } : scalesOf(layer);
            const { y, x: leaf } = step(layer, x, gradient, { recipe: short, engine });
            const model = linearModel(x, layer.weight, layer.bias, gradient, before, {
              activation: dtype,
            });
            expect(y.dtype).toBe(dtype);
            expect(distance(y, model.y)).toBeLessThan(BOUND[dtype]);
            expect(distance(leaf.grad as Tensor, model.input)).toBeLessThan(BOUND[dtype]);
            expect(distance(layer.weight.grad as Tensor, model.weight)).toBeLessThan(BOUND[dtype]);
            expect(distance(layer.bias?.grad as Tensor, model.bias)).toBeLessThan(BOUND[dtype]);
          }
        });

  it("finds scales from the amaxes of earlier steps", () => {
    const layer = new Linear(16, 16);
    const amaxOf = (t: Tensor) => t.abs().max().item() as number;
    const [x0, x1] = [randn([16, 16], 1).mul(5), randn([16, 16], 2)];
    const g = randn([16, 16], 3);
    step(layer, x0, g, { recipe: short });
    const first = scalesOf(layer);
    expect(first.input).toBe(Math.fround(448 / amaxOf(x0)));
    expect(first.weight).toBe(Math.fround(448 / amaxOf(layer.weight)));
    expect(first.gradient).toBe(Math.fround(57344 / amaxOf(g)));
    step(layer, x1, g, { recipe: short });
    expect(scalesOf(layer).input).toBe(first.input); // the larger of two
    const history = layer.fp8State?.forward.amaxHistory.toArray() as number[][];
    expect(history.map(([a]) => a)).toEqual([0, 0, amaxOf(x0), amaxOf(x1)]);
  });

  it("current scaling: no state, errors of FP8's size", () => {
    const layer = new Linear(64, 32);
    const [x, g] = [randn([64, 64], 1).mul(1e4), randn([64, 32], 2).mul(1e-7)];
    const { y, x: leaf } = step(layer, x, g, { recipe: { kind: "current" } });
    expect(layer.fp8State).toBeNull();
    const scale = (t: Tensor, most: number) => Math.fround(most / (t.abs().max().item() as number));
    const model = linearModel(x, layer.weight, layer.bias, g, {
      input: scale(x, 448),
      weight: scale(layer.weight, 448),
      gradient: scale(g, 57344),
    });
    expect(distance(y, model.y)).toBeLessThan(3e-6);
    expect(distance(leaf.grad as Tensor, model.input)).toBeLessThan(3e-6);
    expect(distance(layer.weight.grad as Tensor, model.weight)).toBeLessThan(3e-6);
    const cosine = (a: Tensor, b: Tensor) =>
      torch.functional.cosineSimilarity(a.flatten(), b.flatten(), { dim: 0 }).item() as number;
    expect(cosine(y, x.mm(layer.weight.t()))).toBeGreaterThan(0.999);
    expect(cosine(leaf.grad as Tensor, g.mm(layer.weight))).toBeGreaterThan(0.99);
    expect(cosine(layer.weight.grad as Tensor, g.t().mm(x))).toBeGreaterThan(0.99);
  });

  it("computes as a plain layer outside, and the gradient of the weight without FP8 if told to", () => {
    const layer = new Linear(16, 16);
    const x = randn([2, 8, 16], 1);
    const plain = torch.functional.linear(x, layer.weight, layer.bias);
    expect(torch.equal(layer.forward(x), plain)).toBe(true);
    expect(
      torch.equal(
        fp8Autocast({ enabled: false }, () => layer.forward(x)),
        plain,
      ),
    ).toBe(true);
    const g = randn([16, 16], 2);
    const recipe = new DelayedScaling({ overrideLinearPrecision: [false, false, true] });
    step(layer, x.view([16, 16]), g, { recipe });
    expect(distance(layer.weight.grad as Tensor, g.t().mm(x.view([16, 16])))).toBeLessThan(1e-6);
  });

  it("takes any leading dimensions, none and empty ones", () => {
    const layer = new Linear(16, 32);
    for (const lead of [[], [3], [2, 3], [2, 0, 4]]) {
      const x = torch.randn([...lead, 16]).requiresGrad_();
      const y = fp8Autocast({}, () => layer.forward(x));
      expect(y.shape).toEqual([...lead, 32]);
      y.sum().backward();
      expect(x.grad?.shape).toEqual([...lead, 16]);
    }
  });

  it("leaves out gradients that nobody asked for", () => {
    const layer = new Linear(16, 16);
    layer.weight.requiresGrad = false;
    const g = randn([16, 16], 2);
    const { x } = step(layer, randn([16, 16], 1), g, { recipe: short });
    expect([layer.weight.grad, x.grad === null]).toEqual([null, false]);
    expect(scalesOf(layer).gradient).not.toBe(1);
    layer.requiresGrad_(false);
    const y = fp8Autocast({}, () => layer.forward(randn([16, 16], 1)));
    expect(y.requiresGrad).toBe(false);
  });

  it("casts activations under autocast, with float32 weights and gradients", () => {
    const layer = new Linear(16, 16);
    const x = randn([8, 16], 1).requiresGrad_();
    const y = torch.autocast({ dtype: "bfloat16" }, () => fp8Autocast({}, () => layer.forward(x)));
    expect(y.dtype).toBe("bfloat16");
    y.sum().backward();
    expect([x.grad?.dtype, layer.weight.grad?.dtype, layer.bias?.grad?.dtype]).toEqual([
      "float32",
      "float32",
      "float32",
    ]);
  });

  it("keeps codes of the weight over micro-batches until something writes to it", () => {
    const layer = new Linear(16, 16);
    const x = randn([8, 16], 1);
    const run = (isFirstMicrobatch?: boolean, recipe: RecipeLike = short) =>
      torch.noGrad(() => fp8Autocast({ recipe }, () => layer.forward(x, { isFirstMicrobatch })));
    const before = run(true);
    expect(torch.equal(run(false), before)).toBe(true);
    torch.noGrad(() => layer.weight.mul_(2));
    const after = run(false);
    expect(torch.equal(after, before)).toBe(false);
    expect(torch.equal(after, run())).toBe(true);
    // Codes that were kept are those that are used: a write through `data` is not seen, until they are made again.
    run(true);
    layer.weight.data.mul_(2);
    expect(torch.equal(run(false), after)).toBe(true);
    expect(torch.equal(run(true), run())).toBe(true);
    expect(torch.equal(run(true), after)).toBe(false);
  });

  it("makes kept codes again under another recipe, and keeps those of an equal one", () => {
    const layer = new Linear(16, 16);
    const x = randn([8, 16], 1);
    const run = (isFirstMicrobatch: boolean | undefined, recipe: RecipeLike) =>
      torch.noGrad(() => fp8Autocast({ recipe }, () => layer.forward(x, { isFirstMicrobatch })));
    const recipes: RecipeLike[] = [
      { kind: "current" },
      { kind: "current", amaxEpsilon: 10 },
      { kind: "block" },
      { amaxHistoryLen: 4 },
    ];
    for (const other of recipes) {
      run(true, { kind: "current", powerOfTwoScales: true });
      expect(torch.equal(run(false, other), run(undefined, other))).toBe(true);
    }
    const kept = run(true, { kind: "current" });
    layer.weight.data.mul_(2);
    expect(torch.equal(run(false, { kind: "current" }), kept)).toBe(true);
  });

  it("casts the weight in each pass unless told otherwise, also after writes that no counter shows", () => {
    const layer = new Linear(16, 16, { bias: false });
    torch.noGrad(() => layer.weight.copy_(randn([16, 16], 2).abs().add(1))); // no subnormal codes: halves are exact
    const x = randn([8, 16], 1);
    for (const without of [torch.noGrad, torch.inferenceMode] as const) {
      const run = () => without(() => fp8Autocast({ recipe: short }, () => layer.forward(x)));
      const first = run();
      expect(torch.equal(run(), first)).toBe(true);
      layer.weight.data.mul_(0.5);
      expect(torch.equal(run(), first.mul(0.5))).toBe(true);
    }
    torch.inferenceMode(() => {
      const made = new Linear(16, 16);
      const run = () => fp8Autocast({ recipe: short }, () => made.forward(x));
      expect(torch.equal(run(), run())).toBe(true);
    });
  });

  it("refuses gradients of gradients instead of leaving them out", () => {
    const layer = new Linear(16, 16);
    const x = randn([8, 16], 1).requiresGrad_();
    const y = fp8Autocast({}, () => layer.forward(x))
      .square()
      .sum();
    expect(codeOf(() => torch.autograd.grad(y, x, { createGraph: true }))).toBe(
      "FABRIC_UNSUPPORTED_DOUBLE_BACKWARD",
    );
  });

  it("accumulates the gradients of micro-batches", () => {
    const layer = new Linear(16, 16);
    const xs = [randn([8, 16], 1), randn([8, 16], 2)] as const;
    const grads = (first: boolean | undefined, later: boolean | undefined) => {
      layer.zeroGrad();
      xs.forEach((x, i) => {
        const options = { isFirstMicrobatch: i === 0 ? first : later };
        fp8Autocast({ recipe: { kind: "current" } }, () => layer.forward(x, options))
          .sum()
          .backward();
      });
      return (layer.weight.grad as Tensor).clone();
    };
    expect(torch.equal(grads(true, false), grads(undefined, undefined))).toBe(true);
  });

  it("refuses sizes of Transformer Engine's check with strictShapes only", () => {
    const x = torch.ones([8, 24]);
    expect(fp8Autocast({}, () => new Linear(24, 40).forward(x)).shape).toEqual([8, 40]);
    const strict = new Linear(24, 40, { strictShapes: true });
    expect(codeOf(() => fp8Autocast({}, () => strict.forward(x)))).toBe("FABRIC_USAGE_FP8_SHAPE");
    const fits = new Linear(32, 24, { strictShapes: true });
    expect(fp8Autocast({}, () => fits.forward(torch.ones([8, 32]))).shape).toEqual([8, 24]);
    expect(codeOf(() => fp8Autocast({}, () => fits.forward(torch.ones([7, 32]))))).toBe(
      "FABRIC_USAGE_FP8_SHAPE",
    );
  });

  it("refuses inputs of another width or dtype, and unknown options", () => {
    const layer = new Linear(16, 16);
    const run = (x: Tensor) => codeOf(() => fp8Autocast({}, () => layer.forward(x)));
    expect(run(torch.ones([2, 8]))).toBe("FABRIC_TENSOR_ARGUMENT");
    expect(run(torch.ones([2, 16], { dtype: "bfloat16" }))).toBe("FABRIC_USAGE_ACTIVATION_DTYPE");
    expect(codeOf(() => new Linear(1, 1, { strict: true } as object))).toBe("FABRIC_CONFIG_OPTION");
  });

  it("refuses what is no tensor, and options that are none, in FP8 and outside", () => {
    const layer = new Linear(16, 16);
    const x = torch.ones([8, 16]);
    const run = (...args: unknown[]) => {
      const call = () => layer.forward(...(args as [Tensor]));
      const codes = [codeOf(call), codeOf(() => fp8Autocast({}, call))];
      expect(codes[0]).toBe(codes[1]);
      return codes[0];
    };
    for (const other of [undefined, null, [1, 2], 3, torch.ones([])])
      expect(run(other)).toBe("FABRIC_TENSOR_ARGUMENT");
    for (const options of [null, 3, { isFirstMicrobatch: "yes" }, { isFirstMicrobatch: null }])
      expect(run(x, options)).toBe("FABRIC_CONFIG_OPTION");
    expect(() => layer.forward(x, { is_first_microbatch: true } as object)).toThrow(
      /Did you mean `isFirstMicrobatch`/,
    );
    expect(run(x, { isFirstMicrobatch: undefined })).toBe("nothing thrown");
    for (const options of [null, new Map(), { bias: "no" }])
      expect(codeOf(() => new Linear(16, 16, options as object))).toBe("FABRIC_CONFIG_OPTION");
  });

  it("starts as Transformer Engine's does, and takes over a plain layer's parameters", () => {
    const layer = new Linear(256, 256);
    expect(layer.weight.std().item() as number).toBeCloseTo(0.023, 3);
    expect(layer.bias?.abs().max().item()).toBe(0);
    const plain = new nn.Linear(4, 5, { bias: false });
    const taken = Linear.fromLinear(plain);
    expect([taken.weight === plain.weight, taken.bias]).toEqual([true, null]);
  });

  it("trains: float32 weights, a loss that falls", () => {
    torch.manualSeed(0);
    const net = new nn.Sequential(new Linear(16, 64), new nn.ReLU(), new Linear(64, 16));
    const optimizer = new torch.optim.AdamW(net.parameters(), { lr: 3e-3 });
    const [x, target] = [randn([64, 16], 1), randn([64, 16], 2)];
    const losses: number[] = [];
    for (let i = 0; i < 60; i++)
      torch.scope(() => {
        const y = fp8Autocast({ recipe: short }, () => net.forward(x) as Tensor);
        const loss = y.sub(target).square().mean();
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        losses.push(loss.item() as number);
      });
    expect(losses.at(-1) as number).toBeLessThan(0.5 * (losses[0] as number));
  });

  it("works on the meta device, and with a recipe of either kind in turn", () => {
    const meta = new Linear(16, 32, { device: "meta" });
    const y = fp8Autocast({}, () => meta.forward(torch.empty([4, 16], { device: "meta" })));
    expect([y.device, y.shape]).toEqual(["meta", [4, 32]]);
    const layer = new Linear(16, 16);
    for (const recipe of [short, new Float8CurrentScaling(), new DelayedScaling()])
      step(layer, randn([8, 16], 1), randn([8, 16], 2), { recipe });
    expect(layer.fp8State?.length).toBe(1024);
  });
});
