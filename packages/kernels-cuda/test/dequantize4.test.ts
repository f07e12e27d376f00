// fabric::dequantize_4bit on CUDA beside the CPU.
import * as torch from "@fabric/torch";
import { expect, it } from "vitest";
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
});
