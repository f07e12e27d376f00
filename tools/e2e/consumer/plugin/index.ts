// A precision as a third party would write it, from @fabric/core's public surface alone.
import { mapTensors, Precision, type PrecisionFactory } from "@fabric/core";

/** Rounds every input of a forward pass to a quarter. */
export class RoundedPrecision extends Precision {
  readonly precision = "rounded";

  override convertInput<T>(data: T): T {
    return mapTensors(data, (tensor) => tensor.mul(4).round().div(4)) as T;
  }
}

/** Called by Fabric for `precision: "rounded"`. */
export const createPrecision: PrecisionFactory = () => new RoundedPrecision();
