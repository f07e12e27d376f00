import * as torch from "@fabric/torch";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { expectRoundedOnce, HALVES, type Half, random } from "./support.js";

// Before libtorch is loaded: our kernels whatever the hardware has.
vi.hoisted(() => {
  process.env["FABRIC_HALF_CPU"] = "float32";
});

beforeAll(() => {
  torch.manualSeed(3);
  expect(torch.buildInfo().halfCpu).toEqual({ bfloat16: "float32", float16: "float32" });
});

/** The same numbers laid out otherwise. */
const LAYOUTS: Record<string, (x: torch.Tensor) => torch.Tensor> = {
  rows: (x) => x,
  columns: (x) => x.transpose(-1, -2).contiguous().transpose(-1, -2),
  "every second entry": (x) =>
    torch
      .zeros([...x.shape.slice(0, -1), 2 * (x.shape.at(-1) ?? 0)], { dtype: x.dtype })
      .slice(-1, 0, undefined, 2)
      .copy_(x),
  "an offset inside a wider matrix": (x) =>
    torch
      .zeros([...x.shape.slice(0, -1), (x.shape.at(-1) ?? 0) + 5], { dtype: x.dtype })
      .slice(-1, 3, 3 + (x.shape.at(-1) ?? 0))
      .copy_(x),
};

function checkMm(a: torch.Tensor, b: torch.Tensor, actual: torch.Tensor): void {
  const [x, y] = [a.double(), b.double()];
  expectRoundedOnce(actual, x.matmul(y), x.abs().matmul(y.abs()), a.shape.at(-1) ?? 0);
}

describe.each(HALVES)("products of %s matrices", (dtype: Half) => {
  it.each([
    [1, 1, 1],
    [2, 3, 4],
    [1, 70, 33],
    [70, 33, 1],
    [17, 1, 19],
    [64, 64, 64],
    [129, 257, 65],
    [700, 600, 520],
    [8, 2100, 9],
    [5, 900, 200],
    [200, 900, 16],
    [3, 1037, 70],
    [33, 1025, 1],
  ])("mm of %i x %i by %i rounds once", (m, k, n) => {
    const [a, b] = [random([m, k], dtype), random([k, n], dtype)];
    const out = torch.mm(a, b);
    expect(out.dtype).toBe(dtype);
    expect(out.isContiguous()).toBe(true);
    checkMm(a, b, out);
  });

  for (const [left, layA] of Object.entries(LAYOUTS))
    for (const [right, layB] of Object.entries(LAYOUTS))
      it(`reads ${left} times ${right}`, () => {
        for (const [m, k, n] of [
          [37, 71, 45],
          [1, 71, 45],
          [37, 71, 1],
          [6, 71, 45],
          [45, 71, 6],
        ] as const) {
          const [a, b] = [layA(random([m, k], dtype)), layB(random([k, n], dtype))];
          checkMm(a, b, torch.mm(a, b));
        }
      });

  it("reads expanded matrices, whose stride is 0", () => {
    const a = random([1, 40], dtype).expand([30, 40]);
    const b = random([40, 1], dtype).expand([40, 20]);
    checkMm(a, b, torch.mm(a, b));
    checkMm(b.t(), a.t(), torch.mm(b.t(), a.t()));
  });

  it("gives zeros, or beta times the addend, when the inner side is empty, and empty results", () => {
    expect(torch.mm(random([3, 0], dtype), random([0, 2], dtype)).toArray()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(torch.mm(random([0, 3], dtype), random([3, 2], dtype)).shape).toEqual([0, 2]);
    const addend = torch.ones([2, 2], { dtype });
    expect(
      torch.addmm(addend, random([2, 0], dtype), random([0, 2], dtype), { beta: 3 }).toArray(),
    ).toEqual([
      [3, 3],
      [3, 3],
    ]);
    expect(torch.bmm(random([0, 2, 3], dtype), random([0, 3, 2], dtype)).shape).toEqual([0, 2, 2]);
    expect(torch.mv(random([2, 0], dtype), random([0], dtype)).toArray()).toEqual([0, 0]);
  });

  it.each([
    ["a matrix", [40, 50]],
    ["a bias", [50]],
    ["a column", [40, 1]],
    ["a number", [1]],
  ])("addmm adds %s, with beta and alpha, and rounds once", (_, shape) => {
    const [a, b, addend] = [random([40, 60], dtype), random([60, 50], dtype), random(shape, dtype)];
    for (const [beta, alpha] of [
      [1, 1],
      [0.5, -2],
      [0, 3],
    ] as const) {
      const [x, y, z] = [a.double(), b.double(), addend.double().expand([40, 50])];
      const exact = x.mm(y).mul(alpha).add(z.mul(beta));
      const magnitude = x
        .abs()
        .mm(y.abs())
        .mul(Math.abs(alpha))
        .add(z.abs().mul(Math.abs(beta)));
      expectRoundedOnce(torch.addmm(addend, a, b, { beta, alpha }), exact, magnitude, 62);
    }
  });

  it("does not read the addend when beta is 0", () => {
    const [a, b] = [random([5, 6], dtype), random([6, 7], dtype)];
    const nan = torch.full([5, 7], Number.NaN, { dtype });
    checkMm(a, b, torch.addmm(nan, a, b, { beta: 0 }));
    const batches = torch.full([2, 5, 7], Number.NaN, { dtype });
    const out = torch.baddbmm(batches, a.expand([2, 5, 6]), b.expand([2, 6, 7]), { beta: 0 });
    expect(out.isnan().any().item()).toBe(false);
    const vector = torch.full([5], Number.NaN, { dtype });
    expect(
      torch
        .addmv(vector, a, random([6], dtype), { beta: 0 })
        .isnan()
        .any()
        .item(),
    ).toBe(false);
  });

  it("carries inf and nan as float32 does, and overflows to inf only where the format does", () => {
    const a = torch.tensor(
      [
        [1, Number.POSITIVE_INFINITY],
        [Number.NaN, 1],
      ],
      { dtype },
    );
    const b = torch.tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype },
    );
    expect(torch.mm(a, b).toArray()).toEqual(torch.mm(a.float(), b.float()).toArray());
    // 512 * 256 = 131072 is above float16's 65504 and far below bfloat16's largest.
    const [wide, high] = [torch.full([4, 512], 16, { dtype }), torch.full([512, 4], 16, { dtype })];
    expect(torch.mm(wide, high).at(0, 0).item()).toBe(
      dtype === "float16" ? Number.POSITIVE_INFINITY : 131072,
    );
  });

  it("writes into out of any layout, resizing an empty one", () => {
    const [a, b] = [random([20, 30], dtype), random([30, 25], dtype)];
    const expected = torch.mm(a, b).toArray();
    for (const layout of Object.values(LAYOUTS)) {
      const out = layout(torch.zeros([20, 25], { dtype }));
      expect(torch.mm(a, b, { out })).toBe(out);
      expect(out.toArray()).toEqual(expected);
    }
    const empty = torch.empty([0], { dtype });
    torch.mm(a, b, { out: empty });
    expect(empty.toArray()).toEqual(expected);
    const bias = random([25], dtype);
    const out = torch.empty([20, 25], { dtype }).t().contiguous().t();
    torch.addmm(bias, a, b, { out });
    expect(out.toArray()).toEqual(torch.addmm(bias, a, b).toArray());
  });

  it("adds in place", () => {
    const [a, b, into] = [
      random([20, 30], dtype),
      random([30, 25], dtype),
      random([20, 25], dtype),
    ];
    const expected = torch.addmm(into, a, b, { beta: 0.5 }).toArray();
    expect(into.addmm_(a, b, { beta: 0.5 }).toArray()).toEqual(expected);
    const columns = random([25, 20], dtype).t();
    const same = torch.addmm(columns, a, b).toArray();
    expect(columns.addmm_(a, b).toArray()).toEqual(same);
    const batches = random([3, 4, 5], dtype);
    const [x, y] = [random([3, 4, 6], dtype), random([3, 6, 5], dtype)];
    const sum = torch.baddbmm(batches, x, y).toArray();
    expect(batches.baddbmm_(x, y).toArray()).toEqual(sum);
    const vector = random([20], dtype);
    const v = random([30], dtype);
    const moved = torch.addmv(vector, a, v).toArray();
    expect(vector.addmv_(a, v).toArray()).toEqual(moved);
  });

  it.each([
    [1, 3, 4, 5],
    [7, 33, 20, 11],
    [300, 8, 8, 8],
    [2, 260, 300, 210],
    [5, 1, 64, 32],
    [5, 32, 64, 1],
  ])(
    "bmm of %i batches of %i x %i by %i rounds once, batches broadcast or transposed",
    (batch, m, k, n) => {
      const [a, b] = [random([batch, m, k], dtype), random([batch, k, n], dtype)];
      checkMm(a, b, torch.bmm(a, b));
      const shared = random([1, k, n], dtype).expand([batch, k, n]);
      checkMm(a, shared, torch.bmm(a, shared));
      const turned = random([batch, n, k], dtype).transpose(1, 2);
      checkMm(a, turned, torch.bmm(a, turned));
      const strided = random([m, batch, k], dtype).transpose(0, 1);
      checkMm(strided, b, torch.bmm(strided, b));
    },
  );

  it("baddbmm adds a broadcast addend", () => {
    const [a, b] = [random([4, 10, 12], dtype), random([4, 12, 9], dtype)];
    for (const shape of [[9], [4, 1, 9], [1, 10, 1], [4, 10, 9]]) {
      const addend = random(shape, dtype);
      const [x, y, z] = [a.double(), b.double(), addend.double()];
      const exact = x.matmul(y).mul(2).add(z.mul(0.5));
      const magnitude = x.abs().matmul(y.abs()).mul(2).add(z.abs());
      expectRoundedOnce(torch.baddbmm(addend, a, b, { beta: 0.5, alpha: 2 }), exact, magnitude, 14);
    }
  });

  it("mv, addmv and dot products of long vectors round once", () => {
    for (const layout of Object.values(LAYOUTS)) {
      const a = layout(random([70, 900], dtype));
      const v = random([1800], dtype).slice(0, 0, undefined, 2);
      const addend = random([70], dtype);
      const [x, y, z] = [a.double(), v.double(), addend.double()];
      expectRoundedOnce(torch.mv(a, v), x.mv(y), x.abs().mv(y.abs()), 900);
      const exact = x.mv(y).mul(2).sub(z);
      expectRoundedOnce(
        torch.addmv(addend, a, v, { beta: -1, alpha: 2 }),
        exact,
        x.abs().mv(y.abs()).mul(2).add(z.abs()),
        902,
      );
    }
  });

  it("few rows against a layer's weights, with a bias of any layout, round once", () => {
    for (const m of [1, 2, 4, 7, 16, 17]) {
      const [x, w] = [random([m, 530], dtype), random([300, 530], dtype)];
      for (const b of [random([300], dtype), random([600], dtype).slice(0, 0, undefined, 2)]) {
        const exact = x.double().mm(w.double().t()).mul(2).add(b.double());
        const magnitude = x.double().abs().mm(w.double().abs().t()).mul(2).add(b.double().abs());
        expectRoundedOnce(torch.addmm(b, x, w.t(), { alpha: 2 }), exact, magnitude, 532);
      }
    }
  });

  it("linear of three dimensions with a bias, and matmul broadcast over batches", () => {
    const [x, w, b] = [random([3, 7, 40], dtype), random([30, 40], dtype), random([30], dtype)];
    const exact = x.double().matmul(w.double().t()).add(b.double());
    const magnitude = x.double().abs().matmul(w.double().abs().t()).add(b.double().abs());
    expectRoundedOnce(torch.functional.linear(x, w, b), exact, magnitude, 41);
    const [p, q] = [random([2, 1, 5, 6], dtype), random([3, 6, 4], dtype)];
    checkMm(p, q, torch.matmul(p, q));
  });

  // libtorch takes bfloat16 and float32 only.
  it.runIf(dtype === "bfloat16")("grouped products round once", () => {
    const grouped = torch.ops.aten._grouped_mm as unknown as (
      self: torch.Tensor,
      mat2: torch.Tensor,
      options: { offs: torch.Tensor },
    ) => torch.Tensor;
    const [a, b] = [random([24, 32], dtype), random([3, 32, 16], dtype)];
    const offs = torch.tensor([8, 8, 24], { dtype: "int32" });
    const out = grouped(a, b, { offs });
    for (const [group, from, to] of [
      [0, 0, 8],
      [2, 8, 24],
    ] as const)
      checkMm(a.slice(0, from, to), b.at(group), out.slice(0, from, to));
  });

  it("has first and second derivatives", () => {
    torch.manualSeed(5);
    const at = (t: torch.Tensor): torch.Tensor => t.detach().requiresGrad_();
    const [a, b, c] = [random([6, 5], dtype), random([5, 4], dtype), random([6, 4], dtype)];
    const second = (x: torch.Tensor, y: torch.Tensor, z: torch.Tensor): torch.Tensor[] => {
      const out = torch.addmm(z, x, y).pow(3).sum();
      const [gx, gy] = torch.autograd.grad(out, [x, y], { createGraph: true }) as torch.Tensor[];
      return torch.autograd.grad((gx as torch.Tensor).sum().add((gy as torch.Tensor).sum()), [
        x,
        y,
      ]) as torch.Tensor[];
    };
    const half = second(at(a), at(b), at(c));
    const exact = second(at(a.double()), at(b.double()), at(c.double()));
    // A dozen roundings to 8 or 11 bits in a row, of values up to the largest.
    const share = dtype === "bfloat16" ? 0.03 : 0.004;
    half.forEach((g, i) => {
      const want = exact[i] as torch.Tensor;
      expect(g.double().sub(want).abs().max().item()).toBeLessThan(
        share * (want.abs().max().item() as number),
      );
    });
  });

  it("refuses what libtorch refuses, in its words", () => {
    const a = random([2, 3], dtype);
    expect(() => torch.mm(a, a)).toThrow(/cannot be multiplied/);
    expect(() => torch.mm(a, torch.randn([3, 2]))).toThrow(/same dtype/);
    expect(() => torch.bmm(a, a)).toThrow(/3D tensor/);
    expect(() => torch.addmm(random([3, 3], dtype), a, a.t())).toThrow(/must match|expand/);
    expect(() => torch.mv(a, random([2], dtype))).toThrow(/size mismatch/);
  });

  it("holds tiles only: a large product takes little more than its result", () => {
    const [a, b] = [random([1500, 1500], dtype), random([1500, 1500], dtype)];
    torch.mm(a, b); // the threads' scratch is kept from here on
    const before = torch.memory().cpu.bytes;
    torch.resetPeakMemory();
    const out = torch.mm(a, b);
    const extra = torch.memory().cpu.peakBytes - before - out.nbytes;
    expect(extra).toBeLessThan(1 << 20);
  });
});

describe("other dtypes", () => {
  it("are libtorch's as before", () => {
    const a = torch.arange(6, { dtype: "int64" }).reshape([2, 3]);
    expect(torch.mm(a, a.t()).toArray()).toEqual([
      [5, 14],
      [14, 50],
    ]);
    const x = torch.randn([3, 4], { dtype: "float64" });
    expect(torch.mm(x, x.t()).dtype).toBe("float64");
  });
});
