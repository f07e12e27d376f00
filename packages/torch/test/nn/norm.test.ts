import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;

describe("normalisation", () => {
  testLayers("norm.json", {
    BatchNorm1d: () => new nn.BatchNorm1d(3),
    "BatchNorm1d evaluating": () => new nn.BatchNorm1d(3),
    BatchNorm2d: () => new nn.BatchNorm2d(2, { eps: 1e-3, momentum: 0.3 }),
    "BatchNorm2d averaging": () => new nn.BatchNorm2d(2, { momentum: null }),
    "BatchNorm2d untracked": () =>
      new nn.BatchNorm2d(2, { trackRunningStats: false, affine: false }),
    BatchNorm3d: () => new nn.BatchNorm3d(2),
    InstanceNorm1d: () => new nn.InstanceNorm1d(2),
    "InstanceNorm2d tracking": () =>
      new nn.InstanceNorm2d(2, { affine: true, trackRunningStats: true }),
    LayerNorm: () => new nn.LayerNorm(6),
    "LayerNorm over two": () => new nn.LayerNorm([2, 4], { eps: 1e-3 }),
    "LayerNorm without bias": () => new nn.LayerNorm(4, { bias: false }),
    "LayerNorm without affine": () => new nn.LayerNorm(4, { elementwiseAffine: false }),
    RMSNorm: () => new nn.RMSNorm(6),
    GroupNorm: () => new nn.GroupNorm(2, 4),
  });

  it("refuses inputs of the wrong rank and batches of one value in training", () => {
    expect(() => new nn.BatchNorm2d(2).forward(torch.zeros([2, 2]))).toThrow(
      /BatchNorm2d: expected an input of \[B, C, H, W\] but received \[2, 2\]/,
    );
    expect(() => new nn.BatchNorm1d(2).forward(torch.zeros([1, 2]))).toThrow(
      /more than one value per channel/,
    );
    expect(new nn.BatchNorm1d(2).eval().forward(torch.zeros([1, 2])).shape).toEqual([1, 2]);
  });

  it("keeps running statistics that a training step in a scope changed", () => {
    const layer = torch.scope(() => {
      const made = new nn.BatchNorm1d(2);
      made.forward(torch.ones([4, 2]));
      return { made };
    }).made;
    // momentum 0.1 of a mean of 1
    expect((layer.runningMean as torch.Tensor).toArray()).toEqual([
      0.10000000149011612, 0.10000000149011612,
    ]);
    expect((layer.numBatchesTracked as torch.Tensor).item()).toBe(1);
  });

  it("loads checkpoints that lack the batch counter", () => {
    const layer = new nn.BatchNorm1d(2);
    const { num_batches_tracked: _, ...rest } = layer.stateDict();
    expect(layer.loadStateDict(rest)).toEqual({ missingKeys: [], unexpectedKeys: [] });
  });
});
