// Operators that move elements without computing: each against the element it must read.
import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { build, expectClose, flat, integers, reader, sample } from "./reference.js";

const x = sample(1, [3, 4, 5]);
const at = reader(x);
const matrix = sample(2, [4, 6]);
const entry = reader(matrix);

/** Result, its shape, and which element of `x` each position holds. */
const MOVES: [
  name: string,
  result: () => Tensor,
  shape: number[],
  from: (...i: number[]) => number,
][] = [
  [
    "transpose",
    () => x.transpose(0, 2),
    [5, 4, 3],
    (i, j, k) => at(k as number, j as number, i as number),
  ],
  [
    "swapaxes",
    () => x.swapaxes(0, 1),
    [4, 3, 5],
    (i, j, k) => at(j as number, i as number, k as number),
  ],
  [
    "permute",
    () => x.permute([2, 0, 1]),
    [5, 3, 4],
    (i, j, k) => at(j as number, k as number, i as number),
  ],
  [
    "movedim",
    () => x.movedim(0, 2),
    [4, 5, 3],
    (i, j, k) => at(k as number, i as number, j as number),
  ],
  [
    "flip",
    () => x.flip([1]),
    [3, 4, 5],
    (i, j, k) => at(i as number, 3 - (j as number), k as number),
  ],
  [
    "roll",
    () => x.roll(1, 2),
    [3, 4, 5],
    (i, j, k) => at(i as number, j as number, ((k as number) + 4) % 5),
  ],
  [
    "narrow",
    () => x.narrow(1, 1, 2),
    [3, 2, 5],
    (i, j, k) => at(i as number, (j as number) + 1, k as number),
  ],
  [
    "slice",
    () => x.slice(2, 1, 5, 2),
    [3, 4, 2],
    (i, j, k) => at(i as number, j as number, 1 + 2 * (k as number)),
  ],
  ["select", () => x.select(0, 2), [4, 5], (j, k) => at(2, j as number, k as number)],
  [
    "unsqueeze",
    () => x.unsqueeze(1),
    [3, 1, 4, 5],
    (i, _, j, k) => at(i as number, j as number, k as number),
  ],
  [
    "diagonal",
    () => x.diagonal(0, 0, 1),
    [5, 3],
    (k, i) => at(i as number, i as number, k as number),
  ],
  [
    "repeat",
    () => x.repeat([1, 2, 1]),
    [3, 8, 5],
    (i, j, k) => at(i as number, (j as number) % 4, k as number),
  ],
  [
    "tile",
    () => x.tile([2, 1, 1]),
    [6, 4, 5],
    (i, j, k) => at((i as number) % 3, j as number, k as number),
  ],
  [
    "repeatInterleave",
    () => x.repeatInterleave(2, 0),
    [6, 4, 5],
    (i, j, k) => at(Math.floor((i as number) / 2), j as number, k as number),
  ],
  [
    "expand",
    () => x.select(1, 0).unsqueeze(1).expand([3, 7, 5]),
    [3, 7, 5],
    (i, _, k) => at(i as number, 0, k as number),
  ],
  ["rot90", () => matrix.rot90(1, [0, 1]), [6, 4], (i, j) => entry(j as number, 5 - (i as number))],
  ["t", () => matrix.t(), [6, 4], (i, j) => entry(j as number, i as number)],
  ["fliplr", () => torch.fliplr(matrix), [4, 6], (i, j) => entry(i as number, 5 - (j as number))],
  ["flipud", () => torch.flipud(matrix), [4, 6], (i, j) => entry(3 - (i as number), j as number)],
  [
    "tril",
    () => matrix.tril(),
    [4, 6],
    (i, j) => ((j as number) <= (i as number) ? entry(i as number, j as number) : 0),
  ],
  [
    "triu",
    () => matrix.triu(1),
    [4, 6],
    (i, j) => ((j as number) > (i as number) ? entry(i as number, j as number) : 0),
  ],
  [
    "constantPadNd",
    () => torch.constantPadNd(matrix, [1, 0], 9),
    [4, 7],
    (i, j) => (j === 0 ? 9 : entry(i as number, (j as number) - 1)),
  ],
];

it.each(MOVES)("%s puts every element where it belongs", (_, result, shape, from) => {
  expect(result().shape).toEqual(shape);
  expectClose(result(), build(shape, from));
});

describe("views and reshapes keep the order of elements", () => {
  it.each([
    ["view", () => x.view([12, 5]), [12, 5]],
    ["reshape", () => x.reshape([-1, 10]), [6, 10]],
    ["flatten", () => x.flatten(1), [3, 20]],
    ["ravel", () => x.ravel(), [60]],
    ["unflatten", () => x.unflatten(1, [2, 2]), [3, 2, 2, 5]],
    ["squeeze", () => x.unsqueeze(0).squeeze(0), [3, 4, 5]],
    ["contiguous", () => x.contiguous(), [3, 4, 5]],
    ["clone", () => x.clone(), [3, 4, 5]],
    ["viewAs", () => x.viewAs(torch.ones([5, 12])), [5, 12]],
  ] as [string, () => Tensor, number[]][])("%s", (_, result, shape) => {
    expect(result().shape).toEqual(shape);
    expectClose(result(), flat(x));
  });
});

describe("joining and splitting", () => {
  it("cat undoes split, chunk, tensorSplit and splitWithSizes", () => {
    expectClose(torch.cat(x.split(2, 1), 1), x);
    expectClose(torch.cat(x.chunk(3, 2), 2), x);
    expectClose(torch.cat(x.tensorSplit(2, 0), 0), x);
    expectClose(torch.concat(x.splitWithSizes([1, 3], 1), 1), x);
    expect(x.split(2, 1).map((part) => part.shape[1])).toEqual([2, 2]);
  });

  it("stack undoes unbind", () => {
    expectClose(torch.stack(x.unbind(1), 1), x);
  });

  it("hstack, vstack, dstack and columnStack", () => {
    expectClose(torch.hstack([matrix, matrix]), torch.cat([matrix, matrix], 1));
    expectClose(torch.vstack([matrix, matrix]), torch.cat([matrix, matrix], 0));
    expect(torch.dstack([matrix, matrix]).shape).toEqual([4, 6, 2]);
    expectClose(torch.columnStack([matrix, matrix]), torch.hstack([matrix, matrix]));
    expectClose(torch.blockDiag([matrix, matrix]).narrow(0, 4, 4).narrow(1, 6, 6), matrix);
  });

  it("meshgrid and cartesianProd pair values", () => {
    const a = torch.tensor([1, 2]);
    const b = torch.tensor([3, 4, 5]);
    expect(torch.meshgrid([a, b], { indexing: "ij" })[1]?.toArray()).toEqual([
      [3, 4, 5],
      [3, 4, 5],
    ]);
    expect(torch.cartesianProd([a, b]).shape).toEqual([6, 2]);
  });
});

describe("indexing operators", () => {
  const rows = integers(3, [4, 5], 0, 3);
  const row = reader(rows);
  const square = sample(4, [3, 5]);
  const value = reader(square);

  it("gather reads along a dimension", () => {
    expectClose(
      square.gather(0, rows),
      build([4, 5], (i, j) => value(row(i, j), j)),
    );
  });

  it("takeAlongDim is gather", () => {
    expectClose(torch.takeAlongDim(square, rows, 0), square.gather(0, rows));
  });

  it("indexSelect and take read by position", () => {
    const order = torch.tensor(BigInt64Array.of(2n, 0n, 2n));
    expectClose(
      square.indexSelect(0, order),
      build([3, 5], (i, j) => value([2, 0, 2][i] as number, j)),
    );
    expectClose(square.take(order), [value(0, 2), value(0, 0), value(0, 2)]);
  });

  it("scatter_, scatterAdd_ and scatterReduce_ write along a dimension", () => {
    const source = sample(5, [4, 5]);
    const sums = build([3, 5], () => 0);
    flat(rows).forEach((target, n) => {
      const slot = target * 5 + (n % 5);
      sums[slot] = (sums[slot] as number) + (flat(source)[n] as number);
    });
    expectClose(torch.zeros([3, 5], { dtype: "float64" }).scatterAdd_(0, rows, source), sums);
    expectClose(
      torch.zeros([3, 5], { dtype: "float64" }).scatterReduce_(0, rows, source, "sum"),
      sums,
    );
    expect(torch.zeros([3, 5]).scatter_(0, rows, 1).sum().item()).toBe(
      new Set(flat(rows).map((r, n) => r * 5 + (n % 5))).size,
    );
  });

  it("indexAdd, indexCopy, indexFill and indexPut write rows", () => {
    const order = torch.tensor(BigInt64Array.of(0n, 2n));
    const source = sample(6, [2, 5]);
    expectClose(
      square.indexAdd(0, order, source).indexSelect(0, order),
      square.indexSelect(0, order).add(source),
    );
    expectClose(square.indexCopy(0, order, source).indexSelect(0, order), source);
    expectClose(square.indexFill(0, order, 7).sum([1]).select(0, 2), [35]);
    expectClose(square.indexPut([order], source).indexSelect(0, order), source);
  });

  it("maskedFill, maskedSelect and maskedScatter follow a mask", () => {
    const mask = square.gt(0);
    const positive = flat(square).filter((v) => v > 0);
    expectClose(square.maskedSelect(mask), positive);
    expectClose(
      square.maskedFill(mask, 0),
      flat(square).map((v) => Math.min(v, 0)),
    );
    expectClose(
      torch.zerosLike(square).maskedScatter(mask, square.maskedSelect(mask)),
      flat(square).map((v) => Math.max(v, 0)),
    );
  });

  it("nonzero and argwhere list positions", () => {
    expect(torch.tensor([0, 3, 0, 4]).nonzero().toArray()).toEqual([[1], [3]]);
    expect(torch.argwhere(torch.eye(2)).toArray()).toEqual([
      [0, 0],
      [1, 1],
    ]);
  });
});

describe("creation operators", () => {
  it("arange, linspace and logspace step evenly", () => {
    expect(torch.arange(2, 10, 3).toArray()).toEqual([2, 5, 8]);
    expectClose(torch.linspace(0, 1, 5, { dtype: "float64" }), [0, 0.25, 0.5, 0.75, 1]);
    expectClose(torch.logspace(0, 2, 3, { dtype: "float64" }), [1, 10, 100]);
  });

  it("eye, diag, vander and tri-indices", () => {
    expect(torch.eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(torch.diag(torch.tensor([1, 2])).toArray()).toEqual([
      [1, 0],
      [0, 2],
    ]);
    expect(torch.trilIndices(2, 2).toArray()).toEqual([
      [0, 1, 1],
      [0, 0, 1],
    ]);
  });

  it("likes and news take shape and dtype from a tensor", () => {
    const k = integers(7, [2, 3], 0, 5, "int32");
    expect(torch.zerosLike(k).dtype).toBe("int32");
    expect(torch.onesLike(k, { dtype: "float64" }).dtype).toBe("float64");
    expect(torch.fullLike(k, 7).toArray()).toEqual(torch.full([2, 3], 7n).toArray());
    expect(k.newZeros([4]).dtype).toBe("int32");
  });

  it("hannWindow and hammingWindow follow their formulas", () => {
    const cosine = (a: number) =>
      build([6], (n) => a - (1 - a) * Math.cos((2 * Math.PI * (n as number)) / 6));
    expectClose(torch.hannWindow(6, { dtype: "float64" }), cosine(0.5));
    expectClose(torch.hammingWindow(6, { dtype: "float64" }), cosine(0.54));
  });
});
