// Regions: nesting, restoring, when scales are found anew, reduction over processes, calibration.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it, vi } from "vitest";
import { codeOf } from "../../../../tools/test-support/code-of.js";
import {
  DelayedScaling,
  type DelayedScalingOptions,
  type DelayedState,
  fp8Autocast,
  isFp8Enabled,
  LayerNormMLP,
  Linear,
} from "../../src/index.js";

const recipe = new DelayedScaling({ amaxHistoryLen: 4 });
const input = (value = 1) => torch.full([8, 16], value);
const inputScale = (layer: Linear) => layer.fp8State?.forward.scale.select(0, 0).item() as number;
const gradScale = (layer: Linear) => layer.fp8State?.backward.scale.select(0, 0).item() as number;
const collected = (layer: Linear) =>
  layer.fp8State?.forward.amaxHistory.select(0, 0).select(0, 0).item() as number;

describe("fp8Autocast", () => {
  it("nests, restores after a throw, and takes guards twice", () => {
    expect(isFp8Enabled()).toBe(false);
    const guard = fp8Autocast();
    expect(isFp8Enabled()).toBe(true);
    fp8Autocast({ enabled: false }, () => expect(isFp8Enabled()).toBe(false));
    expect(isFp8Enabled()).toBe(true);
    expect(() =>
      fp8Autocast({ enabled: false }, () => {
        throw new Error("inside");
      }),
    ).toThrow("inside");
    expect(isFp8Enabled()).toBe(true);
    guard[Symbol.dispose]();
    guard[Symbol.dispose]();
    expect(isFp8Enabled()).toBe(false);
    expect(codeOf(() => fp8Autocast({}, async () => 1))).toBe("FABRIC_USAGE_ASYNC_CONTEXT");
    expect(codeOf(() => fp8Autocast({ recipes: 1 } as object))).toBe("FABRIC_CONFIG_OPTION");
    expect(codeOf(() => fp8Autocast({ amaxReduction: 1 as unknown as null }))).toBe(
      "FABRIC_CONFIG_OPTION",
    );
    for (const other of [null, 3, new Map()])
      expect(codeOf(() => fp8Autocast(other as object, () => 1))).toBe("FABRIC_CONFIG_OPTION");
    expect(codeOf(() => fp8Autocast({}, 5 as unknown as () => 1))).toBe("FABRIC_TENSOR_ARGUMENT");
    expect(isFp8Enabled()).toBe(false);
  });

  it("reports a guard that is left open when control returns to the event loop, and closes it", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const guard = fp8Autocast({ recipe: { amaxComputeAlgo: () => torch.ones([7]) } });
    // A recipe that cannot find scales: leaving throws, and nobody is there to catch it.
    new Linear(16, 16).forward(input());
    await new Promise((next) => setImmediate(next));
    expect(isFp8Enabled()).toBe(false);
    const texts = warned.mock.calls.map(([text]) => String(text));
    warned.mockRestore();
    const leaks = texts.filter((text) => text.includes("guard of fp8Autocast was still open"));
    expect(leaks).toHaveLength(1);
    expect(leaks[0]).toMatch(/Closing fp8Autocast threw: .*amaxComputeAlgo/);
    expect(codeOf(() => guard[Symbol.dispose]())).toBe("FABRIC_USAGE_ASYNC_CONTEXT");
    const open = torch.noGrad(() => fp8Autocast());
    expect(isFp8Enabled()).toBe(false);
    expect(codeOf(() => open[Symbol.dispose]())).toBe("FABRIC_USAGE_ASYNC_CONTEXT");
  });

  it("finds forward scales on leaving the outermost region that is on", () => {
    const layer = new Linear(16, 16);
    fp8Autocast({ recipe }, () => {
      fp8Autocast({ recipe }, () => layer.forward(input(7)));
      expect(inputScale(layer)).toBe(1);
      expect(collected(layer)).toBe(7);
    });
    expect(inputScale(layer)).toBe(64);
    fp8Autocast({ enabled: false }, () => fp8Autocast({ recipe }, () => layer.forward(input(14))));
    expect(inputScale(layer)).toBe(32);
  });

  it("keeps scales without gradients", () => {
    const layer = new Linear(16, 16);
    torch.noGrad(() => fp8Autocast({ recipe }, () => layer.forward(input(7))));
    expect(inputScale(layer)).toBe(1);
    torch.inferenceMode(() => fp8Autocast({ recipe }, () => layer.forward(input(7))));
    expect(inputScale(layer)).toBe(1);
  });

  it("goes on outside after a first use in inference mode", () => {
    const layer = new Linear(16, 16);
    torch.inferenceMode(() => fp8Autocast({ recipe }, () => layer.forward(input(7))));
    const mine = new DelayedScaling({
      amaxHistoryLen: 4,
      amaxComputeAlgo: (history) => history.amax(0),
    });
    fp8Autocast({ recipe: mine }, () => layer.forward(input(7)));
    expect(inputScale(layer)).toBe(64);
    layer.fp8State?.reset();
    expect(inputScale(layer)).toBe(1);
  });

  it("finds gradient scales when the first layer has run backward, and only then", () => {
    const [a, b] = [new Linear(16, 16), new Linear(16, 16)];
    const seen: number[] = [];
    const y = fp8Autocast({ recipe }, () => {
      const h = a.forward(input());
      h.registerHook((g: Tensor) => {
        seen.push(gradScale(b));
        return g;
      });
      return b.forward(h);
    });
    y.sum().backward();
    expect(seen).toEqual([1]); // b's own backward did not end the step
    expect([gradScale(a) === 1, gradScale(b)]).toEqual([false, 57344]);
  });

  it("passes over a first layer that is frozen and gets no gradient", () => {
    const [a, b] = [new Linear(16, 16), new Linear(16, 16)];
    a.requiresGrad_(false);
    fp8Autocast({ recipe }, () => b.forward(a.forward(input())))
      .sum()
      .backward();
    expect([gradScale(a), gradScale(b)]).toEqual([1, 57344]);
  });

  it("reduces amaxes once a direction and step, in one buffer, before the update", () => {
    const net = [new Linear(16, 16), new Linear(16, 16)] as const;
    const buffers: number[] = [];
    const amaxReduction = (amaxes: Tensor) => {
      buffers.push(amaxes.numel());
      // The other process saw twice as much.
      amaxes.mul_(2);
    };
    const y = fp8Autocast({ recipe, amaxReduction }, () =>
      net[1].forward(net[0].forward(input(7))),
    );
    expect(buffers).toEqual([6]);
    expect(inputScale(net[0])).toBe(32);
    y.sum().backward();
    expect(buffers).toEqual([6, 4]);
    expect(gradScale(net[1])).toBe(28672);
    const own = new DelayedScaling({ reduceAmax: false });
    fp8Autocast({ recipe: own, amaxReduction }, () => net[0].forward(input(7)));
    expect(buffers).toEqual([6, 4]);
  });

  it("takes functions for amaxes and scales, of the whole history before the roll", () => {
    const layer = new Linear(16, 16);
    const histories: number[][] = [];
    const mine = new DelayedScaling({
      amaxHistoryLen: 3,
      amaxComputeAlgo: (history) => {
        histories.push((history.select(1, 0).toArray() as number[]).slice());
        return history.amax(0);
      },
      scalingFactorComputeAlgo: (amax, scale, fp8Max) =>
        torch.where(amax.gt(0), torch.full([], fp8Max / 2).div(amax), scale),
    });
    for (const value of [7, 0, 14])
      fp8Autocast({ recipe: mine }, () => layer.forward(input(value)));
    // The slot rolls at a step of zeros too.
    expect(histories).toEqual([
      [7, 0, 0],
      [0, 0, 7],
      [14, 7, 0],
    ]);
    expect(inputScale(layer)).toBe(16);
  });

  it("names a function of the recipe that returns no number for each slot", () => {
    const layer = new Linear(16, 16);
    const run = (options: DelayedScalingOptions) =>
      codeOf(() => fp8Autocast({ recipe: options }, () => layer.forward(input(7))));
    for (const other of [3, undefined, torch.ones([]), torch.ones([2])]) {
      const wrong = () => other as Tensor;
      expect(run({ amaxComputeAlgo: wrong })).toBe("FABRIC_CONFIG_RECIPE");
      expect(run({ scalingFactorComputeAlgo: wrong })).toBe("FABRIC_CONFIG_RECIPE");
    }
    expect(inputScale(layer)).toBe(1);
    expect(isFp8Enabled()).toBe(false);
  });

  it("passes on what was thrown inside, whatever a function of the recipe throws on leaving", () => {
    const layer = new Linear(16, 16);
    const failing = {
      amaxComputeAlgo: () => {
        throw new Error("on leaving");
      },
    };
    const run = (message: string | null) =>
      fp8Autocast({ recipe: failing }, () => {
        layer.forward(input(7));
        if (message !== null) throw new Error(message);
      });
    expect(() => run("inside")).toThrow("inside");
    expect(() => run(null)).toThrow("on leaving");
    expect(isFp8Enabled()).toBe(false);
    // A region that throws is a step all the same.
    expect(() =>
      fp8Autocast({ recipe }, () => {
        layer.forward(input(14));
        throw new Error("late");
      }),
    ).toThrow("late");
    expect(inputScale(layer)).toBe(32);
  });

  it("calibrates: computes without FP8, collects, and finds scales on leaving", () => {
    const layer = new Linear(16, 16);
    const mlp = new LayerNormMLP(16, 32);
    const x = input(7);
    const y = torch.noGrad(() =>
      fp8Autocast({ enabled: false, calibrating: true, recipe }, () => {
        mlp.forward(torch.randn([4, 16]));
        return layer.forward(x);
      }),
    );
    expect(torch.equal(y, layer.forward(x))).toBe(true);
    expect(inputScale(layer)).toBe(64);
    const used = ((mlp.fp8State as DelayedState).forward.scale.toArray() as number[]).map(
      (scale) => scale !== 1,
    );
    expect(used).toEqual([true, true, false, true, true, false]);
  });

  it("shrinks and grows the history, and keeps scales", () => {
    const layer = new Linear(16, 16);
    const run = (length: number, value: number) =>
      fp8Autocast({ recipe: { amaxHistoryLen: length } }, () => layer.forward(input(value)));
    run(4, 7);
    run(2, 3.5);
    expect(layer.fp8State?.length).toBe(2);
    expect(inputScale(layer)).toBe(128); // 7 was in the last row, which is gone
    run(6, 1);
    expect(layer.fp8State?.length).toBe(6);
  });

  it("goes on outside after a resize and a step of functions in inference mode", () => {
    const layer = new Linear(16, 16);
    const longer = { amaxHistoryLen: 8 };
    fp8Autocast({ recipe }, () => layer.forward(input(7)));
    const resize = () =>
      torch.inferenceMode(() => fp8Autocast({ recipe: longer }, () => layer.forward(input(7))));
    resize();
    fp8Autocast({ recipe: longer, enabled: false, calibrating: true }, () =>
      layer.forward(input(14)),
    );
    expect(inputScale(layer)).toBe(32);
    fp8Autocast({ recipe }, () => layer.forward(input(7)));
    resize();
    layer.fp8State?.reset();
    expect(inputScale(layer)).toBe(1);
    const other = new Linear(16, 16);
    const mine = { amaxComputeAlgo: (history: Tensor) => history.amax(0) };
    fp8Autocast({ recipe: mine }, () => torch.inferenceMode(() => other.forward(input(7))));
    expect(inputScale(other)).toBe(64);
    const copy = torch.inferenceMode(() => (other.fp8State as DelayedState).clone());
    copy.copyFrom(layer.fp8State as DelayedState);
    expect(copy.forward.scale.toArray()).toEqual([1, 1, 1]);
  });

  it("copies of a module have scales of their own, those of the original at the time", () => {
    const layer = new Linear(16, 16);
    const mlp = new LayerNormMLP(16, 32);
    const net = new nn.Sequential(layer, mlp);
    const unused = nn.copyModule(net);
    const step = (model: nn.Module, value: number) =>
      fp8Autocast({ recipe }, () => model.forward(input(value)) as Tensor)
        .sum()
        .backward();
    const evaluate = (model: nn.Module) =>
      torch.noGrad(() => fp8Autocast({ recipe }, () => model.forward(input(3)) as Tensor));
    step(net, 7);
    const before = evaluate(net);
    const copy = torch.scope(() => nn.copyModule(net));
    const copied = copy.at(0) as Linear;
    expect(inputScale(copied)).toBe(64);
    expect(
      torch.equal(
        copied.fp8State?.backward.amaxHistory as Tensor,
        layer.fp8State?.backward.amaxHistory as Tensor,
      ),
    ).toBe(true);
    // What becomes of one later does not show in the other.
    step(net, 28);
    expect([inputScale(layer), inputScale(copied)]).toEqual([16, 64]);
    expect(torch.equal(evaluate(copy), before)).toBe(true);
    step(copy, 14);
    expect([inputScale(layer), inputScale(copied)]).toEqual([16, 32]);
    expect((unused.at(0) as Linear).fp8State).toBeNull();
    expect(Object.keys(copy.stateDict())).toEqual(Object.keys(net.stateDict()));
  });

  it("the state follows the layer", () => {
    const layer = new Linear(16, 16);
    fp8Autocast({ recipe }, () => layer.forward(input(7)));
    const other = new Linear(16, 16);
    other.loadStateDict(layer.stateDict());
    expect(inputScale(other)).toBe(64);
    const net = new nn.Sequential(layer);
    expect(Object.keys(net.stateDict())).toEqual(["0.weight", "0.bias", "0._extra_state"]);
  });
});
