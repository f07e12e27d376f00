// Prints what codes are multiplied in, and a hash of products that are exact in any order; run once a way.
import { createHash } from "node:crypto";
import * as torch from "@fabric/torch";

torch.loadPackagedLibrary("fabric_te");
const { fp8_mm, fp8_mm_in_bfloat16 } = torch.ops.fabric;
const hash = createHash("sha256");
const one = torch.ones([1]);
const codes = (rows, columns, dtype) =>
  torch
    .arange(0, rows * columns)
    .mul(7)
    .remainder(11)
    .sub(5)
    .view([rows, columns])
    .to(dtype);
for (const [m, n, k] of [
  [1, 1, 1],
  [17, 33, 50],
  [130, 70, 600],
])
  for (const dtype of ["float8_e4m3fn", "float8_e5m2"]) {
    const [a, b] = [codes(m, k, dtype), codes(n, k, "float8_e4m3fn")];
    const turned = [a.t().contiguous().t(), b.t().contiguous().t()];
    for (const [x, y] of [[a, b], turned]) {
      const sums = fp8_mm(x, y, one, one, null, "float32");
      hash.update(Buffer.from(sums.view("uint8").flatten().toTypedArray()));
    }
  }
console.log(fp8_mm_in_bfloat16() ? "bfloat16" : "float32", hash.digest("hex"));
