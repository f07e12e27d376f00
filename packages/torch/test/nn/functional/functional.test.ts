import { describe, expect, it } from "vitest";
import * as torch from "../../../src/index.js";
import { testFunctions } from "../fixtures.js";

const { functional: F } = torch;
type T = torch.Tensor;

describe("losses", () => {
  testFunctions("loss.json", {
    crossEntropy: (x: T, t: T) => F.crossEntropy(x, t),
    "crossEntropy weighted": (x: T, t: T, weight: T) =>
      F.crossEntropy(x, t, { weight, ignoreIndex: 1, labelSmoothing: 0.1 }),
    "crossEntropy sum": (x: T, t: T) => F.crossEntropy(x, t, { reduction: "sum" }),
    "crossEntropy none": (x: T, t: T) => F.crossEntropy(x, t, { reduction: "none" }),
    "crossEntropy of probabilities": (x: T, t: T) => F.crossEntropy(x, t),
    nllLoss: (x: T, t: T) => F.nllLoss(x, t),
    "nllLoss weighted": (x: T, t: T, weight: T) =>
      F.nllLoss(x, t, { weight, ignoreIndex: 2, reduction: "sum" }),
    binaryCrossEntropy: (x: T, t: T) => F.binaryCrossEntropy(x, t),
    binaryCrossEntropyWithLogits: (x: T, t: T, posWeight: T) =>
      F.binaryCrossEntropyWithLogits(x, t, { posWeight, reduction: "none" }),
    klDiv: (x: T, t: T) => F.klDiv(x, t, { reduction: "batchmean" }),
    "klDiv of logarithms": (x: T, t: T) => F.klDiv(x, t, { reduction: "sum", logTarget: true }),
    mseLoss: (x: T, y: T) => F.mseLoss(x, y),
    l1Loss: (x: T, y: T) => F.l1Loss(x, y),
    smoothL1Loss: (x: T, y: T) => F.smoothL1Loss(x, y, { beta: 0.5, reduction: "none" }),
    huberLoss: (x: T, y: T) => F.huberLoss(x, y, { delta: 0.5, reduction: "sum" }),
    poissonNllLoss: (x: T, y: T) => F.poissonNllLoss(x, y, { full: true }),
    gaussianNllLoss: (x: T, y: T, v: T) => F.gaussianNllLoss(x, y, v, { full: true, eps: 0.3 }),
    cosineEmbeddingLoss: (x: T, y: T, s: T) => F.cosineEmbeddingLoss(x, y, s, { margin: 0.1 }),
    marginRankingLoss: (x: T, y: T, s: T) =>
      F.marginRankingLoss(x, y, s, { margin: 0.2, reduction: "none" }),
    hingeEmbeddingLoss: (x: T, s: T) => F.hingeEmbeddingLoss(x, s),
    softMarginLoss: (x: T, s: T) => F.softMarginLoss(x, s),
    multiMarginLoss: (x: T, t: T) => F.multiMarginLoss(x, t, { margin: 0.7 }),
    tripletMarginLoss: (x: T, y: T, z: T) =>
      F.tripletMarginLoss(x, y, z, { swap: true, margin: 2 }),
    ctcLoss: (x: T, t: T) => F.ctcLoss(x, t, [5, 4], [2, 1], { reduction: "sum" }),
  });

  it("refuses unknown options and reductions by name", () => {
    const [x, t] = [torch.zeros([2, 3]), torch.tensor([0n, 1n])];
    expect(() => F.crossEntropy(x, t, { reduction: "avg" as never })).toThrow(
      /"none", "mean" or "sum".*"avg"/,
    );
    expect(() => F.crossEntropy(x, t, { ignore_index: 1 } as never)).toThrow(
      /unknown option `ignore_index`/,
    );
    expect(() => F.crossEntropy(x, t, 3 as never)).toThrow(torch.FabricError);
    expect(() => F.dropout(x, 0.5, { p: 0.5 })).toThrow(/`p` is given twice/);
  });

  it("takes optional arguments by position or by name", () => {
    const [x, t, weight] = [torch.eye(3), torch.tensor([0n, 1n, 1n]), torch.tensor([1, 2, 3])];
    const named = F.crossEntropy(x, t, { weight, reduction: "sum" }).item();
    expect(F.crossEntropy(x, t, weight, { reduction: "sum" }).item()).toBe(named);
    expect(F.dropout(x, 0.5, false).toArray()).toEqual(x.toArray());
    expect(F.dropout(x, { p: 0, training: true }).toArray()).toEqual(x.toArray());
    expect(F.normalize(x, 1, 0).toArray()).toEqual(F.normalize(x, { p: 1, dim: 0 }).toArray());
  });

  it("gives the same value as a module with the same options", () => {
    torch.manualSeed(2);
    const [x, t, weight] = [
      torch.randn([4, 3]),
      torch.tensor([0n, 2n, 1n, 1n]),
      torch.tensor([1, 2, 3]),
    ];
    const loss = new torch.nn.CrossEntropyLoss({ weight, labelSmoothing: 0.2 });
    expect(loss.forward(x, t).item()).toBe(
      F.crossEntropy(x, t, { weight, labelSmoothing: 0.2 }).item(),
    );
    expect(Object.keys(loss.stateDict())).toEqual(["weight"]);
    expect(new torch.nn.MSELoss().forward(x, x).item()).toBe(0);
  });
});

describe("functions", () => {
  testFunctions("functional.json", {
    linear: (x: T, w: T, b: T) => F.linear(x, w, b),
    normalize: (x: T) => F.normalize(x),
    "normalize by 1": (x: T) => F.normalize(x, { p: 1, dim: 0 }),
    cosineSimilarity: (x: T, y: T) => F.cosineSimilarity(x, y),
    pairwiseDistance: (x: T, y: T) => F.pairwiseDistance(x, y),
    oneHot: (t: T) => F.oneHot(t, 5),
    softmin: (x: T) => F.softmin(x, 1),
    "pad reflect": (x: T) => F.pad(x, [1, 2], "reflect"),
    "pad constant": (x: T) => F.pad(x, [1, 0, 0, 2], { value: 3 }),
    scaledDotProductAttention: (q: T, k: T, v: T) =>
      F.scaledDotProductAttention(q, k, v, { isCausal: true }),
    "interpolate nearest": (x: T) => F.interpolate(x, { scaleFactor: 2 }),
    "interpolate nearest-exact": (x: T) =>
      F.interpolate(x, { size: [3, 5], mode: "nearest-exact" }),
    "interpolate linear": (x: T) => F.interpolate(x, { size: 7, mode: "linear" }),
    "interpolate bicubic": (x: T) =>
      F.interpolate(x, { scaleFactor: [1.5, 2], mode: "bicubic", alignCorners: true }),
    "interpolate area": (x: T) => F.interpolate(x, { size: 2, mode: "area" }),
    "interpolate trilinear": (x: T) => F.interpolate(x, { scaleFactor: 2, mode: "trilinear" }),
    embeddingBag: (i: T, w: T) => F.embeddingBag(i, w, { mode: "sum" }),
    "embeddingBag with offsets": (i: T, w: T, offsets: T) =>
      F.embeddingBag(i, w, { mode: "mean", offsets }),
    batchNorm: (x: T, m: T, v: T, weight: T) => F.batchNorm(x, m.detach(), v.detach(), { weight }),
    instanceNorm: (x: T) => F.instanceNorm(x),
    localResponseNorm: (x: T) => F.localResponseNorm(x, 3),
    layerNorm: (x: T, w: T) => F.layerNorm(x, [3], w),
  });

  it("samples one-hot rows with gumbelSoftmax", () => {
    torch.manualSeed(0);
    const sample = F.gumbelSoftmax(torch.zeros([5, 4]), { hard: true });
    expect(sample.sum([1]).toArray()).toEqual([1, 1, 1, 1, 1]);
  });

  it("refuses a mode of interpolation that does not fit the dimensions", () => {
    const x = torch.zeros([1, 1, 4]);
    expect(() => F.interpolate(x, { scaleFactor: 2, mode: "bilinear" })).toThrow(
      /bilinear for 3 dimensions/,
    );
    expect(() => F.interpolate(x, {})).toThrow(/exactly one of `size` and `scaleFactor`/);
  });
});
