// fabric::quantize_blockwise and fabric::dequantize_blockwise on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { expectSameBits, misaligned } from "./support/same.js";
import { describeKernels, onCpu } from "./support/twin.js";

const DTYPES = [torch.float32, torch.float16, torch.bfloat16, torch.float64];

/** A dynamic map: seven decades, each with as many values as the bits that its exponent leaves. */
function dynamicMap(isSigned: boolean): torch.Tensor {
  const values = [0, 1];
  for (let decade = 0; decade < 7; decade++) {
    const parts = 2 ** decade * (isSigned ? 1 : 2);
    for (let i = 0; i < parts; i++) {
      const value = (0.1 + (0.9 * (i + 0.5)) / parts) * 10 ** (decade - 6);
      values.push(value, ...(isSigned ? [-value] : []));
    }
  }
  return torch.tensor(values.sort((a, b) => a - b));
}

const MAPS: Readonly<Record<string, () => torch.Tensor>> = {
  "the signed dynamic map": () => dynamicMap(true),
  "the unsigned dynamic map": () => dynamicMap(false),
  "equal steps": () => torch.tensor(Array.from({ length: 256 }, (_, i) => (i - 127.5) / 127.5)),
  // Many values in one bucket, and some beyond those that are scaled.
  "an odd map": () =>
    torch.tensor(
      Array.from({ length: 256 }, (_, i) =>
        i < 40 ? -3 + i / 100 : i < 200 ? (i - 120) * 1e-9 : 0.5 + (i - 200) / 20,
      ),
    ),
};

describeKernels("quantize_blockwise and dequantize_blockwise", (twin) => {
  const expectTwin = (name: string, ...args: unknown[]) =>
    expectSameBits(twin.call(name, ...args), onCpu(name, ...args));

  for (const [title, map] of Object.entries(MAPS))
    it(`finds the CPU's nearest codes of ${title}, also halfway between two`, () => {
      torch.manualSeed(1);
      const code = map();
      const values = code.toArray() as number[];
      const middles = values
        .slice(1)
        .map((value, i) => Math.fround(((values[i] ?? 0) + value) / 2));
      const around = torch
        .tensor(middles)
        .view(torch.int32)
        .add(torch.tensor([[-1], [0], [1]]).to(torch.int32))
        .view(torch.float32)
        .flatten();
      // Blocks whose largest magnitude is one.
      const within = around.maskedSelect(around.abs().lt(1));
      const rows = torch.cat([
        within,
        torch
          .rand([64 * 63 - (within.numel() % 63)])
          .mul(2)
          .sub(1)
          .pow(3),
      ]);
      const blocks = torch.cat([torch.ones([rows.numel() / 63, 1]), rows.view([-1, 63])], 1);
      expectTwin("quantize_blockwise", blocks, code, 64);
    });

  it("finds a nearest code of a map with equal values, which of them is not defined", () => {
    torch.manualSeed(5);
    const code = torch.tensor(
      Array.from({ length: 256 }, (_, i) => Math.round(i / 10 - 12.8) / 12.8),
    );
    const x = torch.cat([
      torch.rand([4000]).mul(2).sub(1),
      code.repeat([3]),
      torch.tensor([1, -1, 0]),
    ]);
    const [codes, absmax] = twin.call("quantize_blockwise", x, code, 5000) as torch.Tensor[];
    const [theirs] = onCpu("quantize_blockwise", x, code, 5000) as torch.Tensor[];
    const valuesOf = (q: torch.Tensor | undefined): unknown =>
      onCpu("dequantize_blockwise", q, absmax, code, 5000, torch.float32);
    expectSameBits(valuesOf(codes), valuesOf(theirs));
  });

  for (const dtype of DTYPES)
    it(`gives the CPU's bits for any blocksize and size: ${dtype}`, () => {
      torch.manualSeed(2);
      const code = dynamicMap(true);
      for (const blocksize of [1, 7, 64, 100, 256, 1000, 1024, 1025, 2048, 4096])
        for (const n of [1, 255, 4099]) {
          const args = [torch.randn([n]).to(dtype), code, blocksize];
          const [codes, absmax] = onCpu("quantize_blockwise", ...args) as torch.Tensor[];
          expectSameBits(twin.call("quantize_blockwise", ...args), [codes, absmax]);
          expectTwin("dequantize_blockwise", codes, absmax, code, blocksize, dtype);
        }
    });

  it("takes blocks that are longer than what threads hold", () => {
    torch.manualSeed(3);
    for (const blocksize of [9_000, 20_000, 1_000_003])
      expectTwin("quantize_blockwise", torch.randn([19_001]), dynamicMap(true), blocksize);
  });

  it("reads any strides and addresses", () => {
    torch.manualSeed(4);
    const code = dynamicMap(true);
    for (const dtype of DTYPES) {
      expectTwin("quantize_blockwise", torch.randn([30, 50]).to(dtype).t(), code, 64);
      expectTwin("quantize_blockwise", misaligned(torch.randn([30, 51]).to(dtype)), code, 64);
      const codes = torch.randint(0, 256, [30, 51]).to(torch.uint8);
      const absmax = misaligned(torch.rand([219]));
      expectTwin("dequantize_blockwise", codes.t(), absmax, code, 7, dtype);
      expectTwin("dequantize_blockwise", misaligned(codes), absmax, misaligned(code), 7, dtype);
    }
    expectTwin("quantize_blockwise", torch.empty([0, 3]), code, 64);
  });

  it("gives zeros, infinities, NaNs and the least numbers the CPU's codes", () => {
    const blocks = [
      Array.from({ length: 7 }, () => 0),
      [1, -2, Infinity, 3, NaN, -Infinity, 0],
      [NaN, 1, 2, NaN, -2, 0.5, -0],
      Array.from({ length: 7 }, () => NaN),
      Array.from({ length: 7 }, (_, i) => (i - 3) * 2 ** -149),
      [1e-39, -2e-39, 0, 3e-39, 1e-45, -0, NaN],
      [NaN],
    ];
    for (const isSigned of [true, false])
      for (const dtype of DTYPES) {
        const args = [torch.tensor(blocks.flat()).to(dtype), dynamicMap(isSigned), 7];
        const [codes, absmax] = onCpu("quantize_blockwise", ...args) as torch.Tensor[];
        expectSameBits(twin.call("quantize_blockwise", ...args), [codes, absmax]);
        expectTwin("dequantize_blockwise", codes, absmax, dynamicMap(isSigned), 7, dtype);
      }
  });

  it("refuses what the CPU refuses", () => {
    const code = dynamicMap(true);
    expect(() => twin.call("quantize_blockwise", torch.ones([4]), code, 0)).toThrow(/blocksize/);
    expect(() => twin.call("quantize_blockwise", torch.ones([4]), torch.ones([255]), 4)).toThrow(
      /256 values/,
    );
  });
});
