// The precision "__ALIAS__": weights stay float32, what enters and leaves the model keeps few digits.

import { isRealFloat, mapTensors, Precision } from "@fabric/core";
import { roundTo } from "./round.js";

/** Bits after the leading one; bfloat16 has 7, float16 has 10. */
const FRACTION_BITS = 4;

/** Rounds the inputs and outputs of a model to 4 bits after the leading one. */
export class __CLASS__ extends Precision {
  /** What checkpoints record, and users pass as `precision`. */
  readonly precision = "__ALIAS__";

  /** One line for `fabric doctor`. */
  override describe(): string {
    return `__ALIAS__: weights float32, inputs and outputs rounded to ${FRACTION_BITS} fraction bits`;
  }

  /** Runs on the array of forward's arguments. Integers, bools and complex tensors pass. */
  override convertInput<T>(data: T): T {
    return mapTensors(data, (tensor) =>
      isRealFloat(tensor) ? roundTo(tensor, FRACTION_BITS) : tensor,
    );
  }

  /** Runs on what forward returned. */
  override convertOutput<T>(data: T): T {
    return this.convertInput(data);
  }
}
