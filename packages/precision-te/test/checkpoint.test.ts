// Activation checkpointing: the same values, gradients and scales as without.
import { Fabric } from "@fabric/core";
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { codeOf } from "../../../tools/test-support/code-of.js";
import { testDevice } from "../../../tools/test-support/device.js";
import {
  checkpoint,
  DelayedScaling,
  fp8Autocast,
  LayerNormLinear,
  LayerNormMLP,
  Linear,
  TransformerEnginePrecision,
} from "../src/index.js";

class Block extends nn.Module {
  a = new Linear(32, 32);
  mlp = new LayerNormMLP(32, 64);
  drop = new nn.Dropout(0.3);
  override forward(x: Tensor): Tensor {
    return x.add(this.drop.forward(this.mlp.forward(this.a.forward(x))));
  }
}

function steps(isCheckpointed: boolean, from: "input" | "parameters") {
  torch.manualSeed(3);
  const blocks = [new Block(), new Block()];
  const seen: Tensor[] = [];
  for (let i = 0; i < 3; i++) {
    const x = torch.randn([16, 32]).mul(i + 1);
    if (from === "input") x.requiresGrad_();
    for (const block of blocks) block.zeroGrad();
    const y = fp8Autocast({ recipe: { amaxHistoryLen: 3 } }, () =>
      blocks.reduce(
        (h, block) => (isCheckpointed ? checkpoint((t) => block.forward(t), h) : block.forward(h)),
        x,
      ),
    );
    y.square().sum().backward();
    seen.push(y, ...(x.grad === null ? [] : [x.grad]));
    for (const block of blocks) {
      for (const parameter of block.parameters()) seen.push((parameter.grad as Tensor).clone());
      for (const { fp8State } of [block.a, block.mlp])
        for (const scales of [fp8State?.forward, fp8State?.backward])
          seen.push(scales?.scale.clone() as Tensor, scales?.amaxHistory.clone() as Tensor);
    }
  }
  return seen;
}

describe("checkpoint", () => {
  for (const from of ["input", "parameters"] as const)
    it(`changes nothing, with gradients of the ${from}: values, gradients, scales, histories, dropout`, () => {
      const [plain, saved] = [steps(false, from), steps(true, from)];
      expect(saved).toHaveLength(plain.length);
      plain.forEach((t, i) => {
        expect(torch.equal(t, saved[i] as Tensor)).toBe(true);
      });
    });

  it("runs plainly without gradients, under autocast as well", () => {
    const block = new Block().eval();
    const x = torch.randn([8, 32]);
    const run = (wrap: boolean) =>
      torch.noGrad(() =>
        fp8Autocast({ recipe: { kind: "current" } }, () =>
          wrap ? checkpoint((t) => block.forward(t), x) : block.forward(x),
        ),
      );
    expect(torch.equal(run(true), run(false))).toBe(true);
    const leaf = x.clone().requiresGrad_();
    const y = torch.autocast({ dtype: "bfloat16" }, () =>
      fp8Autocast({ recipe: { kind: "current" } }, () =>
        checkpoint((t) => block.a.forward(t), leaf),
      ),
    );
    y.sum().backward();
    expect([y.dtype, leaf.grad?.dtype, block.a.weight.grad?.dtype]).toEqual([
      "bfloat16",
      "float32",
      "float32",
    ]);
  });

  const recipe = new DelayedScaling({ amaxHistoryLen: 4 });

  /** Values, gradients and scales of two steps of two forwards each, whose backwards run in reverse order. */
  function microBatches(isCheckpointed: boolean, place: "inside" | "outside"): Tensor[] {
    torch.manualSeed(4);
    const layer = new Linear(32, 32);
    const seen: Tensor[] = [];
    for (let step = 0; step < 2; step++) {
      const losses = [true, false].map((isFirstMicrobatch, i) => {
        const x = torch.randn([8, 32]).mul(i + 1);
        const forward = (t: Tensor) => layer.forward(t, { isFirstMicrobatch });
        const inRegion = (t: Tensor) => fp8Autocast({ recipe }, () => forward(t));
        let y: Tensor;
        if (!isCheckpointed) y = inRegion(x);
        else if (place === "inside") y = checkpoint(inRegion, x);
        else y = fp8Autocast({ recipe }, () => checkpoint(forward, x));
        seen.push(y);
        return y.square().sum();
      });
      for (const loss of losses.reverse()) loss.backward();
      const state = layer.fp8State;
      for (const scales of [state?.forward, state?.backward])
        seen.push(scales?.scale.clone() as Tensor, scales?.amaxHistory.clone() as Tensor);
      seen.push((layer.weight.grad as Tensor).clone());
    }
    return seen;
  }

  for (const place of ["inside", "outside"] as const)
    it(`changes nothing with the region ${place}, and codes kept over micro-batches`, () => {
      const [plain, saved] = [microBatches(false, place), microBatches(true, place)];
      plain.forEach((t, i) => {
        expect([i, torch.equal(t, saved[i] as Tensor)]).toEqual([i, true]);
      });
      expect((plain[2] as Tensor).select(0, 0).item()).not.toBe(1);
    });

  it("changes nothing around a model of Fabric", () => {
    const train = (isCheckpointed: boolean): Tensor[] => {
      torch.manualSeed(5);
      const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe });
      const fabric = new Fabric({ accelerator: testDevice, plugins: [plugin] });
      const net = new nn.Sequential(new nn.Linear(16, 32), new nn.Tanh(), new nn.Linear(32, 16));
      const model = fabric.setup(net);
      const seen: Tensor[] = [];
      for (let i = 0; i < 3; i++) {
        const x = torch.randn([8, 16]);
        const forward = (t: Tensor) => model.forward(t) as Tensor;
        const y = isCheckpointed ? checkpoint(forward, x) : forward(x);
        fabric.backward(y.square().sum());
        const { fp8State } = net.modules()[1] as Linear;
        seen.push(y, fp8State?.forward.scale.clone() as Tensor);
        seen.push(fp8State?.backward.scale.clone() as Tensor);
        for (const { grad } of net.parameters()) seen.push((grad as Tensor).clone());
      }
      return seen;
    };
    const [plain, saved] = [train(false), train(true)];
    plain.forEach((t, i) => {
      expect([i, torch.equal(t, saved[i] as Tensor)]).toEqual([i, true]);
    });
  });

  /** Scales of gradients after each step of a piece whose FP8 layers are frozen. */
  function frozen(isCheckpointed: boolean, detach: boolean): unknown[] {
    torch.manualSeed(8);
    const [norm, layers] = [new nn.LayerNorm(16), [new Linear(16, 16), new Linear(16, 16)]];
    for (const parameter of layers.flatMap((layer) => layer.parameters()))
      parameter.requiresGrad = false;
    const run = (t: Tensor): Tensor =>
      layers.reduce<Tensor>(
        (h, layer, i) => layer.forward(detach && i === 0 ? h.detach() : norm.forward(h)),
        t,
      );
    return [1, 2, 3].map(() => {
      const x = torch.randn([8, 16]).requiresGrad_();
      const y = fp8Autocast({ recipe }, () => (isCheckpointed ? checkpoint(run, x) : run(x)));
      y.square().sum().backward();
      return layers.map(({ fp8State }) => fp8State?.backward.scale.toArray());
    });
  }

  for (const detach of [false, true])
    it(`finds the scales of gradients anew where layers are frozen${detach ? ", the first one without gradients" : ""}`, () => {
      const scales = frozen(false, detach);
      expect(frozen(true, detach)).toEqual(scales);
      expect(JSON.stringify(scales[0])).not.toBe("[[1,1],[1,1]]");
    });

  it("calibrates once", () => {
    const history = (isCheckpointed: boolean): unknown => {
      torch.manualSeed(6);
      const layer = new Linear(16, 16);
      const calibrate = (t: Tensor) =>
        fp8Autocast({ recipe, enabled: false, calibrating: true }, () => layer.forward(t));
      const x = torch.randn([4, 16]);
      const y = isCheckpointed ? checkpoint(calibrate, x) : calibrate(x);
      y.sum().backward();
      return layer.fp8State?.forward.amaxHistory.toArray();
    };
    expect(history(true)).toEqual(history(false));
  });

  it("runs again in the regions of the first run, not in those around backward", () => {
    const layer = new Linear(16, 16);
    const gradient = (wrap: (fn: () => void) => void): Tensor => {
      const x = torch.ones([4, 16]).div(3).requiresGrad_();
      const y = checkpoint((t) => layer.forward(t), x);
      wrap(() => y.square().sum().backward());
      return x.grad as Tensor;
    };
    const plain = gradient((fn) => fn());
    expect(
      torch.equal(
        gradient((fn) => fp8Autocast({ recipe }, fn)),
        plain,
      ),
    ).toBe(true);
    expect(layer.fp8State).toBeNull();
  });

  it("works where the forward ran in a scope, and keeps the default dtype", () => {
    const layer = new Linear(16, 16);
    const x = torch.randn([4, 16]).requiresGrad_();
    const dtypes: string[] = [];
    const run = (t: Tensor): Tensor => {
      dtypes.push(torch.getDefaultDtype());
      return layer.forward(t);
    };
    const y = torch.scope(() =>
      torch.defaultDtype("float64", () => fp8Autocast({ recipe }, () => checkpoint(run, x))),
    );
    y.sum().backward();
    expect(x.grad?.shape).toEqual([4, 16]);
    expect(dtypes).toEqual(["float64", "float64"]);
  });

  it("takes arrays of tensors, of which not all need be used", () => {
    const grads = (isCheckpointed: boolean, use: (parts: readonly Tensor[]) => Tensor) => {
      torch.manualSeed(7);
      const layer = new LayerNormLinear(16, 16, { returnLayernormOutput: true });
      const x = torch.randn([4, 16]).requiresGrad_();
      const run = (t: Tensor): readonly Tensor[] => [
        ...(layer.forward(t) as [Tensor, Tensor]),
        t.argmax(1),
      ];
      const parts = fp8Autocast({ recipe }, () => (isCheckpointed ? checkpoint(run, x) : run(x)));
      use(parts).backward();
      return [x.grad, layer.layerNormWeight.grad, layer.weight.grad].map((t) => t?.toArray());
    };
    const uses = [
      ([a, b]: readonly Tensor[]) =>
        (a as Tensor)
          .square()
          .sum()
          .add((b as Tensor).pow(3).sum()),
      ([, b]: readonly Tensor[]) => (b as Tensor).pow(3).sum(),
    ];
    for (const use of uses) expect(grads(true, use)).toEqual(grads(false, use));
  });

  it("refuses what would lose gradients", () => {
    const x = torch.ones([2, 16]).requiresGrad_();
    const code = (fn: unknown) => codeOf(() => checkpoint(fn as (t: Tensor) => Tensor, x));
    for (const fn of [5, () => 5, () => ({ y: x }), () => [x, null], async () => x])
      expect(code(fn)).toBe("FABRIC_USAGE_CHECKPOINT");
    expect(codeOf(() => torch.noGrad(() => checkpoint((() => null) as never, x)))).toBe(
      "FABRIC_USAGE_CHECKPOINT",
    );
    const y = checkpoint((t: Tensor) => t.pow(3), x).sum();
    expect(codeOf(() => torch.autograd.grad(y, x, { createGraph: true }))).toBe(
      "FABRIC_UNSUPPORTED_DOUBLE_BACKWARD",
    );
  });
});
