// All parameters as one vector, and back.

import { noGrad } from "../../contexts.js";
import { FabricError } from "../../errors.js";
import { cat } from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";

/** Concatenates parameters, flattened, in order. @returns `[total]` */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  return cat([...parameters].map((parameter) => parameter.reshape([-1])));
}

/**
 * Copies consecutive parts of a vector into parameters.
 *
 * @throws FabricError `FABRIC_TENSOR_SHAPE` if the sizes do not add up.
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = [...parameters];
  const total = list.reduce((sum, parameter) => sum + parameter.numel(), 0);
  if (vector.ndim !== 1 || vector.numel() !== total) {
    throw new FabricError(
      "FABRIC_TENSOR_SHAPE",
      `vectorToParameters: expected a vector of ${total} elements but received [${vector.shape.join(", ")}].`,
    );
  }
  noGrad(() => {
    let start = 0;
    for (const parameter of list) {
      const count = parameter.numel();
      parameter.detach().copy_(vector.narrow(0, start, count).reshape([...parameter.shape]));
      start += count;
    }
  });
}
