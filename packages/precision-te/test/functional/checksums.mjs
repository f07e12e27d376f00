// Prints a hash of what the kernels give for known inputs; run once an instruction set.
import { createHash } from "node:crypto";
import * as torch from "@fabric/torch";

torch.loadPackagedLibrary("fabric_te");
const { fp8_cast, fp8_dequantize, fp8_amax, fp8_mm } = torch.ops.fabric;
const hash = createHash("sha256");
const add = (t) => hash.update(Buffer.from(t.contiguous().view("uint8").flatten().toTypedArray()));
const bits = torch.arange(0, 65536, { dtype: "int32" });
const inputs = ["bfloat16", "float16"].map((dtype) => bits.to("int16").view(dtype));
inputs.push(bits.mul(65537).view("float32"), torch.ones([1003]).div(3).bfloat16());
for (const dtype of ["float8_e4m3fn", "float8_e5m2"])
  for (const x of inputs) {
    const [codes, turned, inverse] = fp8_cast(
      x.view([-1, 17].slice(0, x.numel() % 17 === 0 ? 2 : 1)),
      torch.tensor([0.37]),
      0,
      null,
      dtype,
      true,
    );
    for (const t of [codes, turned, inverse, fp8_amax(x)]) add(t);
    for (const out of ["float32", "bfloat16", "float16"])
      for (const scale of [1, 0.37]) add(fp8_dequantize(codes, torch.tensor([scale]), out));
  }
const [a] = fp8_cast(
  torch.arange(0, 96).view([3, 32]).float(),
  torch.tensor([2.5]),
  0,
  null,
  "float8_e4m3fn",
  false,
);
for (const out of ["float32", "bfloat16", "float16"])
  add(fp8_mm(a, a, torch.tensor([0.4]), torch.tensor([0.4]), torch.tensor([1, 2, 3]).div(7), out));
console.log(hash.digest("hex"));
