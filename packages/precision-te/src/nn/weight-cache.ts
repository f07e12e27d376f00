// Codes of a weight, kept over micro-batches.
import { cuda, keep, type Tensor } from "@fabric/torch";
import type { Recipe } from "../recipes/index.js";
import type { Operand } from "./cast-operand.js";

/** Which codes are wanted. */
export interface Wanted {
  readonly rows: boolean;
  readonly columns: boolean;
}

/** The codes of one weight under one recipe, as long as nothing wrote to the weight. A step that is recorded makes its own. */
export class WeightCache {
  #operand: Operand | null = null;
  #trace = "";

  /** The kept codes, if weight and recipe are as they were and they are those wanted. */
  get(weight: Tensor, recipe: Recipe, wanted: Wanted): Operand | null {
    const operand = this.#operand;
    if (cuda.avoidsHostReads()) return null;
    if (operand === null || this.#trace !== traceOf(weight, recipe)) return null;
    if ((wanted.rows && operand.rows === null) || (wanted.columns && operand.columns === null))
      return null;
    return operand;
  }

  /** Keeps codes. */
  set(weight: Tensor, recipe: Recipe, operand: Operand): void {
    this.clear();
    const trace = traceOf(weight, recipe);
    if (trace === "" || cuda.avoidsHostReads()) return;
    for (const codes of [operand.rows, operand.columns])
      if (codes !== null) {
        keep(codes.data);
        keep(codes.scaleInv);
      }
    this.#operand = operand;
    this.#trace = trace;
  }

  /** Forgets them. */
  clear(): void {
    this.#operand = null;
    this.#trace = "";
  }
}

/**
 * Where a weight lies, how often it was written, and the options of the recipe (an equal one may be another object); empty for a weight whose
 * writes are not counted (made in inference mode).
 */
function traceOf(weight: Tensor, recipe: Recipe): string {
  if (weight.device === "meta" || weight.isInference()) return "";
  return `${weight.dataPtr()}:${weight.version}:${JSON.stringify(recipe)}`;
}
