// A precision as a third party would write it, from @fabric/core's public surface alone.
import { isRealFloat, mapTensors, Precision, type PrecisionFactory, torch } from "@fabric/core";

/** Rounds every input of a forward pass to a quarter. */
export class RoundedPrecision extends Precision {
  readonly precision = "rounded";

  override convertInput<T>(data: T): T {
    return mapTensors(data, (tensor) => (isRealFloat(tensor) ? toQuarters(tensor) : tensor));
  }
}

/** The nearest quarters; the gradient passes straight through. */
function toQuarters(tensor: torch.Tensor): torch.Tensor {
  return tensor.add(torch.noGrad(() => tensor.mul(4).round().div(4).sub(tensor)));
}

/** Called by Fabric for `precision: "rounded"`. */
export const createPrecision: PrecisionFactory = () => new RoundedPrecision();
