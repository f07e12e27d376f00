// fabric::quantize_4bit on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { expectSameBits, misaligned } from "./support/same.js";
import { describeKernels, onCpu } from "./support/twin.js";

const DTYPES = [torch.float32, torch.float16, torch.bfloat16, torch.float64];

describeKernels("quantize_4bit", (twin) => {
  const expectTwin = (...args: unknown[]) =>
    expectSameBits(twin.call("quantize_4bit", ...args), onCpu("quantize_4bit", ...args));

  for (const quantType of ["nf4", "fp4"])
    for (const dtype of DTYPES)
      it(`gives the CPU's codes and scales: ${quantType}, ${dtype}`, () => {
        torch.manualSeed(1);
        for (const blocksize of [32, 64, 128, 256, 512, 1024, 2048, 4096])
          for (const n of [1, 7, 63, 64, 65, 4099])
            expectTwin(torch.randn([n]).to(dtype), blocksize, quantType, torch.uint8);
      });

  it("fills storage of wider elements with zeros behind the codes", () => {
    torch.manualSeed(2);
    for (const storage of [torch.float32, torch.float16, torch.bfloat16])
      for (const n of [1, 5, 8, 9, 67]) expectTwin(torch.randn([n]), 32, "nf4", storage);
  });

  it("reads any strides and addresses", () => {
    torch.manualSeed(3);
    for (const dtype of DTYPES) {
      expectTwin(torch.randn([70, 130]).to(dtype).t(), 64, "nf4", torch.uint8);
      expectTwin(misaligned(torch.randn([33, 65]).to(dtype)), 64, "fp4", torch.uint8);
    }
    expectTwin(torch.empty([0, 4]), 64, "nf4", torch.uint8);
  });

  it("gives zeros, infinities, NaNs and the least numbers the CPU's codes", () => {
    const tiny = 2 ** -149;
    const blocks = [
      Array.from({ length: 32 }, () => 0),
      Array.from({ length: 32 }, (_, i) => (i === 5 ? Infinity : i - 16)),
      Array.from({ length: 32 }, (_, i) => (i % 3 === 0 ? NaN : i / 7)),
      Array.from({ length: 32 }, () => NaN),
      // The reciprocal of these overflows.
      Array.from({ length: 32 }, (_, i) => (i - 16) * tiny),
      Array.from({ length: 32 }, (_, i) => (i % 2 ? -0 : 0) + (i === 9 ? 1e-38 : 0)),
      Array.from({ length: 7 }, () => -0),
    ];
    for (const quantType of ["nf4", "fp4"])
      for (const dtype of DTYPES)
        expectTwin(torch.tensor(blocks.flat()).to(dtype), 32, quantType, torch.uint8);
  });

  it("decides on every threshold, and on its neighbours, as the CPU does", () => {
    // A block with a largest magnitude of one keeps its values as they are.
    const nf4 = [
      -0.8480964004993439, -0.6106329262256622, -0.4599952697753906, -0.33967943489551544,
      -0.23460740596055984, -0.13791173323988914, -0.045525018125772476, 0.03979014977812767,
      0.1202552504837513, 0.2035212516784668, 0.2920137718319893, 0.3893125355243683,
      0.5016634166240692, 0.6427869200706482, 0.8614784178118011,
    ];
    const fp4 = [0.00260417, 0.0859375, 0.20833333, 0.29166667, 0.4166667, 0.583333, 0.8333333];
    const around = (value: number): number[] => {
      const bits = new Int32Array(new Float32Array([value]).buffer);
      return [-2, -1, 0, 1, 2].map(
        (step) =>
          new Float32Array(new Int32Array([(bits[0] as number) + step]).buffer)[0] as number,
      );
    };
    const values = [...nf4, ...fp4, ...fp4.map((t) => -t)].flatMap(around);
    const blocks: number[] = [];
    for (let i = 0; i < values.length; i += 31) blocks.push(1, ...values.slice(i, i + 31));
    for (const quantType of ["nf4", "fp4"])
      expectTwin(torch.tensor(blocks), 32, quantType, torch.uint8);
  });

  it("refuses what the CPU refuses", () => {
    expect(() => twin.call("quantize_4bit", torch.ones([64]), 48, "nf4", torch.uint8)).toThrow(
      /blocksize/,
    );
    expect(() => twin.call("quantize_4bit", torch.ones([64]), 64, "nf5", torch.uint8)).toThrow(
      /nf5/,
    );
  });
});
