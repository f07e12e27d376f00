// In which dtype a 4-bit layer multiplies: what it was told, or what its first input has.
import { warnOnce } from "@fabric/core";
import type { DType } from "@fabric/torch";

/** What a layer remembers: plain fields of its own, so that a copy of the layer has others. */
export interface ComputeFields {
  /** The dtype so far; null means that of the input. */
  computeDtype: DType | null;
  /** Whether no input changes it any more. */
  computeTypeIsSet: boolean;
}

/** The one-shot rule of bitsandbytes, for a layer. */
export class ComputeDtype {
  readonly #layer: ComputeFields;

  constructor(layer: ComputeFields) {
    this.#layer = layer;
  }

  /** The dtype so far; null means that of the input. */
  get dtype(): DType | null {
    return this.#layer.computeDtype;
  }

  /** Takes the dtype; the first input that is float32 or bfloat16 still changes it. */
  suggest(dtype: DType): void {
    this.#layer.computeDtype = dtype;
    this.#layer.computeTypeIsSet = false;
  }

  /** The dtype for an input. The first one decides for all later ones: float32 and bfloat16 are taken, float16 keeps what was set. */
  for(input: DType): DType {
    const layer = this.#layer;
    if (!layer.computeTypeIsSet) {
      layer.computeTypeIsSet = true;
      if (input === "float32" || input === "bfloat16") layer.computeDtype = input;
      else if (
        input === "float16" &&
        (layer.computeDtype === null || layer.computeDtype === "float32")
      )
        warnOnce(
          "FABRIC_BNB_COMPUTE_DTYPE",
          `A 4-bit layer got float16 input and multiplies in ${layer.computeDtype ?? "float16"}; pass { computeDtype: "float16" } for speed, "bfloat16" for range.`,
        );
    }
    return layer.computeDtype ?? input;
  }
}
