// Follows the scales of FP8 through a training: each layer's largest magnitudes, what they are multiplied with, and what did not fit.
import { type Fp8Slot, fp8State } from "@fabric/precision-te";
import type { Gpt } from "./gpt-model.js";

/**
 * What is cast to FP8 in a linear layer, and from where on its format clips more than rounding would change: half a step above its largest number,
 * 448 for E4M3 and 57344 for E5M2 (gradients).
 */
export const LIMITS: Readonly<Record<Fp8Slot, number>> = {
  input: 448 + 16,
  weight: 448 + 16,
  gradOutput: 57344 + 4096,
};

/** One tensor of a layer over a training. */
export type SlotHistory = {
  /** Largest magnitude in each sampled step. */
  readonly amax: readonly number[];
  /** What the tensor was multiplied with in each sampled step. */
  readonly scale: readonly number[];
  /** Steps, of all but the first, in which the largest magnitude times the scale was beyond the limit: it had grown too fast for the scale. */
  readonly clipped: number;
};

/** All tensors over a training. */
export type ScaleHistory = {
  /** Which steps were sampled, from 1. */
  readonly steps: readonly number[];
  readonly layers: readonly {
    readonly name: string;
    readonly slots: Readonly<Record<Fp8Slot, SlotHistory>>;
  }[];
};

type Mutable = { amax: number[]; scale: number[]; clipped: number; next: number };

/** Notes every so many steps, from the first on, what `fp8State` tells. */
export class ScaleRecorder {
  readonly #every: number;
  readonly #steps: number[] = [];
  readonly #layers = new Map<string, Record<Fp8Slot, Mutable>>();

  constructor(every: number) {
    this.#every = every;
  }

  /** To be called after each step. */
  record(step: number, model: Gpt): void {
    const isSampled = (step - 1) % this.#every === 0;
    if (isSampled) this.#steps.push(step);
    for (const { name, slots } of fp8State(model)) {
      const layer = this.#layerOf(name);
      for (const [slot, limit] of Object.entries(LIMITS) as [Fp8Slot, number][]) {
        const tensor = layer[slot];
        const amax = slots[slot].amaxHistory.at(-1) as number;
        if (step > 1 && amax * tensor.next > limit) tensor.clipped += 1;
        if (isSampled) {
          tensor.amax.push(rounded(amax));
          tensor.scale.push(rounded(tensor.next));
        }
        // What was found now serves the next step.
        tensor.next = slots[slot].scale;
      }
    }
  }

  /** What was noted. */
  history(): ScaleHistory {
    const layers = [...this.#layers].map(([name, slots]) => ({
      name,
      slots: {
        input: told(slots.input),
        weight: told(slots.weight),
        gradOutput: told(slots.gradOutput),
      },
    }));
    return { steps: this.#steps, layers };
  }

  #layerOf(name: string): Record<Fp8Slot, Mutable> {
    let layer = this.#layers.get(name);
    if (layer === undefined) {
      layer = { input: fresh(), weight: fresh(), gradOutput: fresh() };
      this.#layers.set(name, layer);
    }
    return layer;
  }
}

/** Scales are 1 in the first step. */
const fresh = (): Mutable => ({ amax: [], scale: [], clipped: 0, next: 1 });
const told = ({ amax, scale, clipped }: Mutable): SlotHistory => ({ amax, scale, clipped });
/** Four digits are enough for a picture. */
const rounded = (value: number): number => Number(value.toPrecision(4));
