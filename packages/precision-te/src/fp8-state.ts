// What delayed scaling remembers of a model, as numbers: to log, to plot, to look at.
import type { nn } from "@fabric/torch";
import { isFp8Layer } from "./layers.js";
import { type Scales, SLOTS } from "./state/index.js";

/** A tensor of a product that is cast to FP8. */
export type Fp8Slot = "input" | "weight" | "gradOutput";

/** Scale and largest magnitudes of one tensor. */
export interface Fp8TensorState {
  /** What the tensor is multiplied with at its next cast; 1 before the first step. */
  readonly scale: number;
  /**
   * Largest magnitudes of the steps that ended, the newest last: at most `amaxHistoryLen - 1`, since one row is the step that is being collected.
   * Zeros before the first step.
   */
  readonly amaxHistory: readonly number[];
}

/** One product of a layer. */
export interface Fp8LayerState {
  /** Dotted name of the layer; empty if the model is the layer. */
  readonly name: string;
  /** Which of the layer's products, from 0; a `LayerNormMLP` has two. */
  readonly gemm: number;
  /** Its tensors. */
  readonly slots: Readonly<Record<Fp8Slot, Fp8TensorState>>;
}

/** Where each is: direction, and the place among the tensors of a product. */
const PLACES = {
  input: ["forward", 0],
  weight: ["forward", 1],
  gradOutput: ["backward", 0],
} as const;

/**
 * Scales and largest magnitudes of every product that delayed scaling was used for, in the order of `model.namedModules()`. Copies: later steps do
 * not change them. Layers that were not used yet, and those under recipes without a memory, are left out.
 *
 * @example
 * ```ts
 * for (const { name, slots } of fp8State(model)) console.log(name, slots.weight.scale, slots.weight.amaxHistory.at(-1));
 * ```
 */
export function fp8State(model: nn.Module): Fp8LayerState[] {
  const states: Fp8LayerState[] = [];
  for (const [name, module] of model.namedModules()) {
    const state = isFp8Layer(module) ? module.fp8State : null;
    if (state === null) continue;
    const read = {
      forward: readScales(state.forward),
      backward: readScales(state.backward),
    };
    for (let gemm = 0; gemm < state.gemms; gemm++) {
      const of = (slot: Fp8Slot): Fp8TensorState => {
        const [direction, place] = PLACES[slot];
        return read[direction](gemm * SLOTS[direction] + place);
      };
      const slots = { input: of("input"), weight: of("weight"), gradOutput: of("gradOutput") };
      states.push({ name, gemm, slots });
    }
  }
  return states;
}

/** Reads both tensors once. @returns the state of a column. */
function readScales({ scale, amaxHistory }: Scales): (column: number) => Fp8TensorState {
  const scales = scale.toArray() as number[];
  // Row 0 is the step that is being collected.
  const [, ...closed] = amaxHistory.toArray() as number[][];
  return (column) => ({
    scale: scales[column] as number,
    amaxHistory: closed.map((row) => row[column] as number),
  });
}
