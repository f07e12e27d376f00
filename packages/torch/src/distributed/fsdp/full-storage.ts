// The memory of a unit's gathered parameters: taken when they are gathered, given back while graphs go on pointing at it.

import { noGrad } from "../../contexts.js";
import { empty } from "../../creation.js";
import type { Device } from "../../device.js";
import { Parameter } from "../../nn/parameter.js";
import { keep, unscoped } from "../../scope.js";
import { allocateStorage, releaseStorage, type Tensor } from "../../tensor.js";
import type { ShardedParameter } from "./sharded-parameter.js";

const ALIGNMENT = 64;

/** A gathered parameter. */
export interface FullParameter {
  /** A leaf of its own version, so that filling it again does not disturb what a graph has saved. */
  readonly leaf: Parameter;
  /** Its bytes as `[processes, bytes of a process]`. */
  readonly bytes: Tensor;
}

/** One storage for all parameters of a unit, each contiguous. @internal */
export class FullStorage {
  readonly parameters: readonly FullParameter[];
  readonly bytes: number;
  readonly #whole: Tensor;
  readonly #name: string;
  #held = true;

  /** @param name - of the unit, for the message of an access to memory that was given back. */
  constructor(sharded: readonly ShardedParameter[], size: number, device: Device, name: string) {
    this.#name = name;
    let end = 0;
    const offsets = sharded.map((one) => {
      const offset = end;
      end += Math.ceil(one.fullBytes / ALIGNMENT) * ALIGNMENT;
      return offset;
    });
    this.bytes = end;
    const { whole, views } = unscoped(() =>
      noGrad(() => {
        const whole = keep(empty([end], { dtype: "uint8", device }));
        const views = sharded.map((one, i) => {
          const bytes = whole.narrow(0, offsets[i] as number, one.fullBytes);
          const full = bytes
            .view(one.gatherDtype)
            .narrow(0, 0, one.rows * one.rowSize)
            .view([...one.shape]);
          return { bytes: keep(bytes.view([size, one.chunkBytes])), full };
        });
        return { whole, views };
      }),
    );
    this.#whole = whole;
    // The handles of leaves are made once nothing is held, so that the collector does not count the memory for ever.
    this.release();
    this.parameters = views.map(({ bytes, full }, i) => {
      const { requiresGrad } = (sharded[i] as ShardedParameter).parameter;
      const leaf = new Parameter(full, { requiresGrad });
      full.dispose();
      return { leaf, bytes };
    });
  }

  /** Whether there is memory. */
  get held(): boolean {
    return this.#held;
  }

  /** Takes memory; its content is undefined. */
  allocate(): void {
    if (this.#held) return;
    allocateStorage(this.#whole, this.bytes);
    this.#held = true;
  }

  /** Gives the memory back. */
  release(): void {
    if (!this.#held) return;
    releaseStorage(
      this.#whole,
      `a parameter of \`${this.#name}\` was used outside of its forward, while it is sharded. Use it inside the module's forward, or gather it with summonFullParams.`,
    );
    this.#held = false;
  }
}
