// Products on FP8 units, through libtorch's aten::_scaled_mm.
import { constantPadNd, ops, type Tensor } from "@fabric/torch";
import { multiplyCodes } from "./emulation.js";
import { type Codes, type Fp8Engine, roundedBias } from "./engine.js";

/** Sizes that the hardware wants multiples of. */
const ALIGNMENT = 16;

/**
 * Needs FP8 units (compute capability 8.9 and up), or libtorch's own emulation on the CPU. Sizes are padded with zeros, which changes nothing.
 * Products of blocks go to fabric::fp8_mm, which finds out whether libtorch multiplies them here, and emulates them where it does not.
 */
export const scaledMmEngine: Fp8Engine = {
  name: "scaled_mm",
  needsTransposes: true,
  multiply(a, b, options) {
    if (a.block !== undefined || b.block !== undefined) return multiplyCodes(a, b, options, false);
    const { dtype, bias, fastAccumulation = false } = options;
    const wide = dtype === "float32" || dtype === "float64";
    const columns = b.data.shape[0] as number;
    const rounded = roundedBias(bias, dtype);
    const result = call(a, b, {
      // With float32 results cuBLASLt takes no bias.
      bias: wide || rounded === null ? null : padded(rounded, 0),
      dtype: wide ? "float32" : dtype,
      fastAccumulation,
    });
    const y = result.shape[1] === columns ? result : result.slice(1, 0, columns).contiguous();
    if (!wide) return y;
    const sum = rounded === null ? y : y.add(rounded.float());
    return dtype === "float64" ? sum.double() : sum;
  },
};

function call(
  a: Codes,
  b: Codes,
  options: { bias: Tensor | null; dtype: string; fastAccumulation: boolean },
): Tensor {
  const left = paddedCodes(a.data, false);
  const right = paddedCodes(b.data, true);
  const multiply = ops.aten["_scaled_mm"] as unknown as (...args: unknown[]) => Tensor;
  return multiply(
    left,
    right.t(),
    a.scaleInv,
    b.scaleInv,
    options.bias,
    null,
    options.dtype,
    options.fastAccumulation,
  );
}

/** Codes with K (and rows, of the second matrix) up to multiples of 16; the code of zero is 0. */
function paddedCodes(data: Tensor, rowsToo: boolean): Tensor {
  const [rows, k] = data.shape as [number, number];
  const [moreRows, moreK] = [rowsToo ? missing(rows) : 0, missing(k)];
  if (moreRows === 0 && moreK === 0) return data.contiguous();
  const bytes = data.contiguous().view("uint8");
  return constantPadNd(bytes, [0, moreK, 0, moreRows], 0).view(data.dtype);
}

function padded(t: Tensor, value: number): Tensor {
  const more = missing(t.shape[0] as number);
  return more === 0 ? t : constantPadNd(t, [0, more], value);
}

function missing(size: number): number {
  return (ALIGNMENT - (size % ALIGNMENT)) % ALIGNMENT;
}
