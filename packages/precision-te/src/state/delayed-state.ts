// What delayed scaling remembers of one module.
import {
  cat,
  type Device,
  isInferenceModeEnabled,
  keep,
  noGrad,
  ones,
  scope,
  type Tensor,
  zeros,
} from "@fabric/torch";

/** Forward tensors (activations, weights) or gradients. */
export type Direction = "forward" | "backward";

/** Scales and amaxes of one direction. */
export interface Scales {
  /** Float32 `[slots]`: what tensors are multiplied with. */
  scale: Tensor;
  /** Float32 `[length, slots]`: row 0 is being collected, the newest closed step is in the last row. */
  amaxHistory: Tensor;
}

/** Slots of each product: input, weight and output forward; gradients of output and input backward. */
export const SLOTS: Readonly<Record<Direction, number>> = { forward: 3, backward: 2 };

/** Scales and histories of both directions of a module with one or more products. */
export class DelayedState {
  /** Products that the module computes. */
  readonly gemms: number;
  /** Inputs, weights and outputs: slots 0, 1, 2 of the first product, 3, 4, 5 of the second. */
  readonly forward: Scales;
  /** Gradients of outputs and inputs: slots 0, 1 of the first product, 2, 3 of the second. */
  readonly backward: Scales;

  /** Scales of one and empty histories of `length` steps. */
  constructor(gemms: number, length: number, device: Device) {
    this.gemms = gemms;
    this.forward = fresh(gemms * SLOTS.forward, length, device);
    this.backward = fresh(gemms * SLOTS.backward, length, device);
  }

  /** Steps that are remembered. */
  get length(): number {
    return this.forward.amaxHistory.shape[0] as number;
  }

  /** Where it is. */
  get device(): Device {
    return this.forward.scale.device;
  }

  /** Turns tensors that were made in inference mode, which cannot be written outside of it, into usual ones. */
  settle(): void {
    if (isInferenceModeEnabled()) return;
    // One by one: a history that was resized in inference mode may stand beside a usual scale.
    for (const scales of [this.forward, this.backward])
      for (const part of ["scale", "amaxHistory"] as const)
        if (scales[part].isInference()) scales[part] = keep(noGrad(() => scales[part].clone()));
  }

  /** Sets scales to one and forgets the histories. */
  reset(): void {
    this.settle();
    this.#each((scales) => {
      scales.scale.fill_(1);
      scales.amaxHistory.zero_();
    });
  }

  /** Remembers `length` steps: the first rows are kept, new ones are zero. Scales stay. */
  resize(length: number): void {
    if (length === this.length) return;
    const rows = this.length;
    this.#each((scales) => {
      const { amaxHistory } = scales;
      const slots = amaxHistory.shape[1] as number;
      const { device } = amaxHistory;
      scales.amaxHistory = keep(
        length < rows
          ? amaxHistory.slice(0, 0, length).clone()
          : cat([amaxHistory, zeros([length - rows, slots], { dtype: "float32", device })]),
      );
    });
  }

  /** Moves it. */
  to(device: Device): void {
    if (device === this.device) return;
    this.#each((scales) => {
      scales.scale = keep(scales.scale.to(device));
      scales.amaxHistory = keep(scales.amaxHistory.to(device));
    });
  }

  /** A state of its own with the same scales and histories. */
  clone(): DelayedState {
    const copy = new DelayedState(this.gemms, 1, this.device);
    copy.copyFrom(this);
    return copy;
  }

  /** Takes copies of the scales and histories of another state, in the tensors that are there; other histories for those of another length. */
  copyFrom(other: DelayedState): void {
    this.settle();
    const isAsLong = other.length === this.length;
    noGrad(() => {
      for (const direction of ["forward", "backward"] as const) {
        this[direction].scale.copy_(other[direction].scale);
        const { amaxHistory } = other[direction];
        if (isAsLong) this[direction].amaxHistory.copy_(amaxHistory);
        else this[direction].amaxHistory = keep(amaxHistory.to(this.device, { copy: true }));
      }
    });
  }

  #each(change: (scales: Scales) => void): void {
    noGrad(() =>
      scope(() => {
        change(this.forward);
        change(this.backward);
      }),
    );
  }
}

function fresh(slots: number, length: number, device: Device): Scales {
  const options = { dtype: "float32", device } as const;
  return {
    scale: keep(ones([slots], options)),
    amaxHistory: keep(zeros([length, slots], options)),
  };
}
