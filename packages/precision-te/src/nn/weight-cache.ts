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
  #scales = 0;

  /** The kept codes, if the weight (and, unless null, the version of the scales) is as it was and they are those wanted. */
  get(weight: Tensor, wanted: Wanted, scales: number | null): Operand | null {
    const operand = this.#operand;
    if (operand === null || this.#trace !== traceOf(weight)) return null;
    if (scales !== null && scales !== this.#scales) return null;
    if ((wanted.rows && operand.rows === null) || (wanted.columns && operand.columns === null))
      return null;
    return operand;
  }

  /** Keeps codes that were made with scales of a version. */
  set(weight: Tensor, operand: Operand, scales: number): void {
    this.clear();
    const trace = traceOf(weight);
    if (trace === "") return;
    for (const codes of [operand.rows, operand.columns])
      if (codes !== null) {
        keep(codes.data);
        keep(codes.scaleInv);
      }
    this.#operand = operand;
    this.#trace = trace;
    this.#scales = scales;
  }

  /** Forgets them. */
  clear(): void {
    this.#operand = null;
    this.#trace = "";
  }
}

/** Where a weight lies and how often it was written; empty for one that does not count (made in inference mode). */
function traceOf(weight: Tensor): string {
  if (weight.device === "meta" || weight.isInference()) return "";
  return `${weight.dataPtr()}:${weight.version}`;
}
