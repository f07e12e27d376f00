// Operators that reduce, scan or sort along a dimension, against loops over the same values.
import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { expectClose, flat, integers, sample, TOLERANCE } from "./reference.js";

type Fold = (values: number[]) => number;

const total: Fold = (v) => v.reduce((a, b) => a + b, 0);
const mean: Fold = (v) => total(v) / v.length;
const variance = (v: number[], correction: number) =>
  total(v.map((x) => (x - mean(v)) ** 2)) / (v.length - correction);
const logSumExp: Fold = (v) => Math.log(total(v.map(Math.exp)));
const argOf = (v: number[], better: (a: number, b: number) => boolean) =>
  v.reduce((best, x, i) => (better(x, v[best] as number) ? i : best), 0);
const sorted = (v: number[]) => [...v].sort((a, b) => a - b);

/** Rows, then the reduction of all, where the operator has both. */
const REDUCTIONS: [name: string, fold: Fold, rowsOnly?: boolean][] = [
  ["sum", total],
  ["mean", mean],
  ["prod", (v) => v.reduce((a, b) => a * b, 1)],
  ["amax", (v) => Math.max(...v)],
  ["amin", (v) => Math.min(...v)],
  ["argmax", (v) => argOf(v, (a, b) => a > b)],
  ["argmin", (v) => argOf(v, (a, b) => a < b)],
  ["logsumexp", logSumExp, true],
  ["nansum", total],
  ["nanmean", mean],
  ["std", (v) => Math.sqrt(variance(v, 1))],
  ["var", (v) => variance(v, 1)],
  ["all", (v) => Number(v.every((x) => x !== 0))],
  ["any", (v) => Number(v.some((x) => x !== 0))],
  ["countNonzero", (v) => v.filter((x) => x !== 0).length],
];

/** The rows of a matrix. */
function rows(x: Tensor): number[][] {
  const values = flat(x);
  const width = x.shape[1] as number;
  return Array.from({ length: x.shape[0] as number }, (_, i) =>
    values.slice(i * width, (i + 1) * width),
  );
}

function call(name: string, ...args: unknown[]): Tensor {
  return (torch as unknown as Record<string, (...args: unknown[]) => Tensor>)[name]?.(
    ...args,
  ) as Tensor;
}

describe.each(["float32", "float64"] as const)("reductions of %s", (dtype) => {
  const x = sample(1, [5, 7], { dtype });

  it.each(REDUCTIONS)("%s reduces rows and columns", (name, fold) => {
    expectClose(call(name, x, 1), rows(x).map(fold), TOLERANCE[dtype]);
    expectClose(call(name, x, 0), rows(x.t()).map(fold), TOLERANCE[dtype]);
  });

  it.each(REDUCTIONS.filter(([, , rowsOnly]) => rowsOnly !== true))(
    "%s reduces everything",
    (name, fold) => {
      expectClose(call(name, x), [fold(flat(x))], TOLERANCE[dtype]);
    },
  );
});

describe("options of reductions", () => {
  const x = sample(2, [3, 4]);

  it("keepdim keeps a dimension of one", () => {
    expect(x.sum([1], { keepdim: true }).shape).toEqual([3, 1]);
    expect(x.mean([0, 1], { keepdim: true }).shape).toEqual([1, 1]);
  });

  it("dtype widens before it sums", () => {
    const bytes = torch.ones([300], { dtype: "uint8" });
    expect(bytes.sum({ dtype: "int32" }).item()).toBe(300);
  });

  it("correction sets the divisor of var and std", () => {
    expectClose(
      torch.std(x, 1, { correction: 0 }),
      rows(x).map((v) => Math.sqrt(variance(v, 0))),
    );
    expectClose(
      torch.var(x, 1, { correction: 2 }),
      rows(x).map((v) => variance(v, 2)),
    );
  });

  it("varMean and stdMean give both moments", () => {
    const [v, m] = torch.varMean(x, 1);
    expectClose(
      v,
      rows(x).map((row) => variance(row, 1)),
    );
    expectClose(m, rows(x).map(mean));
    expectClose(torch.stdMean(x, 1)[0].square(), v);
  });

  it("norm computes p-norms", () => {
    expectClose(
      torch.norm(x, 2, 1),
      rows(x).map((v) => Math.hypot(...v)),
    );
    expectClose(torch.norm(x, 1), [total(flat(x).map(Math.abs))]);
    expectClose(torch.linalg.vectorNorm(x, 3), [
      total(flat(x).map((v) => Math.abs(v) ** 3)) ** (1 / 3),
    ]);
  });
});

describe("order statistics", () => {
  const x = sample(3, [4, 9]);

  it("max and min give values and positions", () => {
    const [values, indices] = x.max(1);
    expectClose(
      values,
      rows(x).map((v) => Math.max(...v)),
    );
    expectClose(
      indices,
      rows(x).map((v) => argOf(v, (a, b) => a > b)),
    );
    expectClose(
      x.min(1)[0],
      rows(x).map((v) => Math.min(...v)),
    );
    expectClose(torch.max(x), [Math.max(...flat(x))]);
    expectClose(torch.aminmax(x)[0], [Math.min(...flat(x))]);
  });

  it("sort, argsort and msort order rows", () => {
    const [values, indices] = x.sort(1);
    expectClose(values, rows(x).flatMap(sorted));
    expectClose(x.gather(1, indices), values);
    expectClose(x.argsort(1), indices);
    expectClose(torch.msort(x), x.sort(0)[0]);
  });

  it("topk takes the largest, kthvalue the k-th smallest", () => {
    expectClose(
      x.topk(3, 1)[0],
      rows(x).flatMap((v) => sorted(v).reverse().slice(0, 3)),
    );
    expectClose(
      x.kthvalue(2, 1)[0],
      rows(x).map((v) => sorted(v)[1] as number),
    );
  });

  it("median, nanmedian and quantile read the sorted row", () => {
    expectClose(
      x.median(1)[0],
      rows(x).map((v) => sorted(v)[4] as number),
    );
    expectClose(
      x.nanmedian(1)[0],
      rows(x).map((v) => sorted(v)[4] as number),
    );
    expectClose(
      x.quantile(0.25, 1),
      rows(x).map((v) => sorted(v)[2] as number),
    );
  });

  it("mode finds the most frequent value", () => {
    expect(
      torch
        .tensor(BigInt64Array.of(3n, 1n, 3n, 2n))
        .mode()[0]
        .item(),
    ).toBe(3);
  });

  it("unique, uniqueConsecutive and bincount count values", () => {
    const k = torch.tensor(BigInt64Array.of(2n, 2n, 0n, 2n));
    expect(torch.bincount(k).toArray()).toEqual([1, 0, 3]);
    expect(torch.uniqueConsecutive(k)[0].toArray()).toEqual([2, 0, 2]);
    expect(torch.uniqueDim(k, 0)[0].toArray()).toEqual([0, 2]);
  });

  it("histc and bucketize place values in bins", () => {
    const v = torch.tensor([0.5, 1.5, 1.7, 2.5]);
    expect(torch.histc(v, { bins: 3, min: 0, max: 3 }).toArray()).toEqual([1, 2, 1]);
    expect(torch.bucketize(v, torch.tensor([1, 2])).toArray()).toEqual([0, 1, 1, 2]);
    expect(torch.searchsorted(torch.tensor([1, 2]), v).toArray()).toEqual([0, 1, 1, 2]);
  });
});

describe("scans", () => {
  const x = sample(4, [3, 6], { lo: 0.5, hi: 1.5 });
  const scan = (step: (a: number, b: number) => number) =>
    rows(x).flatMap((v) => v.map((_, i) => v.slice(1, i + 1).reduce(step, v[0] as number)));

  it("cumsum, cumprod, logcumsumexp", () => {
    expectClose(
      x.cumsum(1),
      scan((a, b) => a + b),
    );
    expectClose(
      x.cumprod(1),
      scan((a, b) => a * b),
    );
    expectClose(
      x.logcumsumexp(1),
      scan((a, b) => Math.log(Math.exp(a) + Math.exp(b))),
    );
  });

  it("cummax and cummin", () => {
    expectClose(
      x.cummax(1)[0],
      scan((a, b) => Math.max(a, b)),
    );
    expectClose(
      x.cummin(1)[0],
      scan((a, b) => Math.min(a, b)),
    );
  });

  it("diff undoes cumsum", () => {
    expectClose(x.cumsum(1).diff(1, 1), x.narrow(1, 1, 5));
  });

  it("trapezoid integrates", () => {
    expectClose(
      torch.trapezoid(x, { dx: 2, dim: 1 }),
      rows(x).map((v) => 2 * (total(v) - ((v[0] as number) + (v[5] as number)) / 2)),
    );
  });
});

describe("soft maxima and distances", () => {
  const x = sample(5, [4, 6]);
  const y = sample(6, [4, 6]);

  it("softmax, logSoftmax and softmin normalise rows", () => {
    expectClose(
      x.softmax(1),
      rows(x).flatMap((v) => v.map((a) => Math.exp(a - logSumExp(v)))),
    );
    expectClose(
      x.logSoftmax(1),
      rows(x).flatMap((v) => v.map((a) => a - logSumExp(v))),
    );
  });

  it("dist, cdist, pairwiseDistance and cosineSimilarity", () => {
    const apart = rows(x).map((v, i) =>
      Math.hypot(...v.map((a, j) => a - (rows(y)[i]?.[j] as number))),
    );
    expectClose(torch.dist(x, y), [Math.hypot(...apart)]);
    // cdist and pairwiseDistance add 1e-6 inside the norm or expand the square.
    expectClose(torch.cdist(x, y).diagonal(), apart, 1e-5);
    expectClose(torch.pairwiseDistance(x, y), apart, 1e-5);
    const cosine = rows(x).map(
      (v, i) =>
        total(v.map((a, j) => a * (rows(y)[i]?.[j] as number))) /
        (Math.hypot(...v) * Math.hypot(...(rows(y)[i] as number[]))),
    );
    expectClose(torch.cosineSimilarity(x, y), cosine);
  });

  it("cov and corrcoef are symmetric with the right diagonal", () => {
    expectClose(
      torch.cov(x).diagonal(),
      rows(x).map((v) => variance(v, 1)),
    );
    expectClose(torch.corrcoef(x).diagonal(), [1, 1, 1, 1]);
    expectClose(torch.cov(x), torch.cov(x).t());
  });

  it("renorm bounds the norm of each row", () => {
    expect(Math.max(...flat(torch.renorm(x, 2, 0, 1).norm(2, 1)))).toBeLessThanOrEqual(1 + 1e-6);
  });

  it("integers reduce exactly", () => {
    const k = integers(7, [100], -50, 50);
    expect(k.sum().item()).toBe(total(flat(k)));
    expect(k.sum().dtype).toBe("int64");
  });
});
