// Batches of a data set.

import { FabricError } from "../errors.js";
import type { Generator } from "../random.js";
import { isThenable, unscoped } from "../scope.js";
import { type Collated, defaultCollate } from "./collate.js";
import type { DataSource, IterableDataset, IterableSource, MapDataset } from "./dataset.js";
import { type DataLoaderOptions, type LoaderPlan, planLoader } from "./loader-options.js";
import { checkLoaderState, type DataLoaderState } from "./loader-state.js";
import { canPin, pinBatch } from "./pin-memory.js";
import { drawSeed } from "./random-sampler.js";
import type { SamplerLike, SamplerState } from "./sampler.js";

/** An epoch that has begun. */
interface Position {
  readonly sampler: SamplerState | undefined;
  batches: number;
}

/**
 * Batches of a data set, one epoch an iteration: `for await (const batch of loader)`.
 *
 * Batches are made outside all scopes: they live until garbage collection, or until `dispose()`. With the same seed the order is
 * PyTorch's. Samples are read in this thread, in order, and a batch only when it is asked for.
 *
 * @typeParam T - a sample.
 * @typeParam B - a batch; by default what {@link defaultCollate} makes of samples.
 * @example
 * const loader = new DataLoader(dataset, { batchSize: 64, shuffle: true, seed: 42 });
 * for await (const [x, y] of loader) train(x, y);
 */
export class DataLoader<T = unknown, B = Collated<T>> implements AsyncIterable<B> {
  /** Where samples come from, as given. */
  readonly dataset: DataSource<T>;
  readonly #options: DataLoaderOptions<T, B>;
  readonly #plan: LoaderPlan;
  #epoch = 0;
  #position: Position | undefined;
  #resume: DataLoaderState | undefined;

  /**
   * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a bad option, `FABRIC_CONFIG_CONFLICT` for two that exclude each other,
   *   `FABRIC_UNSUPPORTED_WORKERS` for `numWorkers` above 0.
   */
  constructor(dataset: DataSource<T>, options: DataLoaderOptions<T, B> = {}) {
    this.#plan = planLoader(dataset as DataSource<never>, options as DataLoaderOptions<never, B>);
    this.dataset = dataset;
    this.#options = { ...options };
  }

  /** Samples in a batch; null without batches, or with a batch sampler of the user's. */
  get batchSize(): number | null {
    return this.#plan.batchSize;
  }
  /** The order of the samples; undefined for a stream, or with a batch sampler of the user's. */
  get sampler(): SamplerLike<number> | undefined {
    return this.#plan.sampler;
  }
  /** What groups samples into batches; undefined for a stream and for `batchSize: null`. */
  get batchSampler(): SamplerLike<readonly number[]> | undefined {
    return this.#plan.batchSampler;
  }
  /** Whether an incomplete last batch is left out. */
  get dropLast(): boolean {
    return this.#plan.dropLast;
  }
  /** Whether batches are put into page-locked memory. */
  get pinMemory(): boolean {
    return this.#plan.pinMemory;
  }
  /** What makes a batch of samples; undefined for the default. */
  get collate(): ((samples: T[]) => B | Promise<B>) | undefined {
    return this.#options.collate;
  }
  /** The source of `shuffle`'s randomness; undefined for torch's default generator. */
  get generator(): Generator | undefined {
    return this.#plan.generator;
  }
  /** Worker threads: none. */
  get numWorkers(): number {
    return 0;
  }
  /** Whether the data set is a stream, without indices. */
  get isStream(): boolean {
    return this.#plan.iterable;
  }

  /** Number of batches in an epoch. @throws FabricError `FABRIC_USAGE_NO_LENGTH` if a stream or a sampler does not know it. */
  get length(): number {
    const { iterable, batchSize, dropLast, batchSampler, sampler } = this.#plan;
    const source = iterable ? this.dataset : (batchSampler ?? sampler);
    const length = (source as { readonly length?: unknown }).length;
    if (typeof length !== "number") {
      throw new FabricError(
        "FABRIC_USAGE_NO_LENGTH",
        `DataLoader: the ${iterable ? "data set" : "sampler"} has no \`length\`, so the number of batches is unknown; iterate, or give it a length.`,
      );
    }
    if (!iterable || batchSize === null) return length;
    return dropLast ? Math.floor(length / batchSize) : Math.ceil(length / batchSize);
  }

  /**
   * A loader like this one with other options: a new `sampler` takes the place of `shuffle`, a new `batchSampler` that of all options about
   * batches. The position is not taken along.
   */
  with(options: DataLoaderOptions<T, B>): DataLoader<T, B> {
    const base = { ...this.#options };
    // The generator itself, not the seed: a seed would start it anew.
    delete base.seed;
    base.generator = options.seed === undefined ? this.generator : undefined;
    if (options.sampler !== undefined) delete base.shuffle;
    if (options.shuffle === true) delete base.sampler;
    if (options.batchSampler !== undefined) {
      for (const name of ["batchSize", "shuffle", "sampler", "dropLast"] as const)
        delete base[name];
    }
    return new DataLoader(this.dataset, { ...base, ...options });
  }

  /**
   * The position, as JSON. Taken inside the loop it counts the batch in hand as consumed: a loader that loads it goes on with the next
   * batch, in the same order if the sampler can replay it (all of ours can). Taken after the last batch but inside the loop, the rest of
   * that epoch is empty.
   */
  stateDict(): DataLoaderState {
    if (this.#resume !== undefined) return this.#resume;
    const state: DataLoaderState = { version: 1, epoch: this.#epoch, batches: 0 };
    const sampler = this.#position === undefined ? this.#samplerState() : this.#position.sampler;
    if (this.#position !== undefined) state.batches = this.#position.batches;
    if (sampler !== undefined) state.sampler = sampler;
    const stream = this.#resumableStream();
    if (stream !== undefined) state.dataset = stream.stateDict?.();
    return state;
  }

  /**
   * Makes the next iteration go on where {@link stateDict} was taken. Skipped batches are not read, except from a stream without a
   * state of its own.
   *
   * @throws FabricError `FABRIC_CHECKPOINT_STATE` for another kind of state.
   */
  loadStateDict(state: DataLoaderState): void {
    this.#resume = checkLoaderState(state);
    this.#epoch = state.epoch;
    this.#position = undefined;
    // Applied again when the epoch starts; here so that a bad state is told at once.
    this.#loadSampler(state.sampler);
    if (state.dataset !== undefined) this.#resumableStream()?.loadStateDict?.(state.dataset);
  }

  /** Starts an epoch. */
  async *[Symbol.asyncIterator](): AsyncGenerator<B, void, undefined> {
    const resume = this.#resume;
    this.#resume = undefined;
    // PyTorch draws the seed of its workers here, also without workers: drawn too, so that one seed gives both the same order.
    drawSeed(this.generator ?? null);
    if (resume !== undefined) this.#loadSampler(resume.sampler);
    const position: Position = { sampler: this.#samplerState(), batches: resume?.batches ?? 0 };
    this.#position = position;
    const pin = this.#plan.pinMemory && canPin();
    const batches = this.#plan.iterable
      ? this.#streamBatches(resume?.dataset === undefined ? position.batches : 0)
      : this.#mapBatches(position.batches);
    for await (const batch of batches) {
      position.batches += 1;
      yield (pin ? unscoped(() => pinBatch(batch)) : batch) as B;
    }
    if (this.#position === position) this.#position = undefined;
    this.#epoch += 1;
  }

  /** Batches by index, without the first `skip`. */
  async *#mapBatches(skip: number): AsyncGenerator<unknown, void, undefined> {
    const { batchSampler, sampler } = this.#plan;
    let left = skip;
    for (const item of (batchSampler ?? sampler) as Iterable<number | readonly number[]>) {
      if (left-- > 0) continue;
      if (typeof item === "number") yield unscoped(() => this.#sample(item));
      else yield await this.#batch(item);
    }
  }

  async #batch(indices: readonly number[]): Promise<unknown> {
    const { getBatch } = this.dataset as MapDataset<T>;
    if (getBatch !== undefined && this.collate === undefined) {
      return unscoped(() => getBatch.call(this.dataset, indices));
    }
    const samples = unscoped(() => indices.map((i) => this.#sample(i)));
    return this.#collateNow(samples.some(isThenable) ? await Promise.all(samples) : samples);
  }

  #sample(index: number): T | Promise<T> {
    const { dataset } = this;
    if (Array.isArray(dataset)) return dataset[index] as T;
    return (dataset as MapDataset<T>).get(index);
  }

  #collateNow(samples: readonly unknown[]): unknown {
    const collate = this.collate ?? defaultCollate;
    return unscoped(() => collate(samples as T[]));
  }

  /** Batches of a stream, without the first `skip`. */
  async *#streamBatches(skip: number): AsyncGenerator<unknown, void, undefined> {
    const { batchSize, dropLast } = this.#plan;
    let left = skip * (batchSize ?? 1);
    let samples: unknown[] = [];
    for await (const sample of this.dataset as AsyncIterable<T>) {
      if (left-- > 0) continue;
      if (batchSize === null) {
        yield sample;
        continue;
      }
      samples.push(sample);
      if (samples.length < batchSize) continue;
      yield await this.#collateNow(samples);
      samples = [];
    }
    if (samples.length > 0 && !dropLast) yield await this.#collateNow(samples);
  }

  #samplerState(): SamplerState | undefined {
    const source = this.#plan.batchSampler ?? this.#plan.sampler;
    return source?.stateDict?.();
  }

  #loadSampler(state: SamplerState | undefined): void {
    const source = this.#plan.batchSampler ?? this.#plan.sampler;
    if (state !== undefined) source?.loadStateDict?.(state);
  }

  #resumableStream(): IterableDataset<T> | undefined {
    if (!this.#plan.iterable) return undefined;
    const stream = this.dataset as IterableSource<T> as IterableDataset<T>;
    return stream.stateDict !== undefined && stream.loadStateDict !== undefined
      ? stream
      : undefined;
  }
}
