// Samplers: in which order samples are read.

import { argumentError, checkBoolean, checkInteger, checkSized } from "./arguments.js";

/** State of a sampler as JSON. */
export type SamplerState = Readonly<Record<string, string | number>>;

/**
 * An order of samples: iterating gives indices (or, for a batch sampler, arrays of them), anew each time.
 *
 * A sampler with randomness implements {@link Sampler.stateDict} so that an interrupted epoch can be replayed.
 */
export abstract class Sampler<T = number> implements Iterable<T> {
  /** How many items an iteration gives. */
  abstract readonly length: number;
  /** Starts an iteration. */
  abstract [Symbol.iterator](): Iterator<T>;
  /** What the next iteration will start from, as JSON; optional. */
  stateDict?(): SamplerState;
  /** Makes the next iteration repeat the one that followed {@link stateDict}; optional. */
  loadStateDict?(state: SamplerState): void;
  /** Tells the number of the epoch that follows; optional. */
  setEpoch?(epoch: number): void;
}

/** What a loader accepts as a sampler: any iterable will do, a {@link Sampler} can also be resumed. */
export type SamplerLike<T> = Iterable<T> & {
  readonly length?: number;
  /** Where the order stands, to resume from. */
  stateDict?(): SamplerState;
  /** Resumes from what `stateDict` returned. */
  loadStateDict?(state: SamplerState): void;
};

/** All samples in order. */
export class SequentialSampler extends Sampler {
  /** What is sampled. */
  readonly dataSource: { readonly length: number };

  constructor(dataSource: { readonly length: number }) {
    super();
    this.dataSource = checkSized("SequentialSampler", dataSource);
  }
  /** Length of the data set. */
  get length(): number {
    return this.dataSource.length;
  }
  /** `0, 1, 2, ...` */
  *[Symbol.iterator](): Generator<number> {
    for (let i = 0; i < this.dataSource.length; i++) yield i;
  }
}

/** Groups of `batchSize` indices of another sampler; the last may be smaller, or left out with `dropLast`. */
export class BatchSampler extends Sampler<number[]> {
  /** Where the indices come from. */
  readonly sampler: SamplerLike<number>;
  /** Indices in a batch. */
  readonly batchSize: number;
  /** Whether an incomplete last batch is left out. */
  readonly dropLast: boolean;

  /** @throws FabricError `FABRIC_CONFIG_ARGUMENT` unless `batchSize` is an integer >= 1. */
  constructor(sampler: SamplerLike<number>, batchSize: number, dropLast: boolean) {
    super();
    if (typeof sampler?.[Symbol.iterator] !== "function") {
      throw argumentError("BatchSampler", "sampler", "an iterable of indices", sampler);
    }
    this.sampler = sampler;
    this.batchSize = checkInteger("BatchSampler", "batchSize", batchSize, 1);
    this.dropLast = checkBoolean("BatchSampler", "dropLast", dropLast);
    // Only when the inner sampler has them: a caller asks by looking whether they exist.
    if (sampler.stateDict !== undefined && sampler.loadStateDict !== undefined) {
      this.stateDict = () => sampler.stateDict?.() ?? {};
      this.loadStateDict = (state) => sampler.loadStateDict?.(state);
    }
  }

  /** Number of batches. @throws FabricError `FABRIC_CONFIG_ARGUMENT` if the sampler has no length. */
  get length(): number {
    const { length } = checkSized("BatchSampler", this.sampler as { readonly length: number });
    return this.dropLast ? Math.floor(length / this.batchSize) : Math.ceil(length / this.batchSize);
  }
  /** The batches. */
  *[Symbol.iterator](): Generator<number[]> {
    let batch: number[] = [];
    for (const index of this.sampler) {
      batch.push(index);
      if (batch.length < this.batchSize) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0 && !this.dropLast) yield batch;
  }
}
