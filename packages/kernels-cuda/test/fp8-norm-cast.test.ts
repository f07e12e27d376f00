// fabric::fp8_layer_norm_cast and fabric::fp8_rms_norm_cast: composed on the CPU, in one pass on CUDA; both against float64.
import * as torch from "@fabric/torch";
import { type Tensor, tensor } from "@fabric/torch";
import { describe, expect, it } from "vitest";
import { FLOATS, FORMATS, misaligned, sameNumbers } from "./support/fp8.js";
import { describeKernels, onCpu } from "./support/twin.js";

type Call = (name: string, ...args: unknown[]) => unknown;
const NORMS = ["fp8_layer_norm_cast", "fp8_rms_norm_cast"] as const;
const floats = (...values: number[]): Tensor => tensor(values, { dtype: "float32" });
const SCALE = 24.5;
const EPS = 1e-5;

function random(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator();
  generator.manualSeed(seed);
  return torch.randn(shape, { generator });
}

interface Inputs {
  x: Tensor;
  weight: Tensor;
  bias: Tensor | null;
  zeroCentered: boolean;
}

function argumentsOf(norm: string, { x, weight, bias, zeroCentered }: Inputs): unknown[] {
  return norm === "fp8_layer_norm_cast"
    ? [x, weight, bias, EPS, zeroCentered]
    : [x, weight, EPS, zeroCentered];
}

/** The norm in float64. */
function exactNorm(norm: string, { x, weight, bias, zeroCentered }: Inputs) {
  const wide = x.double();
  const mean = norm === "fp8_layer_norm_cast" ? wide.mean([-1], true) : null;
  const centred = mean === null ? wide : wide.sub(mean);
  const rstd = centred.square().mean([-1], true).add(EPS).rsqrt();
  const factor = zeroCentered ? weight.double().add(1) : weight.double();
  const y = centred.mul(rstd).mul(factor);
  return { y: bias === null || mean === null ? y : y.add(bias.double()), mean, rstd };
}

/** Steps between codes as whole numbers in order of their values. */
function ordered(codes: Tensor): Tensor {
  const bytes = codes.contiguous().view("uint8").to("int32");
  return torch.where(bytes.ge(128), bytes.sub(128).neg(), bytes);
}

/**
 * Codes must be those of the exact norm, or lie one step beside where float32's error reaches over a midpoint; the amax must be that of the norm, and
 * the transpose that of the codes.
 */
function checkNorm(
  call: Call,
  norm: string,
  inputs: Inputs,
  dtype: string,
  transpose: boolean,
  { error = 1e-5, beside = 1e-3, digits = 4 } = {},
): void {
  const { x } = inputs;
  const history = torch.zeros([2, 3]);
  const scales = floats(5, SCALE, 7);
  const results = call(
    norm,
    ...argumentsOf(norm, inputs),
    scales,
    1,
    history,
    dtype,
    transpose,
  ) as Tensor[];
  const [codes, turned, inverse] = results as [Tensor, Tensor, Tensor];
  const rstd = results.at(-1) as Tensor;
  const name = `${norm}, ${x.dtype} [${x.shape}] to ${dtype}`;
  const exact = exactNorm(norm, inputs);
  expect(codes.shape, name).toEqual(x.shape);
  expect(inverse.item()).toBe(Math.fround(1 / SCALE));
  expect([rstd.dtype, rstd.shape], name).toEqual(["float32", exact.rstd.shape]);
  const near = (a: Tensor, b: Tensor, bound: number): void =>
    expect(a.double().sub(b).abs().div(b.abs().add(1e-3)).max().item(), name).toBeLessThan(bound);
  const right = onCpu(
    "fp8_cast",
    exact.y.float(),
    floats(SCALE),
    0,
    null,
    dtype,
    false,
  ) as Tensor[];
  const steps = ordered(codes)
    .sub(ordered(right[0] as Tensor))
    .abs();
  if (x.numel() > 0) {
    near(rstd, exact.rstd, error);
    if (exact.mean !== null) near(results[3] as Tensor, exact.mean, 1e-4);
    expect(steps.max().item(), name).toBeLessThanOrEqual(1);
    expect(steps.gt(0).double().mean().item(), name).toBeLessThan(x.numel() > 1000 ? beside : 0.1);
    expect(history.select(0, 0).select(0, 1).item() as number, name).toBeCloseTo(
      exact.y.abs().max().item() as number,
      digits,
    );
  }
  expect(history.select(0, 1).abs().sum().item()).toBe(0);
  const rows = codes.reshape([-1, x.shape.at(-1) as number]);
  if (transpose) expect(torch.equal(turned.view("uint8"), rows.view("uint8").t()), name).toBe(true);
  else expect(turned.numel()).toBe(0);
}

function suite(call: Call): void {
  for (const norm of NORMS)
    for (const dtype of FORMATS)
      it(`${norm} to ${dtype}: sizes of one, odd, and beyond what threads hold`, () => {
        const shapes = [
          [1, 1],
          [3, 5],
          [0, 16],
          [2, 3, 48],
          [9, 1024],
          [2, 1032],
          [1, 8203],
        ];
        for (const [i, type] of FLOATS.entries())
          for (const [j, shape] of shapes.entries()) {
            const width = shape.at(-1) as number;
            const x = random(shape, 1).mul(3).add(2).to(type);
            const weight = random([width], 2).mul(0.1).add(1).to(type);
            const bias = random([width], 3).mul(0.1).to(type);
            const inputs = { x, weight, bias, zeroCentered: false };
            checkNorm(call, norm, inputs, dtype, (i + j) % 2 === 0);
          }
        // More rows than blocks, and several tiles of the transpose.
        const [x, weight, bias] = [
          random([140, 136], 4).bfloat16(),
          random([136], 5),
          random([136], 6),
        ];
        checkNorm(call, norm, { x, weight, bias, zeroCentered: false }, dtype, true);
      });

  it("takes weights of other types, stored minus one, without a bias, and any view", () => {
    const x = random([10, 96], 4);
    for (const norm of NORMS)
      for (const type of FLOATS)
        for (const view of [
          x.bfloat16(),
          x.t().contiguous().t(),
          x.slice(1, 1, 90),
          misaligned(x.half()),
        ])
          for (const bias of [null, random([view.shape[1] as number], 5).half()]) {
            const weight = misaligned(
              random([view.shape[1] as number], 6)
                .mul(0.1)
                .to(type),
            );
            checkNorm(
              call,
              norm,
              { x: view, weight, bias, zeroCentered: true },
              "float8_e4m3fn",
              true,
            );
          }
  });

  it("keeps its variance where the mean is large, and NaN in its row", () => {
    const weight = torch.ones([300]);
    const x = random([20, 300], 7).add(1000);
    checkNorm(
      call,
      "fp8_layer_norm_cast",
      { x, weight, bias: null, zeroCentered: false },
      "float8_e4m3fn",
      false,
      // float32 has 6e-5 between numbers of this size.
      { error: 1e-4, beside: 0.03, digits: 2 },
    );
    const broken = random([3, 300], 8);
    broken.select(0, 1).select(0, 7).fill_(Number.NaN);
    const [codes] = call(
      "fp8_rms_norm_cast",
      broken,
      weight,
      EPS,
      false,
      floats(1),
      0,
      null,
      "float8_e4m3fn",
      false,
    ) as [Tensor];
    expect(codes.float().isnan().sum([1]).toArray()).toEqual([0, 300, 0]);
  });

  it("refuses what does not fit", () => {
    const [x, weight] = [random([4, 8], 1), torch.ones([8])];
    for (const args of [
      [x, torch.ones([7]), null, EPS, false, floats(1), 0, null, "float8_e4m3fn"],
      [x, weight, torch.ones([7]), EPS, false, floats(1), 0, null, "float8_e4m3fn"],
      [x, weight, null, EPS, false, floats(1), 1, null, "float8_e4m3fn"],
      [x, weight, null, EPS, false, floats(1), 0, null, "float32"],
      [torch.ones([3, 0]), torch.ones([0]), null, EPS, false, floats(1), 0, null, "float8_e4m3fn"],
    ])
      expect(() => call("fp8_layer_norm_cast", ...args)).toThrow(/expected/);
  });
}

describeKernels("norms cast to FP8", (twin) => {
  suite(twin.call);

  it("gives the same bits whatever the number of rows", () => {
    const x = random([40, 2000], 9);
    const run = (rows: Tensor): Tensor[] =>
      twin.call(
        "fp8_layer_norm_cast",
        rows,
        torch.ones([2000]),
        null,
        EPS,
        false,
        floats(1),
        0,
        null,
        "float8_e4m3fn",
      ) as Tensor[];
    const [all, one] = [run(x), run(x.slice(0, 17, 18))];
    for (const i of [3, 4])
      expect(sameNumbers((all[i] as Tensor).slice(0, 17, 18), one[i] as Tensor)).toBe(true);
  });
});

describe("norms cast to FP8 on the CPU", () => {
  torch.loadPackagedLibrary("fabric_te");
  suite(onCpu);

  it("are the norm and the cast, one after the other", () => {
    const x = random([20, 64], 10).bfloat16();
    const [weight, bias] = [random([64], 11), random([64], 12)];
    const history = [torch.zeros([1, 1]), torch.zeros([1, 1])] as const;
    const fused = onCpu(
      "fp8_layer_norm_cast",
      x,
      weight,
      bias,
      EPS,
      false,
      floats(SCALE),
      0,
      history[0],
      "float8_e4m3fn",
      true,
    ) as Tensor[];
    const y = torch.layerNorm(x.float(), [64], weight, bias, EPS);
    const apart = onCpu(
      "fp8_cast",
      y,
      floats(SCALE),
      0,
      history[1],
      "float8_e4m3fn",
      true,
    ) as Tensor[];
    for (const i of [0, 1])
      expect(
        torch.equal((fused[i] as Tensor).view("uint8"), (apart[i] as Tensor).view("uint8")),
      ).toBe(true);
    expect(torch.equal(history[0], history[1])).toBe(true);
  });
});
