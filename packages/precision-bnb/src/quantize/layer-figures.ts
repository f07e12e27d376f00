// What quantising did to one weight.
import type { DType } from "@fabric/torch";

/** One row of the report. */
export interface LayerFigures {
  /** Name of the weight, e.g. `"model.layers.0.mlp.up_proj.weight"`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Dtype before. */
  readonly dtype: DType;
  readonly bytesBefore: number;
  /** Bytes of codes, scales and tables. */
  readonly bytesAfter: number;
  /** Root mean square of the differences, over that of the weight; 0 for a weight of zeros. */
  readonly rmsError: number;
}

/** Sums of squares, in double precision. */
export class ErrorSum {
  #difference = 0;
  #weight = 0;

  /** Norms (roots of sums of squares) of one piece. */
  add(difference: number, weight: number): void {
    this.#difference += difference ** 2;
    this.#weight += weight ** 2;
  }

  /** Relative root mean square error. */
  get relative(): number {
    return this.#weight === 0 ? 0 : Math.sqrt(this.#difference / this.#weight);
  }
}
