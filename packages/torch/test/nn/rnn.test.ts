import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;

describe("recurrent layers", () => {
  testLayers("recurrent.json", {
    RNN: () => new nn.RNN(3, 4),
    "RNN relu batch first": () =>
      new nn.RNN(3, 4, { nonlinearity: "relu", batchFirst: true, bias: false }),
    LSTM: () => new nn.LSTM(3, 4, { numLayers: 2 }),
    "LSTM bidirectional, projected": () =>
      new nn.LSTM(3, 4, { bidirectional: true, projSize: 2, batchFirst: true }),
  });

  testLayers("gated.json", {
    "LSTM unbatched with state": {
      make: () => new nn.LSTM(3, 4),
      call: (layer: torch.nn.LSTM, x: torch.Tensor, h: torch.Tensor, c: torch.Tensor) =>
        layer.forward(x, [h, c]),
    },
    GRU: () => new nn.GRU(3, 4, { numLayers: 2, bidirectional: true }),
    "GRU with state": () => new nn.GRU(3, 4),
  });

  it("refuses an input of another width", () => {
    expect(() => new nn.GRU(3, 4).forward(torch.zeros([5, 2, 4]))).toThrow(
      /GRU: expected an input of \[T, B, 3\] or \[T, 3\] but received \[5, 2, 4\]/,
    );
  });
});
