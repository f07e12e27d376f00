import { describe } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;

describe("pooling and reshaping layers", () => {
  testLayers("shape.json", {
    MaxPool1d: () => new nn.MaxPool1d(2),
    MaxPool2d: () => new nn.MaxPool2d(3, { stride: 2, padding: 1 }),
    "MaxPool2d with indices": () => new nn.MaxPool2d(2, { returnIndices: true, ceilMode: true }),
    AvgPool1d: () => new nn.AvgPool1d(3, { stride: 1, padding: 1, countIncludePad: false }),
    AvgPool2d: () => new nn.AvgPool2d([2, 3], { divisorOverride: 5 }),
    AdaptiveAvgPool1d: () => new nn.AdaptiveAvgPool1d(3),
    AdaptiveAvgPool2d: () => new nn.AdaptiveAvgPool2d([2, null]),
    AdaptiveMaxPool2d: () => new nn.AdaptiveMaxPool2d(2),
    Flatten: () => new nn.Flatten(),
    Unflatten: () => new nn.Unflatten(1, [2, 3]),
    PixelShuffle: () => new nn.PixelShuffle(2),
    Upsample: () => new nn.Upsample({ scaleFactor: 2, mode: "bilinear" }),
  });
});
