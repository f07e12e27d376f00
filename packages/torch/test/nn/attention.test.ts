import { describe, expect, it } from "vitest";
import * as torch from "../../src/index.js";
import { testLayers } from "./fixtures.js";

const { nn } = torch;
type Attention = torch.nn.MultiheadAttention;

const causal = (): torch.Tensor => torch.ones([4, 4], { dtype: "bool" }).triu(1);
const padding = (): torch.Tensor =>
  torch.tensor([
    [false, false, false, true],
    [false, false, true, true],
  ]);
const self = (layer: Attention, x: torch.Tensor): unknown => layer.forward(x, x, x);

describe("attention", () => {
  testLayers("attention.json", {
    MultiheadAttention: { make: () => new nn.MultiheadAttention(4, 2), call: self },
    "MultiheadAttention batch first, masked": {
      make: () => new nn.MultiheadAttention(4, 2, { batchFirst: true }),
      call: (layer: Attention, x: torch.Tensor) =>
        layer.forward(x, x, x, { attnMask: causal(), keyPaddingMask: padding() }),
    },
    "MultiheadAttention fast, masked": {
      make: () => new nn.MultiheadAttention(4, 2, { batchFirst: true }),
      call: (layer: Attention, x: torch.Tensor) =>
        layer.forward(x, x, x, {
          attnMask: causal(),
          keyPaddingMask: padding(),
          needWeights: false,
        }),
    },
    "MultiheadAttention with key widths": () =>
      new nn.MultiheadAttention(4, 2, { kdim: 3, vdim: 5, bias: false }),
    "MultiheadAttention with extra keys": {
      make: () => new nn.MultiheadAttention(4, 2, { addBiasKv: true, addZeroAttn: true }),
      call: (layer: Attention, q: torch.Tensor, k: torch.Tensor) =>
        layer.forward(q, k, k, { averageAttnWeights: false }),
    },
    "MultiheadAttention unbatched": { make: () => new nn.MultiheadAttention(4, 2), call: self },
  });

  testLayers("transformer.json", {
    TransformerEncoderLayer: () =>
      new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 6, dropout: 0 }),
    "TransformerEncoderLayer norm first": {
      make: () =>
        new nn.TransformerEncoderLayer(4, 2, {
          dimFeedforward: 6,
          dropout: 0,
          activation: "gelu",
          batchFirst: true,
          normFirst: true,
        }),
      call: (layer: torch.nn.TransformerEncoderLayer, x: torch.Tensor) =>
        layer.forward(x, { mask: causal(), srcKeyPaddingMask: padding() }),
    },
    TransformerEncoder: () => {
      const layer = new nn.TransformerEncoderLayer(4, 2, {
        dimFeedforward: 6,
        dropout: 0,
        batchFirst: true,
      });
      return new nn.TransformerEncoder(layer, 2, { norm: new nn.LayerNorm(4) });
    },
  });

  it("gives the same result for isCausal as for an explicit mask, on both paths", () => {
    torch.manualSeed(1);
    const layer = new nn.MultiheadAttention(4, 2, { batchFirst: true });
    const x = torch.randn([2, 4, 4]);
    const [masked] = layer.forward(x, x, x, { attnMask: causal() });
    for (const needWeights of [true, false]) {
      const [output] = layer.forward(x, x, x, { isCausal: true, needWeights });
      expect(torch.allclose(output, masked, { atol: 1e-6 })).toBe(true);
    }
  });

  it("refuses masks of the wrong shape", () => {
    const layer = new nn.MultiheadAttention(4, 2);
    const x = torch.zeros([4, 2, 4]);
    expect(() => layer.forward(x, x, x, { attnMask: torch.zeros([3, 3]) })).toThrow(
      /`attnMask` of shape \[4, 4\] or \[4, 4, 4\]/,
    );
    expect(() => new nn.MultiheadAttention(5, 2)).toThrow(
      /multiple of `numHeads` but received 5 and 2/,
    );
  });

  it("gives the copies of an encoder layer weights of their own", () => {
    const encoder = new nn.TransformerEncoder(
      new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 6 }),
      2,
    );
    const [first, second] = encoder.layers as [
      torch.nn.TransformerEncoderLayer,
      torch.nn.TransformerEncoderLayer,
    ];
    expect(first.linear1.weight).not.toBe(second.linear1.weight);
    expect(torch.equal(first.linear1.weight, second.linear1.weight)).toBe(true);
    expect(encoder.namedParameters()[0]?.[0]).toBe("layers.0.self_attn.in_proj_weight");
  });
});
