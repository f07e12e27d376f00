import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;

describe("convolutions", () => {
  testLayers("conv.json", {
    Conv1d: () => new nn.Conv1d(4, 6, 3, { stride: 2, padding: 1, groups: 2 }),
    Conv2d: () => new nn.Conv2d(2, 3, 3),
    "Conv2d same, dilated": () =>
      new nn.Conv2d(2, 3, [3, 2], { padding: "same", dilation: 2, bias: false }),
    "Conv2d reflect": () => new nn.Conv2d(1, 2, 3, { padding: [1, 2], paddingMode: "reflect" }),
    "Conv2d circular same": () =>
      new nn.Conv2d(1, 2, [2, 3], { padding: "same", paddingMode: "circular" }),
    Conv3d: () => new nn.Conv3d(1, 2, 2),
    ConvTranspose1d: () =>
      new nn.ConvTranspose1d(2, 4, 3, { stride: 2, padding: 1, outputPadding: 1, groups: 2 }),
    ConvTranspose2d: () => new nn.ConvTranspose2d(2, 3, 3, { stride: 2 }),
    "ConvTranspose2d to a size": {
      make: () => new nn.ConvTranspose2d(1, 2, 3, { stride: 2, padding: 1 }),
      call: (layer: torch.nn.ConvTranspose2d, x: torch.Tensor) => layer.forward(x, [8, 7]),
    },
    ConvTranspose3d: () => new nn.ConvTranspose3d(1, 2, 2, { dilation: 2 }),
  });

  it("refuses arguments that do not go together, naming both", () => {
    expect(() => new nn.Conv2d(3, 4, 3, { groups: 2 })).toThrow(
      /multiple of `groups` but received 3 and 2/,
    );
    expect(() => new nn.Conv2d(2, 4, 3, { padding: "same", stride: 2 })).toThrow(
      /only with stride 1/,
    );
    expect(() => new nn.Conv2d(2, 4, [3, 3, 3])).toThrow(/an integer >= 1 or an array of 2/);
    expect(() =>
      new nn.ConvTranspose2d(1, 1, 3, { stride: 2 }).forward(torch.zeros([1, 1, 4, 4]), [20, 20]),
    ).toThrow(/sizes from 9 to 10/);
  });
});
