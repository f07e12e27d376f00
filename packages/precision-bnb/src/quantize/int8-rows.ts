// Row-wise int8 codes of a weight, from whatever computes them.
import { type Tensor, tensor } from "@fabric/torch";

/**
 * `q = rint(x * (127 / s))`, s the largest magnitude of each row, in float32 (Dettmers et al. 2022, "LLM.int8()"); a row of zeros has s = 0 and
 * codes 0.
 *
 * @param rows - `[N, K]`, float; computed in float32.
 * @returns codes, int8 `[N, K]`, and s, float32 `[N]`.
 */
export function int8Rows(rows: Tensor): [codes: Tensor, scales: Tensor] {
  const x = rows.float();
  const scales = x.abs().amax([1]);
  const factor = tensor(127, { dtype: "float32" }).div(scales).unsqueeze(1);
  // A row of zeros gives 0 * infinity.
  return [x.mul(factor).nanToNum(0).round().clamp(-127, 127).to("int8"), scales];
}

/** The values of such codes, float32 `[N, K]`: `q * (s / 127)`. */
export function int8Values(codes: Tensor, scales: Tensor): Tensor {
  return codes.float().mul(scales.div(127).unsqueeze(1));
}
