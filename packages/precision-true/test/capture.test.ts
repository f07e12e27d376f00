// Recorded steps of 16-bit and 64-bit models, by a recorder for the CPU: the same numbers as without, and nothing read back.
import { functional as F, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";
import { DoublePrecision, HalfPrecision } from "@fabric/precision-true";
import { describe, expect, it } from "vitest";
import { stepOf } from "../../../tools/test-support/recorded-step.js";
import { FakeRecorder } from "../../core/test/capture/fake-recorder.js";

const PLUGINS = {
  "bf16-true": () => new HalfPrecision({ precision: "bf16-true" }),
  "bf16-true with master weights": () =>
    new HalfPrecision({ precision: "bf16-true", masterWeights: true }),
  "64-true": () => new DoublePrecision(),
};

type Step = (x: Tensor, y: Tensor) => Tensor;

function training(
  make: () => HalfPrecision | DoublePrecision,
  recorder: FakeRecorder | null,
): { fabric: Fabric; net: nn.Module; run: Step } {
  torch.manualSeed(4);
  const fabric = new Fabric({ accelerator: "cpu", plugins: [make()] });
  const net = new nn.Sequential(new nn.Linear(6, 8), new nn.ReLU(), new nn.Linear(8, 2));
  const [model, optimizer] = fabric.setup(
    net,
    new optim.AdamW(net.parameters(), { lr: 2 ** -6, capturable: true, fused: true }),
  );
  const step = stepOf(fabric, optimizer, (x, y) => F.mseLoss(model.forward(x), y));
  return { fabric, net, run: recorder === null ? step : fabric.capture(step, { recorder }) };
}

function train(make: () => HalfPrecision | DoublePrecision, isRecorded: boolean): unknown {
  const { net, run } = training(make, isRecorded ? new FakeRecorder() : null);
  const generator = new torch.Generator().manualSeed(1);
  const losses = Array.from({ length: 10 }, () =>
    run(torch.randn([4, 6], { generator }), torch.randn([4, 2], { generator })).item(),
  );
  return { losses, weights: net.parameters().map((p) => p.toArray()) };
}

describe("a recorded step", () => {
  it("leaves main weights what they are, although replays write unseen", () => {
    class Silent extends FakeRecorder {
      override replay(): void {}
    }
    const make = PLUGINS["bf16-true with master weights"];
    const { fabric, run } = training(make, new Silent());
    const generator = new torch.Generator().manualSeed(1);
    const steps = (count: number): void => {
      for (let i = 0; i < count; i++)
        run(torch.randn([4, 6], { generator }), torch.randn([4, 2], { generator }));
    };
    const mains = (): unknown =>
      JSON.parse(
        JSON.stringify(fabric.precision.stateDict(), (_, value) =>
          torch.isTensor(value) ? value.toArray() : value,
        ),
      );
    steps(5);
    const before = mains();
    steps(3);
    expect(mains()).toEqual(before);
    expect(JSON.stringify(before)).toContain("0.");
  });

  it.each(Object.entries(PLUGINS))("computes what the step itself does, %s", (_name, make) => {
    expect(train(make, true)).toEqual(train(make, false));
  });
});
