// Rounding to few bits, with a gradient.

import { type Tensor, torch } from "@fabric/core";

/**
 * The nearest number with `bits` bits after the leading one; halves go to even. The gradient passes as if nothing had been
 * rounded ("straight through"), because that of rounding itself is zero.
 *
 * @param tensor - any shape, a real floating dtype.
 * @returns a new tensor of the same shape and dtype.
 */
export function roundTo(tensor: Tensor, bits: number): Tensor {
  const error = torch.noGrad(() => {
    const [mantissa, exponent] = torch.frexp(tensor); // mantissa in [0.5, 1)
    const scale = 2 ** (bits + 1);
    const rounded = torch.ldexp(mantissa.mul(scale).round().div(scale), exponent);
    return rounded.sub(tensor);
  });
  return tensor.add(error);
}
