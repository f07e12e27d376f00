// The quantised computation written out in float64, from libtorch's own casts.
import { type DType, noGrad, type Tensor, tensor } from "@fabric/torch";
import { type Fp8DType, fp8Max } from "../../src/functional/index.js";

/** Values of `x` after a cast with `scale`, in float64, still multiplied by it. */
export function coded(x: Tensor, scale: number, dtype: Fp8DType): Tensor {
  const most = fp8Max(dtype);
  return noGrad(() =>
    x
      .float()
      .mul(tensor([scale], { dtype: "float32" }))
      .clamp(-most, most)
      .to(dtype)
      .double(),
  );
}

/** `1 / scale` as it is stored. */
export const inverse = (scale: number): number => Math.fround(1 / Math.fround(scale));

/** Products of one linear map with the scales given, in float64. */
export function linearModel(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  gradient: Tensor,
  scales: { input: number; weight: number; gradient: number },
  { backward = "float8_e5m2", activation }: { backward?: Fp8DType; activation?: DType } = {},
): { y: Tensor; input: Tensor; weight: Tensor; bias: Tensor } {
  const xq = coded(x, scales.input, "float8_e4m3fn");
  const wq = coded(weight, scales.weight, "float8_e4m3fn");
  const gq = coded(gradient, scales.gradient, backward);
  const [ix, iw, ig] = [scales.input, scales.weight, scales.gradient].map(inverse) as [
    number,
    number,
    number,
  ];
  const rounded = activation === undefined || activation === "float32" ? "bfloat16" : activation;
  const product = xq.mm(wq.t()).mul(ix * iw);
  return {
    y: bias === null ? product : product.add(bias.detach().to(rounded).double()),
    input: gq.mm(wq).mul(ig * iw),
    weight: gq
      .t()
      .mm(xq)
      .mul(ig * ix),
    bias: gradient.double().sum(0),
  };
}

/** Largest difference over the largest value. */
export function distance(a: Tensor, b: Tensor): number {
  return noGrad(
    () =>
      (a.double().sub(b.double()).abs().max().item() as number) /
      (b.double().abs().max().item() as number),
  );
}
