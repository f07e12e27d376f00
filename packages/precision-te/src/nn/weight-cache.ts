// Codes of a weight, kept over micro-batches.
import { keep, type Tensor } from "@fabric/torch";
import type { Operand } from "./cast-operand.js";

/** Which codes are wanted. */
export interface Wanted {
  readonly rows: boolean;
  readonly columns: boolean;
}

/** The codes of one weight, as long as nothing wrote to it. */
export class WeightCache {
  #operand: Operand | null = null;
  #trace = "";

  /** The kept codes, if the weight is as it was and they are those wanted. */
  get(weight: Tensor, wanted: Wanted): Operand | null {
    const operand = this.#operand;
    if (operand === null || this.#trace !== traceOf(weight)) return null;
    if ((wanted.rows && operand.rows === null) || (wanted.columns && operand.columns === null))
      return null;
    return operand;
  }

  /** Keeps codes. */
  set(weight: Tensor, operand: Operand): void {
    this.clear();
    for (const codes of [operand.rows, operand.columns])
      if (codes !== null) {
        keep(codes.data);
        keep(codes.scaleInv);
      }
    this.#operand = operand;
    this.#trace = traceOf(weight);
  }

  /** Forgets them. */
  clear(): void {
    this.#operand = null;
    this.#trace = "";
  }
}

/** Where a weight lies and how often it was written. */
function traceOf(weight: Tensor): string {
  return weight.device === "meta" ? "meta" : `${weight.dataPtr()}:${weight.version}`;
}
