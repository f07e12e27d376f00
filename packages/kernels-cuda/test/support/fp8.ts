// Tensors for the tests of FP8 kernels, and how their results are compared.

import type { Tensor } from "@fabric/torch";
import * as torch from "@fabric/torch";
import { bitsOf } from "./same.js";

export { misaligned } from "./same.js";

/** Both formats. */
export const FORMATS = ["float8_e4m3fn", "float8_e5m2"] as const;
/** What can be cast. */
export const FLOATS = ["float32", "float16", "bfloat16", "float64"] as const;

/** Normal numbers of very different sizes. */
export function spread(shape: number[], seed: number): Tensor {
  const generator = new torch.Generator();
  generator.manualSeed(seed);
  const x = torch.randn(shape, { generator });
  return x.mul(torch.randn(shape, { generator }).mul(4).exp());
}

/** All 65536 patterns of a 16-bit type. */
export function patterns(dtype: "bfloat16" | "float16"): Tensor {
  return torch.arange(0, 65536, { dtype: "int32" }).to("int16").view(dtype);
}

/** Whether codes are the same, whatever the sign of a NaN. */
export function sameCodes(a: Tensor, b: Tensor): boolean {
  const canonical = (codes: Tensor): Tensor =>
    torch.where(
      codes.float().isnan(),
      torch.full([], 0x7f, { dtype: "uint8" }),
      codes.view("uint8"),
    );
  return a.dtype === b.dtype && torch.equal(canonical(a.contiguous()), canonical(b.contiguous()));
}

/** Whether numbers are the same, bit for bit but for NaNs. */
export function sameNumbers(a: Tensor, b: Tensor): boolean {
  return a.dtype === b.dtype && torch.equal(bitsOf(a), bitsOf(b));
}
