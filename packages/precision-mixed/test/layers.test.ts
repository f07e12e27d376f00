// Every kind of layer trains under autocast: outputs and gradients near those of float32, gradients in float32.
import * as torch from "@fabric/torch";
import { nn, type Tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { MixedPrecision } from "../src/index.js";

type Layer = readonly [make: () => nn.Module, input: () => unknown[]];

const rand = (...shape: number[]): Tensor => torch.rand(shape).sub(0.5);

const LAYERS: Readonly<Record<string, Layer>> = {
  Linear: [() => new nn.Linear(8, 4), () => [rand(3, 8)]],
  Conv1d: [() => new nn.Conv1d(2, 3, 3), () => [rand(2, 2, 9)]],
  Conv2d: [() => new nn.Conv2d(2, 3, 3), () => [rand(2, 2, 6, 6)]],
  Conv3d: [() => new nn.Conv3d(1, 2, 2), () => [rand(1, 1, 4, 4, 4)]],
  ConvTranspose2d: [() => new nn.ConvTranspose2d(2, 3, 3), () => [rand(1, 2, 4, 4)]],
  BatchNorm1d: [() => new nn.BatchNorm1d(4), () => [rand(8, 4)]],
  BatchNorm2d: [() => new nn.BatchNorm2d(3), () => [rand(4, 3, 5, 5)]],
  LayerNorm: [() => new nn.LayerNorm(8), () => [rand(3, 8)]],
  RMSNorm: [() => new nn.RMSNorm(8), () => [rand(3, 8)]],
  GroupNorm: [() => new nn.GroupNorm(2, 4), () => [rand(2, 4, 5)]],
  Embedding: [() => new nn.Embedding(6, 4), () => [torch.tensor([0n, 5n, 2n])]],
  MultiheadAttention: [
    () => new nn.MultiheadAttention(8, 2, { batchFirst: true }),
    () => {
      const x = rand(2, 5, 8);
      return [x, x, x];
    },
  ],
  TransformerEncoderLayer: [
    () =>
      new nn.TransformerEncoderLayer(8, 2, {
        dimFeedforward: 16,
        dropout: 0,
        batchFirst: true,
        activation: "gelu",
      }),
    () => [rand(2, 5, 8)],
  ],
  TransformerEncoder: [
    () =>
      new nn.TransformerEncoder(
        new nn.TransformerEncoderLayer(8, 2, {
          dimFeedforward: 16,
          dropout: 0,
          batchFirst: true,
          activation: "gelu",
        }),
        2,
      ),
    () => [rand(2, 5, 8)],
  ],
  LSTM: [() => new nn.LSTM(4, 5, { batchFirst: true }), () => [rand(2, 3, 4)]],
  GRU: [() => new nn.GRU(4, 5, { batchFirst: true }), () => [rand(2, 3, 4)]],
};

// gelu in the encoders: a relu whose input is near zero may be off in one precision and on in the other, and then a whole
// gradient is there or not.

const firstTensor = (out: unknown): Tensor =>
  Array.isArray(out) ? firstTensor(out[0]) : (out as Tensor);

/** Runs forward and backward once; gives the output and every gradient. */
function run(
  [make, input]: Layer,
  mixed: MixedPrecision | null,
): { out: Tensor; grads: [string, Tensor][] } {
  torch.manualSeed(11);
  const layer = make();
  const args = input();
  const call = (): unknown => layer.forward(...(mixed?.convertInput(args) ?? args));
  let raw: unknown;
  if (mixed === null) raw = call();
  else {
    using _guard = mixed.forwardContext();
    raw = call();
  }
  const out = firstTensor(mixed?.convertOutput(raw) ?? raw);
  // Random weights: a sum of squares would have almost no gradient behind a normalising layer.
  out
    .mul(torch.rand([...out.shape]))
    .sum()
    .backward();
  const grads = layer
    .namedParameters()
    .map(([name, p]): [string, Tensor] => [name, p.grad as Tensor]);
  return { out: out.detach(), grads };
}

/** Norm of the difference over norm of the expected. */
const distance = (got: Tensor, expected: Tensor): number =>
  got.double().sub(expected.double()).norm().item() /
  Math.max(expected.double().norm().item(), 1e-3);

describe.each([
  // Some ten roundings of 2^-8 = 4e-3 and 2^-11 = 5e-4 in a row, in the deepest one here (two encoder layers).
  ["bf16-mixed", 8e-2],
  ["16-mixed", 1e-2],
] as const)("layers under %s", (precision, tolerance) => {
  it.each(Object.entries(LAYERS))("%s", (_name, layer) => {
    const expected = run(layer, null);
    const got = run(layer, new MixedPrecision({ precision, device: "cpu" }));
    expect(got.out.dtype).toBe("float32");
    expect(distance(got.out, expected.out)).toBeLessThan(tolerance);
    got.grads.forEach(([name, grad], i) => {
      expect(grad.dtype, name).toBe("float32");
      expect(distance(grad, expected.grads[i]?.[1] as Tensor), name).toBeLessThan(tolerance);
    });
  });
});
