// fabric::dequantize_4bit on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
import { expectSameBits, misaligned } from "./support/same.js";
import { describeKernels, onCpu } from "./support/twin.js";

describeKernels("dequantize_4bit", (twin) => {
  const sizes = [1, 7, 64, 65, 4097, 33_000];
  for (const quantType of ["nf4", "fp4"])
    for (const dtype of [torch.float32, torch.float16, torch.bfloat16, torch.float64])
      for (const blocksize of [32, 64, 4096])
        it(`gives the CPU's bits: ${quantType}, ${dtype}, blocks of ${blocksize}`, () => {
          torch.manualSeed(blocksize);
          for (const n of sizes) {
            const [packed, absmax] = onCpu(
              "quantize_4bit",
              torch.randn([n]),
              blocksize,
              quantType,
              torch.uint8,
            ) as torch.Tensor[];
            const args = [packed, absmax, blocksize, quantType, [n], dtype];
            const ours = twin.call("dequantize_4bit", ...args) as torch.Tensor;
            expect(ours.dtype).toBe(dtype);
            expect(torch.equal(ours, onCpu("dequantize_4bit", ...args) as torch.Tensor)).toBe(true);
          }
        });

  it("reads any strides and addresses", () => {
    const packed = torch.randint(0, 256, [165, 2]).to(torch.uint8);
    const absmax = torch.rand([11]);
    for (const dtype of [torch.float32, torch.bfloat16])
      for (const codes of [packed.t(), misaligned(packed)]) {
        const args = [codes, misaligned(absmax), 64, "nf4", [11, 60], dtype];
        expectSameBits(twin.call("dequantize_4bit", ...args), onCpu("dequantize_4bit", ...args));
      }
  });

  it("gives the CPU's bits for scales of any kind", () => {
    const packed = torch.randint(0, 256, [128, 1]).to(torch.uint8);
    const absmax = torch.tensor([0, NaN, Infinity, 1e38, 1e-45, -1.5, 6e4, 7e4]);
    for (const quantType of ["nf4", "fp4"])
      for (const dtype of [torch.float32, torch.float16, torch.bfloat16, torch.float64]) {
        const args = [packed, absmax, 32, quantType, [256], dtype];
        expectSameBits(twin.call("dequantize_4bit", ...args), onCpu("dequantize_4bit", ...args));
      }
    const nothing = [torch.empty([0, 1], { dtype: torch.uint8 }), torch.empty([0])];
    const args = [...nothing, 64, "nf4", [0, 3], torch.float16];
    expectSameBits(twin.call("dequantize_4bit", ...args), onCpu("dequantize_4bit", ...args));
  });
});
