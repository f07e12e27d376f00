// Recorded steps in FP8, by a recorder for the CPU or into CUDA graphs: the same numbers as without, and scales that stay where they are.
import { functional as F, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";
import { describe, expect, it } from "vitest";
import { testDevice } from "../../../tools/test-support/device.js";
import { onTestDevice, type Step, stepOf } from "../../../tools/test-support/recorded-step.js";
import {
  DelayedScaling,
  Float8BlockScaling,
  Float8CurrentScaling,
  LayerNormMLP,
  Linear,
  type Recipe,
  TransformerEnginePrecision,
} from "../src/index.js";
import { metaOf } from "../src/nn/fp8-meta.js";

const onDevice = testDevice === "cuda";

class Net extends nn.Module {
  fc = new nn.Linear(64, 128);
  norm = new nn.LayerNorm(128);
  head = new nn.Linear(128, 16);
  override forward(x: Tensor): Tensor {
    return this.head.forward(this.norm.forward(torch.relu(this.fc.forward(x))));
  }
}

const RECIPES: Readonly<Record<string, () => Recipe>> = {
  delayed: () => new DelayedScaling({ amaxHistoryLen: 4 }),
  "delayed, most recent": () => new DelayedScaling({ amaxComputeAlgo: "most_recent" }),
  "delayed, by functions": () =>
    new DelayedScaling({
      amaxHistoryLen: 4,
      amaxComputeAlgo: (history) => history.amax(0),
      scalingFactorComputeAlgo: (amax, _, max) => torch.full(amax.shape, max).div(amax.clamp(1)),
    }),
  current: () => new Float8CurrentScaling(),
  block: () => new Float8BlockScaling(),
};

function setUp(recipe: Recipe) {
  torch.manualSeed(4);
  const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16", recipe });
  const fabric = new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });
  const net = new Net();
  const [model, optimizer] = fabric.setup(
    net,
    new optim.AdamW(net.parameters(), { lr: 2 ** -6, capturable: true, fused: true }),
  );
  const step = stepOf(fabric, optimizer, (x, y) =>
    fabric.autocast(() => F.crossEntropy(model.forward(x).float(), y)),
  );
  return { fabric, net, step };
}

/** Losses of 12 steps, whose inputs grow so that scales change. */
function losses({ fabric }: { fabric: Fabric }, run: Step): number[] {
  const generator = new torch.Generator().manualSeed(1);
  return Array.from({ length: 12 }, (_, i) => {
    const x = torch.randn([16, 64], { generator, device: "cpu" });
    const y = x.at(null, torch.slice(0, 16)).argmax(1);
    return run(x.mul(1 + i / 4).to(fabric.device), y.to(fabric.device)).item<number>();
  });
}

describe("a recorded step", () => {
  it.each(Object.keys(RECIPES))("computes what the step itself does: %s", (name) => {
    const recipe = RECIPES[name] as () => Recipe;
    const plain = setUp(recipe());
    const expected = losses(plain, plain.step);
    const own = setUp(recipe());
    const run = own.fabric.capture(own.step, onTestDevice());
    // Sums of a backward pass on a device have no fixed order.
    const tolerance = onDevice ? 2e-2 : 0;
    losses(own, run).forEach((loss, i) => {
      expect(Math.abs(loss - (expected[i] as number)), `step ${i}`).toBeLessThanOrEqual(tolerance);
    });
    expect(run.replays).toBe(9);
  });

  it.each(Object.keys(RECIPES).slice(0, 3))("keeps scales in their tensors: %s", (name) => {
    const own = setUp((RECIPES[name] as () => Recipe)());
    const tensors = (): bigint[] => {
      const { state } = metaOf(own.net.head, 1);
      if (state === null) throw new Error("no state");
      return [state.forward, state.backward].flatMap(({ scale, amaxHistory }) => [
        scale.dataPtr(),
        amaxHistory.dataPtr(),
      ]);
    };
    const seen = new Set<string>();
    losses(own, (x, y) => {
      const loss = own.step(x, y);
      seen.add(String(tensors()));
      return loss;
    });
    expect(seen.size).toBe(1);
  });

  it("does not use codes of weights that were kept before it, nor leaves its own", () => {
    for (const layer of [new Linear(64, 32), new LayerNormMLP(64, 64)]) {
      const plugin = new TransformerEnginePrecision({ weightsDtype: "bfloat16" });
      const fabric = new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });
      const model = fabric.setup(layer);
      const x = torch.randn([16, 64], { device: fabric.device });
      const forward = (first: boolean): Tensor =>
        fabric.autocast(() => layer.forward(x.bfloat16(), { isFirstMicrobatch: first }));
      forward(true);
      const cache = metaOf(layer, layer instanceof Linear ? 1 : 2).caches[0];
      const kept = (): boolean =>
        (cache as unknown as { get(...args: unknown[]): unknown }).get(
          layer instanceof Linear ? layer.weight : layer.fc1Weight,
          plugin.recipe,
          { rows: true, columns: false },
        ) !== null;
      expect(kept()).toBe(true);
      torch.cuda.withoutHostReads(() => {
        expect(kept()).toBe(false);
        forward(false);
      });
      expect(kept()).toBe(false);
      expect(model).toBeDefined();
    }
  });

  it("is refused with a reduction of one's own", () => {
    const plugin = new TransformerEnginePrecision({
      weightsDtype: "bfloat16",
      amaxReduction: () => {},
    });
    const fabric = new Fabric({ accelerator: testDevice, devices: 1, plugins: [plugin] });
    expect(() => fabric.capture(() => 0, onTestDevice())).toThrowError(
      expect.objectContaining({ code: "FABRIC_CAPTURE_PRECISION" }),
    );
  });
});
