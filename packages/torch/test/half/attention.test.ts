import * as torch from "@fabric/torch";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { HALVES, type Half, random } from "./support.js";

vi.hoisted(() => {
  process.env["FABRIC_HALF_CPU"] = "float32";
});

beforeAll(() => {
  torch.manualSeed(5);
  expect(torch.buildInfo().halfCpu).toEqual({ bfloat16: "float32", float16: "float32" });
});

/**
 * Shares of the largest value. Forward: one rounding of the result, for bfloat16 (libtorch's kernel) one of the probabilities as well.
 * Backward: the rounded result enters through the row sums of gradient times result, and each gradient is rounded.
 */
const SHARE = { bfloat16: 2 ** -6, float16: 2 ** -9 } as const;

function expectNear(actual: torch.Tensor, exact: torch.Tensor, share: number): void {
  expect(actual.shape).toEqual(exact.shape);
  const error = actual.double().sub(exact).abs().max().item() as number;
  expect(error).toBeLessThan(share * (exact.abs().max().item() as number));
}

describe.each(HALVES)("attention of %s tensors", (dtype: Half) => {
  it.each([
    ["causal", [2, 3, 65, 16], [2, 3, 65, 16], { isCausal: true }],
    ["full", [2, 3, 33, 16], [2, 3, 70, 16], {}],
    ["scaled", [1, 2, 8, 24], [1, 2, 9, 24], { scale: 0.5 }],
    ["one query", [2, 2, 1, 32], [2, 2, 40, 32], {}],
  ] as const)("%s is near float64's, forward and backward", (_, q, kv, options) => {
    const half = [random([...q], dtype), random([...kv], dtype), random([...kv], dtype)].map((t) =>
      t.requiresGrad_(),
    ) as [torch.Tensor, torch.Tensor, torch.Tensor];
    const exact = half.map((t) => t.detach().double().requiresGrad_()) as [
      torch.Tensor,
      torch.Tensor,
      torch.Tensor,
    ];
    const out = torch.functional.scaledDotProductAttention(...half, options);
    const want = torch.functional.scaledDotProductAttention(...exact, options);
    expect(out.dtype).toBe(dtype);
    expectNear(out.detach(), want.detach(), SHARE[dtype]);
    const gradient = random(out.shape, dtype);
    out.backward(gradient);
    want.backward(gradient.double());
    half.forEach((t, i) => {
      expectNear(t.grad as torch.Tensor, exact[i]?.grad as torch.Tensor, SHARE[dtype]);
    });
  });

  it("takes a mask of numbers or of booleans, of the batch or of each sample", () => {
    const [q, k, v] = [
      random([3, 2, 9, 16], dtype),
      random([3, 2, 11, 16], dtype),
      random([3, 2, 11, 16], dtype),
    ];
    const wide = [q.double(), k.double(), v.double()] as const;
    for (const shape of [
      [9, 11],
      [3, 1, 9, 11],
      [3, 2, 9, 11],
    ]) {
      const numbers = random(shape, dtype);
      expectNear(
        torch.functional.scaledDotProductAttention(q, k, v, { attnMask: numbers }),
        torch.functional.scaledDotProductAttention(...wide, { attnMask: numbers.double() }),
        SHARE[dtype],
      );
      const booleans = torch.rand(shape).gt(0.3).logicalOr(torch.eye(9, 11).bool());
      expectNear(
        torch.functional.scaledDotProductAttention(q, k, v, { attnMask: booleans }),
        torch.functional.scaledDotProductAttention(...wide, { attnMask: booleans }),
        SHARE[dtype],
      );
    }
  });

  it("reads the strides that a fused projection leaves", () => {
    const qkv = random([2, 20, 3 * 32], dtype);
    const parts = qkv.chunk(3, -1).map((t) => t.reshape([2, 20, 2, 16]).transpose(1, 2)) as [
      torch.Tensor,
      torch.Tensor,
      torch.Tensor,
    ];
    const strided = torch.functional.scaledDotProductAttention(...parts, { isCausal: true });
    const plain = torch.functional.scaledDotProductAttention(
      ...(parts.map((t) => t.contiguous()) as typeof parts),
      { isCausal: true },
    );
    expect(strided.toArray()).toEqual(plain.toArray());
  });

  it("gives the same in slices of the batch as sample by sample", () => {
    // 2 x 8 x 4096 x 80 entries are more than one slice.
    const make = (): torch.Tensor => random([2, 8, 4096, 80], dtype).mul_(0.1);
    const [q, k, v] = [make().requiresGrad_(), make(), make()];
    const narrow = (t: torch.Tensor, i: number): torch.Tensor => t.detach().narrow(0, i, 1);
    const short = (t: torch.Tensor): torch.Tensor => t.narrow(2, 0, 64);
    const out = torch.functional.scaledDotProductAttention(q, short(k), short(v));
    const gradient = make();
    out.backward(gradient);
    for (let i = 0; i < 2; i++) {
      const one = narrow(q, i).requiresGrad_();
      const single = torch.functional.scaledDotProductAttention(
        one,
        short(narrow(k, i)),
        short(narrow(v, i)),
      );
      expect(torch.equal(narrow(out, i), single.detach())).toBe(true);
      single.backward(narrow(gradient, i));
      expect(torch.equal(narrow(q.grad as torch.Tensor, i), one.grad as torch.Tensor)).toBe(true);
    }
  });

  it("has second derivatives, through the operators that it is made of", () => {
    const q = random([1, 1, 4, 8], dtype).requiresGrad_();
    const out = torch.functional
      .softmax(q.matmul(q.transpose(-1, -2)), -1)
      .matmul(q)
      .pow(2)
      .sum();
    const [g] = torch.autograd.grad(out, [q], { createGraph: true }) as [torch.Tensor];
    const [gg] = torch.autograd.grad(g.sum(), [q]) as [torch.Tensor];
    expect(gg.isfinite().all().item()).toBe(true);
  });
});
