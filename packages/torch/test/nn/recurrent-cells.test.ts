import { describe } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;

describe("cells, bags, blocks and padding", () => {
  testLayers("cell.json", {
    RNNCell: () => new nn.RNNCell(3, 4),
    "RNNCell relu": () => new nn.RNNCell(3, 4, { bias: false, nonlinearity: "relu" }),
    GRUCell: () => new nn.GRUCell(3, 2),
    LSTMCell: () => new nn.LSTMCell(3, 2),
    EmbeddingBag: () => new nn.EmbeddingBag(5, 2, { mode: "sum" }),
    Unfold: () => new nn.Unfold(2, { stride: 2 }),
    Fold: () => new nn.Fold(4, 2, { padding: 1 }),
    LocalResponseNorm: () => new nn.LocalResponseNorm(2),
    ZeroPad2d: () => new nn.ZeroPad2d([1, 2, 0, -1]),
    ReflectionPad1d: () => new nn.ReflectionPad1d(2),
    ReplicationPad2d: () => new nn.ReplicationPad2d(1),
    CircularPad1d: () => new nn.CircularPad1d([1, 2]),
    ConstantPad3d: () => new nn.ConstantPad3d(1, 3.5),
    Softmin: () => new nn.Softmin(1),
  });
});
