// Randomness of one epoch that can be captured and replayed.

import { FabricError, show } from "../errors.js";
import { tensorFromBytes } from "../mapped-file.js";
import { Generator, getRngState } from "../random.js";
import { unscoped } from "../scope.js";
import type { Tensor } from "../tensor.js";
import { Sampler, type SamplerState } from "./sampler.js";

function encode(state: Tensor): string {
  const bytes = state.toTypedArray() as Uint8Array;
  state.dispose();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function restore(generator: Generator, rng: string): Generator {
  const bytes = Buffer.from(rng, "base64");
  return unscoped(() => {
    const state = tensorFromBytes(bytes, "uint8", [bytes.length]);
    generator.setState(state);
    state.dispose();
    return generator;
  });
}

/**
 * A sampler that draws from a generator, or from torch's default one. Its state is the generator's state, so an epoch can be replayed; when
 * it draws from the default generator, a replay uses a copy and leaves the default one alone.
 */
export abstract class RandomizedSampler extends Sampler {
  /** Where its randomness comes from; undefined for torch's default generator. */
  readonly generator: Generator | undefined;
  #replay: string | undefined;

  constructor(generator: Generator | undefined) {
    super();
    this.generator = generator;
  }

  /** The state of the generator that the next iteration starts from, `{ rng: base64 }`. */
  override stateDict(): SamplerState {
    if (this.#replay !== undefined) return { rng: this.#replay };
    return { rng: unscoped(() => encode(this.generator?.getState() ?? getRngState())) };
  }

  /** @throws FabricError `FABRIC_CHECKPOINT_STATE` unless it is a state that {@link stateDict} gave. */
  override loadStateDict(state: SamplerState): void {
    const { rng } = state;
    if (typeof rng !== "string") {
      throw new FabricError(
        "FABRIC_CHECKPOINT_STATE",
        `${this.constructor.name}: expected a state with \`rng\`, a string, but received ${show(state)}.`,
      );
    }
    // Set now where it can be: what is wrong with it is then told here, not in the middle of training.
    restore(this.generator ?? new Generator(), rng);
    if (this.generator === undefined) this.#replay = rng;
  }

  /** The generator for the iteration that starts: null for torch's default one. @internal */
  protected beginEpoch(): Generator | null {
    const rng = this.#replay;
    this.#replay = undefined;
    if (rng !== undefined) return restore(new Generator(), rng);
    return this.generator ?? null;
  }
}
