// Scales and histories of a model as numbers.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import {
  DelayedScaling,
  Float8CurrentScaling,
  fp8Autocast,
  fp8State,
  LayerNormMLP,
  Linear,
} from "../src/index.js";

const recipe = new DelayedScaling({ amaxHistoryLen: 4 });

class Net extends nn.Module {
  first = new Linear(16, 16, { bias: false });
  plain = new nn.Linear(16, 16);
  mlp = new LayerNormMLP(16, 32);
  override forward(x: Tensor): Tensor {
    return this.mlp.forward(this.plain.forward(this.first.forward(x)));
  }
}

/** One step of a single layer, whose tensors are filled with these values. */
function step(layer: Linear, input: number, weight: number, gradOutput: number): void {
  torch.noGrad(() => layer.weight.fill_(weight));
  const x = torch.full([16, 16], input).requiresGrad_();
  const y = fp8Autocast({ recipe }, () => layer.forward(x));
  y.backward(torch.full([16, 16], gradOutput));
}

describe("fp8State", () => {
  it("gives scales, and amaxes of the steps that ended, the newest last", () => {
    const layer = new Linear(16, 16, { bias: false });
    expect(fp8State(layer)).toEqual([]);
    step(layer, 7, 0.5, 2);
    step(layer, 3.5, 1, 4);
    expect(fp8State(layer)).toEqual([
      {
        name: "",
        gemm: 0,
        slots: {
          input: { scale: 448 / 7, amaxHistory: [0, 7, 3.5] },
          weight: { scale: 448 / 1, amaxHistory: [0, 0.5, 1] },
          gradOutput: { scale: 57344 / 4, amaxHistory: [0, 2, 4] },
        },
      },
    ]);
    // A scale serves the last four steps; the newest three of them are remembered for the next.
    const before = fp8State(layer);
    for (let i = 0; i < 3; i++) step(layer, 3.5, 1, 1);
    const fourth = fp8State(layer)[0]?.slots.gradOutput;
    expect(fourth).toEqual({ scale: 57344 / 4, amaxHistory: [1, 1, 1] });
    step(layer, 3.5, 1, 1);
    const fifth = fp8State(layer)[0]?.slots;
    expect(fifth?.input).toEqual({ scale: 448 / 3.5, amaxHistory: [3.5, 3.5, 3.5] });
    expect(fifth?.gradOutput).toEqual({ scale: 57344, amaxHistory: [1, 1, 1] });
    expect(before[0]?.slots.input.amaxHistory).toEqual([0, 7, 3.5]);
  });

  it("names each product of each layer, in order", () => {
    const net = new Net();
    const x = torch.randn([16, 16]);
    fp8Autocast({ recipe }, () => net.forward(x))
      .sum()
      .backward();
    const states = fp8State(net);
    expect(states.map(({ name, gemm }) => [name, gemm])).toEqual([
      ["first", 0],
      ["mlp", 0],
      ["mlp", 1],
    ]);
    const largest = (t: Tensor): number => t.abs().max().item<number>();
    const [first, fc1, fc2] = states;
    expect(first?.slots.input.amaxHistory.at(-1)).toBe(largest(x));
    expect(first?.slots.weight.amaxHistory.at(-1)).toBe(largest(net.first.weight));
    expect(fc1?.slots.weight.amaxHistory.at(-1)).toBe(largest(net.mlp.fc1Weight));
    expect(fc2?.slots.weight.amaxHistory.at(-1)).toBe(largest(net.mlp.fc2Weight));
    // The gradient of a sum is one.
    expect(fc2?.slots.gradOutput).toEqual({ scale: 57344, amaxHistory: [0, 0, 1] });
    expect(fc1?.slots.gradOutput.amaxHistory.at(-1)).not.toBe(1);
  });

  it("has nothing of recipes without a memory, nor of a history of no closed step", () => {
    const net = new Net();
    fp8Autocast({ recipe: new Float8CurrentScaling() }, () => net.forward(torch.ones([16, 16])));
    expect(fp8State(net)).toEqual([]);
    const layer = new Linear(16, 16, { bias: false });
    const short = new DelayedScaling({ amaxHistoryLen: 1 });
    fp8Autocast({ recipe: short }, () => layer.forward(torch.full([16, 16], 7)));
    expect(fp8State(layer)[0]?.slots.input).toEqual({ scale: 64, amaxHistory: [] });
  });
});
