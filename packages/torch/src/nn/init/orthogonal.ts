// Orthogonal initialisation.

import { diag, linalgQr } from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";
import { settle } from "../arguments.js";
import { fill, type GainOptions, generatorOf, shapeError } from "./fill.js";

/**
 * Rows (or columns, whichever are fewer) become orthonormal, times `gain`; dimensions beyond the first are flattened.
 *
 * @throws FabricError `FABRIC_TENSOR_SHAPE` for fewer than 2 dimensions.
 */
export function orthogonal_(
  tensor: Tensor,
  gain?: number | GainOptions,
  options?: GainOptions,
): Tensor {
  const settled = settle<GainOptions>("orthogonal_", [gain, options], ["gain"], ["generator"]);
  if (tensor.ndim < 2) throw shapeError("orthogonal_", "2 or more dimensions", tensor);
  if (tensor.numel() === 0 || tensor.device === "meta") return tensor;
  return fill(tensor, () => {
    const rows = tensor.shape[0] as number;
    const columns = tensor.numel() / rows;
    const sample = tensor.detach().newEmpty([rows, columns]).normal_(0, 1, generatorOf(settled));
    const [q, r] = linalgQr(rows < columns ? sample.t() : sample);
    // Signs of R's diagonal make the distribution uniform over orthogonal matrices.
    const signed = q.mul(diag(r).sign());
    tensor.copy_((rows < columns ? signed.t() : signed).reshape([...tensor.shape]));
    tensor.mul_(settled.gain ?? 1);
  });
}
