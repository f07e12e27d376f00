// In which dtype a 4-bit layer multiplies: what it was told, or what its first input has.
import { warnOnce } from "@fabric/core";
import type { DType } from "@fabric/torch";

/** The one-shot rule of bitsandbytes. */
export class ComputeDtype {
  #dtype: DType | null;
  #isSettled: boolean;

  /** With a dtype there is nothing to find out, unless `followsInput`. */
  constructor(dtype: DType | null, followsInput: boolean = dtype === null) {
    this.#dtype = dtype;
    this.#isSettled = !followsInput;
  }

  /** The dtype so far; null means that of the input. */
  get dtype(): DType | null {
    return this.#dtype;
  }

  /** Takes the dtype; the first input that is float32 or bfloat16 still changes it. */
  suggest(dtype: DType): void {
    this.#dtype = dtype;
    this.#isSettled = false;
  }

  /** The dtype for an input. The first one decides for all later ones: float32 and bfloat16 are taken, float16 keeps what was set. */
  for(input: DType): DType {
    if (!this.#isSettled) {
      this.#isSettled = true;
      if (input === "float32" || input === "bfloat16") this.#dtype = input;
      else if (input === "float16" && (this.#dtype === null || this.#dtype === "float32"))
        warnOnce(
          "FABRIC_BNB_COMPUTE_DTYPE",
          `A 4-bit layer got float16 input and multiplies in ${this.#dtype ?? "float16"}; pass { computeDtype: "float16" } for speed, "bfloat16" for range.`,
        );
    }
    return this.#dtype ?? input;
  }
}
