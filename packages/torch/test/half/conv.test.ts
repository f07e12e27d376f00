import * as torch from "@fabric/torch";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { expectRoundedOnce, HALVES, type Half, random } from "./support.js";

vi.hoisted(() => {
  process.env["FABRIC_HALF_CPU"] = "float32";
});

beforeAll(() => {
  torch.manualSeed(4);
  expect(torch.buildInfo().halfCpu).toEqual({ bfloat16: "float32", float16: "float32" });
});

interface Case {
  input: number[];
  weight: number[];
  bias?: boolean;
  options?: {
    stride?: number[];
    padding?: number[];
    dilation?: number[];
    transposed?: boolean;
    outputPadding?: number[];
    groups?: number;
  };
}

const CASES: Record<string, Case> = {
  "1d": { input: [2, 3, 17], weight: [4, 3, 3], bias: true },
  "1d with stride and dilation": {
    input: [2, 3, 33],
    weight: [4, 3, 3],
    options: { stride: [2], padding: [2], dilation: [2] },
  },
  "2d": { input: [3, 5, 12, 11], weight: [7, 5, 3, 3], bias: true, options: { padding: [1, 1] } },
  "2d pointwise": { input: [2, 8, 6, 6], weight: [16, 8, 1, 1] },
  "2d in groups": { input: [2, 6, 9, 9], weight: [4, 3, 3, 3], bias: true, options: { groups: 2 } },
  "2d depthwise": {
    input: [2, 6, 9, 9],
    weight: [6, 1, 3, 3],
    options: { groups: 6, padding: [1, 1] },
  },
  "2d transposed": {
    input: [2, 4, 7, 6],
    weight: [4, 5, 4, 4],
    bias: true,
    options: { transposed: true, stride: [2, 2], padding: [1, 1], outputPadding: [1, 0] },
  },
  "3d": { input: [2, 2, 5, 6, 7], weight: [3, 2, 2, 3, 2], bias: true },
  "3d transposed": {
    input: [1, 2, 3, 4, 3],
    weight: [2, 3, 2, 2, 2],
    options: { transposed: true, stride: [2, 2, 2] },
  },
};

type Convolve = (x: torch.Tensor, w: torch.Tensor, b: torch.Tensor | null) => torch.Tensor;

function convolver({ input, options = {} }: Case): Convolve {
  const sides = input.length - 2;
  const all = (n: number): number[] => Array<number>(sides).fill(n);
  return (x, w, b) =>
    torch.convolution(
      x,
      w,
      b,
      options.stride ?? all(1),
      options.padding ?? all(0),
      options.dilation ?? all(1),
      options.transposed ?? false,
      options.outputPadding ?? all(0),
      options.groups ?? 1,
    );
}

describe.each(HALVES)("convolutions of %s tensors", (dtype: Half) => {
  it.each(Object.entries(CASES))("%s round once, forward and backward", (_, which) => {
    const convolve = convolver(which);
    const channels = which.options?.transposed
      ? (which.weight[1] as number) * (which.options.groups ?? 1)
      : (which.weight[0] as number);
    const half = {
      x: random(which.input, dtype).requiresGrad_(),
      w: random(which.weight, dtype).requiresGrad_(),
      b: which.bias ? random([channels], dtype).requiresGrad_() : null,
    };
    const wide = (f: (t: torch.Tensor) => torch.Tensor): typeof half => ({
      x: f(half.x.detach().double()).requiresGrad_(),
      w: f(half.w.detach().double()).requiresGrad_(),
      b: half.b === null ? null : f(half.b.detach().double()).requiresGrad_(),
    });
    const exact = wide((t) => t);
    const magnitude = wide((t) => t.abs());
    const out = [half, exact, magnitude].map(({ x, w, b }) => convolve(x, w, b)) as [
      torch.Tensor,
      torch.Tensor,
      torch.Tensor,
    ];
    const terms = which.weight.slice(1).reduce((n, s) => n * s, 1) + 1;
    expect(out[0].dtype).toBe(dtype);
    expectRoundedOnce(out[0].detach(), out[1].detach(), out[2].detach(), terms);

    const gradient = random(out[0].shape, dtype);
    out[0].backward(gradient);
    out[1].backward(gradient.double());
    out[2].backward(gradient.double().abs());
    for (const key of ["x", "w", "b"] as const) {
      const grads = [half, exact, magnitude].map((t) => t[key]?.grad) as (
        | torch.Tensor
        | undefined
      )[];
      if (grads[0] === undefined) continue;
      // A weight's gradient sums over all samples and places.
      const summands = key === "x" ? terms * channels : gradient.numel() / channels;
      expectRoundedOnce(grads[0], grads[1] as torch.Tensor, grads[2] as torch.Tensor, summands);
    }
  });

  it("keep channels-last, and read any layout", () => {
    const w = random([6, 4, 3, 3], dtype);
    const x = random([2, 4, 8, 8], dtype);
    const rows = torch.functional.conv2d(x, w);
    const last = torch.functional.conv2d(x.contiguous({ memoryFormat: "channels_last" }), w);
    expect(last.stride()).toEqual([216, 1, 36, 6]);
    // Another order of summation in float32.
    expect(torch.allclose(last.float(), rows.float(), { rtol: 2 ** -7, atol: 2 ** -7 })).toBe(true);
    const strided = random([2, 4, 8, 16], dtype).slice(3, 0, undefined, 2);
    expect(torch.functional.conv2d(strided, w).toArray()).toEqual(
      torch.functional.conv2d(strided.contiguous(), w).toArray(),
    );
  });

  it("take one sample without a batch, and none", () => {
    const w = random([6, 4, 3, 3], dtype);
    expect(torch.functional.conv2d(random([4, 8, 8], dtype), w).shape).toEqual([6, 6, 6]);
    expect(torch.functional.conv2d(random([0, 4, 8, 8], dtype), w).shape).toEqual([0, 6, 6, 6]);
  });

  it("give the same in slices of the batch as sample by sample", () => {
    // 3 x 4 x 1024 x 1024 entries are more than one slice.
    const x = random([3, 4, 1024, 1024], dtype).requiresGrad_();
    const w = random([1, 4, 1, 1], dtype).requiresGrad_();
    const out = torch.functional.conv2d(x, w);
    const gradient = random(out.shape, dtype);
    out.backward(gradient);
    let weight = torch.zeros(w.shape, { dtype: "float64" });
    for (let i = 0; i < 3; i++) {
      const one = x.detach().narrow(0, i, 1).requiresGrad_();
      const single = torch.functional.conv2d(one, w.detach());
      expect(torch.equal(out.detach().narrow(0, i, 1), single.detach())).toBe(true);
      single.backward(gradient.narrow(0, i, 1));
      expect(torch.equal((x.grad as torch.Tensor).narrow(0, i, 1), one.grad as torch.Tensor)).toBe(
        true,
      );
      weight = weight.add(
        one
          .detach()
          .double()
          .mul(gradient.narrow(0, i, 1).double())
          .sum([0, 2, 3])
          .reshape(w.shape),
      );
    }
    // Sums of three million products of either sign in float32: the root of their number times its unit, and one rounding.
    const error = (w.grad as torch.Tensor).double().sub(weight).abs().max().item() as number;
    expect(error).toBeLessThan(
      (weight.abs().max().item() as number) * 2 ** (dtype === "bfloat16" ? -8 : -10) + 1,
    );
  });

  it("have second derivatives", () => {
    torch.manualSeed(6);
    const [x0, w0] = [random([2, 3, 6, 6], dtype), random([4, 3, 3, 3], dtype)];
    const second = (x: torch.Tensor, w: torch.Tensor): torch.Tensor[] => {
      const out = torch.functional.conv2d(x, w).pow(2).sum();
      const [gx, gw] = torch.autograd.grad(out, [x, w], { createGraph: true }) as torch.Tensor[];
      return torch.autograd.grad((gx as torch.Tensor).sum().add((gw as torch.Tensor).sum()), [
        x,
        w,
      ]) as torch.Tensor[];
    };
    const half = second(x0.detach().requiresGrad_(), w0.detach().requiresGrad_());
    const exact = second(x0.double().requiresGrad_(), w0.double().requiresGrad_());
    // Half a dozen roundings in a row, of values up to the largest.
    const share = dtype === "bfloat16" ? 0.03 : 0.004;
    half.forEach((g, i) => {
      const want = exact[i] as torch.Tensor;
      expect(g.double().sub(want).abs().max().item()).toBeLessThan(
        share * (want.abs().max().item() as number),
      );
    });
  });

  it("refuse what libtorch refuses", () => {
    const x = random([2, 3, 8, 8], dtype);
    expect(() => torch.functional.conv2d(x, random([4, 2, 3, 3], dtype))).toThrow(/channels/);
    expect(() => torch.functional.conv2d(x, random([4, 3, 9, 9], dtype))).toThrow(/Kernel size/);
    expect(() => torch.functional.conv2d(x, torch.randn([4, 3, 3, 3]))).toThrow();
  });
});
