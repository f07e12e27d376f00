// The kernels behind layers: convolution, pooling, normalisation, losses and lookups, against loops in float64.
import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import {
  build,
  expectClose,
  flat,
  integers,
  reader,
  sample,
  sumOver,
  TOLERANCE,
} from "./reference.js";

const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;

describe.each(["float32", "float64"] as const)("convolutions of %s", (dtype) => {
  const close = (actual: Tensor, want: number[] | Tensor) =>
    expectClose(actual, want, TOLERANCE[dtype]);

  it("conv1d agrees with its definition under stride, padding and dilation", () => {
    const x = sample(1, [2, 3, 10], { dtype });
    const w = sample(2, [4, 3, 3], { dtype });
    const b = sample(3, [4], { dtype });
    const [input, weight, bias] = [reader(x), reader(w), reader(b)];
    const y = torch.conv1d(x, w, b, 2, { padding: 1, dilation: 2 });
    expect(y.shape).toEqual([2, 4, 4]);
    close(
      y,
      build(
        [2, 4, 4],
        (n, o, t) =>
          sumOver(3, (c) =>
            sumOver(3, (k) => {
              const at = 2 * t + 2 * k - 1;
              return at < 0 || at >= 10 ? 0 : input(n, c, at) * weight(o, c, k);
            }),
          ) + bias(o),
      ),
    );
  });

  it("conv2d with groups agrees with its definition", () => {
    const x = sample(4, [1, 4, 5, 6], { dtype });
    const w = sample(5, [6, 2, 3, 2], { dtype });
    const [input, weight] = [reader(x), reader(w)];
    close(
      torch.conv2d(x, w, { groups: 2 }),
      build([1, 6, 3, 5], (n, o, i, j) =>
        sumOver(2, (c) =>
          sumOver(3, (p) =>
            sumOver(2, (q) => input(n, (o < 3 ? 0 : 2) + c, i + p, j + q) * weight(o, c, p, q)),
          ),
        ),
      ),
    );
  });

  it("convTranspose2d is the adjoint of conv2d", () => {
    const x = sample(6, [1, 3, 6, 6], { dtype });
    const w = sample(7, [4, 3, 3, 3], { dtype });
    const y = sample(8, [1, 4, 4, 4], { dtype });
    const forward = torch.conv2d(x, w).mul(y).sum();
    const adjoint = torch.convTranspose2d(y, w).mul(x).sum();
    // Both sum 1,728 products.
    expectClose(forward, adjoint, 10 * TOLERANCE[dtype]);
  });

  it("conv3d of a kernel of ones sums windows", () => {
    const x = sample(9, [1, 1, 3, 3, 3], { dtype });
    close(
      torch.conv3d(x, torch.ones([1, 1, 3, 3, 3], { dtype })),
      x.sum().reshape([1, 1, 1, 1, 1]),
    );
  });

  it("im2col and col2im lay windows out and add them back", () => {
    const x = sample(10, [1, 2, 4, 4], { dtype });
    const columns = torch.im2col(x, 2, 1, 0, 2);
    expect(columns.shape).toEqual([1, 8, 4]);
    close(torch.col2im(columns, [4, 4], 2, 1, 0, 2), x);
  });
});

describe("pooling", () => {
  const x = sample(11, [2, 3, 6, 6]);
  const at = reader(x);
  const windows = (reduce: (values: number[]) => number) =>
    build([2, 3, 3, 3], (n, c, i, j) =>
      reduce([0, 1, 2, 3].map((k) => at(n, c, 2 * i + (k >> 1), 2 * j + (k & 1)))),
    );

  it("maxPool2d, avgPool2d and their adaptive forms reduce windows", () => {
    expectClose(
      torch.maxPool2d(x, 2),
      windows((v) => Math.max(...v)),
    );
    expectClose(
      torch.maxPool2dWithIndices(x, 2)[0],
      windows((v) => Math.max(...v)),
    );
    expectClose(torch.avgPool2d(x, 2), windows(mean));
    expectClose(torch.adaptiveAvgPool2d(x, [3, 3]), windows(mean));
    expectClose(
      torch.adaptiveMaxPool2d(x, [3, 3])[0],
      windows((v) => Math.max(...v)),
    );
  });

  it("maxUnpool2d puts maxima back where they were", () => {
    const [values, indices] = torch.maxPool2dWithIndices(x, 2);
    const back = torch.maxUnpool2d(values, indices, [6, 6]);
    expectClose(torch.maxPool2d(back.abs(), 2), values.abs());
  });

  it("maxPool1d and avgPool1d reduce runs", () => {
    const row = sample(12, [1, 1, 6]);
    const pairs = [0, 2, 4].map((i) => flat(row).slice(i, i + 2));
    expectClose(
      torch.maxPool1d(row, 2),
      pairs.map((v) => Math.max(...v)),
    );
    expectClose(torch.avgPool1d(row, 2), pairs.map(mean));
  });

  it("upsampleNearest2d and pixelShuffle rearrange pixels", () => {
    expectClose(
      torch.upsampleNearest2d(x, [12, 12]),
      x.repeatInterleave(2, 2).repeatInterleave(2, 3),
    );
    expectClose(
      torch.pixelUnshuffle(torch.pixelShuffle(sample(13, [1, 8, 2, 2]), 2), 2),
      sample(13, [1, 8, 2, 2]),
    );
  });

  it("upsampleBilinear2d keeps corners when aligned", () => {
    const big = torch.upsampleBilinear2d(x, [11, 11], true);
    expectClose(big.slice(2, 0, 11, 2).slice(3, 0, 11, 2), x);
  });
});

describe("normalisation", () => {
  const x = sample(14, [4, 6]);
  const rows = Array.from({ length: 4 }, (_, i) => flat(x).slice(6 * i, 6 * i + 6));
  const spread = (v: readonly number[]) => mean(v.map((a) => (a - mean(v)) ** 2));

  it("layerNorm, rmsNorm and groupNorm normalise each row", () => {
    const centred = rows.flatMap((v) => v.map((a) => (a - mean(v)) / Math.sqrt(spread(v) + 1e-5)));
    expectClose(torch.layerNorm(x, [6]), centred);
    expectClose(torch.groupNorm(x, 1), centred);
    expectClose(
      torch.instanceNorm(x.unsqueeze(0), null, null, null, null, true, 0.1, 1e-5, false).squeeze(0),
      centred,
    );
    expectClose(
      torch.rmsNorm(x, [6], null, 1e-5),
      rows.flatMap((v) => v.map((a) => a / Math.sqrt(mean(v.map((b) => b * b)) + 1e-5))),
    );
  });

  it("batchNorm normalises columns and updates running statistics", () => {
    const running = torch.zeros([6], { dtype: "float64" });
    const spreads = torch.ones([6], { dtype: "float64" });
    const y = torch.batchNorm(x, null, null, running, spreads, true, 0.5, 0, false);
    expectClose(y.mean([0]), [0, 0, 0, 0, 0, 0]);
    expectClose(y.square().mean([0]), [1, 1, 1, 1, 1, 1]);
    expectClose(running, x.mean([0]).mul(0.5));
    expectClose(spreads, torch.var(x, 0).mul(0.5).add(0.5));
  });
});

describe("losses", () => {
  const x = sample(15, [5, 3]);
  const y = sample(16, [5, 3]);
  const target = integers(17, [5], 0, 3);
  const apart = flat(x).map((a, i) => a - (flat(y)[i] as number));
  const picked = flat(target).map((t, i) => reader(x.logSoftmax(1))(i, t));

  it("mseLoss, l1Loss, smoothL1Loss and huberLoss average distances", () => {
    expectClose(torch.mseLoss(x, y), [mean(apart.map((d) => d * d))]);
    expectClose(torch.l1Loss(x, y), [mean(apart.map(Math.abs))]);
    const huber = mean(apart.map((d) => (Math.abs(d) < 1 ? 0.5 * d * d : Math.abs(d) - 0.5)));
    expectClose(torch.smoothL1Loss(x, y), [huber]);
    expectClose(torch.huberLoss(x, y), [huber]);
  });

  it("crossEntropyLoss and nllLoss take the target's log probability", () => {
    expectClose(torch.crossEntropyLoss(x, target), [-mean(picked)]);
    expectClose(torch.nllLoss(x.logSoftmax(1), target), [-mean(picked)]);
    expectClose(
      torch.nllLossNd(x.logSoftmax(1), target, { reduction: 0 }),
      picked.map((p) => -p),
    );
  });

  it("binaryCrossEntropy with and without logits agree", () => {
    const p = x.sigmoid();
    const labels = y.gt(0).to("float64");
    const expected = mean(
      flat(p).map((v, i) => (flat(labels)[i] === 1 ? -Math.log(v) : -Math.log(1 - v))),
    );
    expectClose(torch.binaryCrossEntropy(p, labels), [expected]);
    expectClose(torch.binaryCrossEntropyWithLogits(x, labels), [expected]);
  });

  it("klDiv, hingeEmbeddingLoss and marginRankingLoss follow their formulas", () => {
    const [p, q] = [x.softmax(1), y.softmax(1)];
    expectClose(torch.klDiv(p.log(), q, 2), [flat(q.mul(q.log().sub(p.log())).sum())[0] as number]);
    const signs = y.sign();
    expectClose(torch.marginRankingLoss(x, y, signs), x.sub(y).mul(signs).neg().clampMin(0).mean());
  });
});

describe("lookups and attention", () => {
  it("embedding and embeddingBag read rows", () => {
    const table = sample(18, [7, 4]);
    const ids = integers(19, [2, 3], 0, 7);
    expectClose(torch.embedding(table, ids), table.indexSelect(0, ids.flatten()).view([2, 3, 4]));
    const offsets = torch.tensor(BigInt64Array.of(0n, 3n));
    expectClose(
      torch.embeddingBag(table, ids.flatten(), offsets)[0],
      torch.embedding(table, ids).sum([1]),
    );
  });

  it("oneHot marks classes", () => {
    expect(torch.oneHot(torch.tensor(BigInt64Array.of(1n, 0n)), 3).toArray()).toEqual([
      [0, 1, 0],
      [1, 0, 0],
    ]);
  });

  it("scaledDotProductAttention is softmax(q k^T / sqrt(d)) v", () => {
    const [q, k, v] = [20, 21, 22].map((seed) => sample(seed, [2, 2, 5, 4])) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const weights = q.matmul(k.transpose(-2, -1)).div(2).softmax(-1);
    expectClose(torch.scaledDotProductAttention(q, k, v), weights.matmul(v));
  });

  it("glu, celu, elu, leakyRelu, prelu and threshold gate values", () => {
    const x = sample(23, [20]);
    const each = (f: (a: number) => number) => flat(x).map(f);
    expectClose(
      torch.elu(x),
      each((a) => (a > 0 ? a : Math.expm1(a))),
    );
    expectClose(
      torch.celu(x),
      each((a) => (a > 0 ? a : Math.expm1(a))),
    );
    expectClose(
      torch.leakyRelu(x, 0.1),
      each((a) => (a > 0 ? a : 0.1 * a)),
    );
    expectClose(
      torch.prelu(x, torch.tensor([0.2], { dtype: "float64" })),
      each((a) => (a > 0 ? a : 0.2 * a)),
    );
    expectClose(
      torch.threshold(x, 0.5, -1),
      each((a) => (a > 0.5 ? a : -1)),
    );
    expectClose(
      torch.softshrink(x, 0.5),
      each((a) => Math.sign(a) * Math.max(Math.abs(a) - 0.5, 0)),
    );
    expectClose(
      torch.hardshrink(x, 0.5),
      each((a) => (Math.abs(a) > 0.5 ? a : 0)),
    );
    expectClose(torch.glu(x, 0), x.narrow(0, 0, 10).mul(x.narrow(0, 10, 10).sigmoid()));
  });
});

describe("random operators", () => {
  it("draw the same numbers from the same seed, within their ranges", () => {
    const draw = () => {
      torch.manualSeed(3);
      return [
        torch.rand([100]),
        torch.randn([100]),
        torch.randperm(100),
        torch.bernoulli(torch.full([100], 0.5)),
        torch.multinomial(torch.ones([10]), 10),
        torch.empty([100]).uniform_(2, 3),
        torch.empty([100]).exponential_(),
        torch.dropout(torch.ones([100]), 0.5, true),
      ];
    };
    const [first, second] = [draw(), draw()];
    for (const [i, values] of first.entries()) expect(values.equal(second[i] as Tensor)).toBe(true);
    const [uniform, , permutation, coin, drawn, shifted, , dropped] = first.map(flat) as number[][];
    expect(uniform?.every((v) => v >= 0 && v < 1)).toBe(true);
    expect([...(permutation as number[])].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(coin?.every((v) => v === 0 || v === 1)).toBe(true);
    expect(new Set(drawn).size).toBe(10);
    expect(shifted?.every((v) => v >= 2 && v <= 3)).toBe(true);
    expect(dropped?.every((v) => v === 0 || v === 2)).toBe(true);
  });
});
