import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;

describe("activations", () => {
  testLayers("activation.json", {
    ReLU: () => new nn.ReLU(),
    ReLU6: () => new nn.ReLU6(),
    GELU: () => new nn.GELU(),
    "GELU tanh": () => new nn.GELU({ approximate: "tanh" }),
    SiLU: () => new nn.SiLU(),
    Tanh: () => new nn.Tanh(),
    Sigmoid: () => new nn.Sigmoid(),
    Softmax: () => new nn.Softmax(-1),
    LogSoftmax: () => new nn.LogSoftmax(-1),
    LeakyReLU: () => new nn.LeakyReLU(0.2),
    ELU: () => new nn.ELU(0.7),
    CELU: () => new nn.CELU(0.7),
    SELU: () => new nn.SELU(),
    Softplus: () => new nn.Softplus(2, 3),
    Mish: () => new nn.Mish(),
    Hardswish: () => new nn.Hardswish(),
    Hardsigmoid: () => new nn.Hardsigmoid(),
    Hardtanh: () => new nn.Hardtanh(-2, 0.5),
    Hardshrink: () => new nn.Hardshrink(1),
    Softshrink: () => new nn.Softshrink(),
    Softsign: () => new nn.Softsign(),
    Tanhshrink: () => new nn.Tanhshrink(),
    Threshold: () => new nn.Threshold(0.3, -7),
    LogSigmoid: () => new nn.LogSigmoid(),
    GLU: () => new nn.GLU(),
    Identity: () => new nn.Identity(),
  });

  it("takes settings by position or by name", () => {
    const { nn } = torch;
    expect(new nn.LeakyReLU({ negativeSlope: 0.3 }).negativeSlope).toBe(0.3);
    expect(new nn.LeakyReLU(0.3, { inplace: true }).inplace).toBe(true);
    expect(new nn.Softplus({ threshold: 5 }).threshold).toBe(5);
    expect(new nn.Softmax({ dim: 1 }).dim).toBe(1);
    expect(new nn.Dropout({ p: 0.1 }).p).toBe(0.1);
    expect(new nn.Flatten({ startDim: 2 }).startDim).toBe(2);
    expect(() => new nn.Softmax(undefined as never)).toThrow(/for `dim` but received undefined/);
  });

  it("writes into its input when asked to", () => {
    const x = torch.tensor([-1, 2]);
    expect(new nn.ReLU({ inplace: true }).forward(x)).toBe(x);
    expect(x.toArray()).toEqual([0, 2]);
  });
});

describe("dropout", () => {
  it("draws the zeros PyTorch draws, and none in evaluation", () => {
    torch.manualSeed(0);
    const layer = new nn.Dropout(0.5);
    // torch.manual_seed(0); torch.nn.Dropout(0.5)(torch.ones(8)) in PyTorch 2.13 on the CPU
    expect(layer.forward(torch.ones([8])).toArray()).toEqual([0, 0, 2, 0, 0, 0, 2, 2]);
    expect(
      layer
        .eval()
        .forward(torch.ones([8]))
        .toArray(),
    ).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it("drops whole channels in Dropout1d and Dropout2d", () => {
    torch.manualSeed(1);
    const sums = new nn.Dropout2d(0.5)
      .forward(torch.ones([4, 8, 2, 2]))
      .sum([2, 3])
      .reshape([-1])
      .toArray() as number[];
    expect(new Set(sums)).toEqual(new Set([0, 8]));
    expect(new nn.Dropout1d(0.5).forward(torch.ones([8, 3])).shape).toEqual([8, 3]);
  });

  it("refuses a probability outside [0, 1]", () => {
    expect(() => new nn.Dropout(1.5)).toThrow(
      /Dropout: expected a number between 0 and 1 for `p` but received 1.5/,
    );
  });
});
