// Batches of a data set.

import { FabricError } from "../errors.js";
import type { Generator } from "../random.js";
import { unscoped } from "../scope.js";
import type { Collated } from "./collate.js";
import type { DataSource, IterableDataset, IterableSource } from "./dataset.js";
import { type Collate, fetchBatch, fetchSample, streamBatches } from "./fetch.js";
import {
  type DataLoaderOptions,
  type LoaderPlan,
  planLoader,
  type WorkerPlan,
} from "./loader-options.js";
import { checkLoaderState, type DataLoaderState } from "./loader-state.js";
import { canPin, pinBatch } from "./pin-memory.js";
import { drawSeed } from "./random-sampler.js";
import type { SamplerLike, SamplerState } from "./sampler.js";
import { indexedBatches, streamedBatches } from "./worker/batches.js";
import { WorkerPool } from "./worker/pool.js";
import { functionRecipe, type ModuleFunction, requireFunction } from "./worker/recipe.js";

/** An epoch that has begun. */
interface Position {
  readonly sampler: SamplerState | undefined;
  /** What workers' randomness is made from. */
  readonly seed: string;
  batches: number;
}

/**
 * Batches of a data set, one epoch an iteration: `for await (const batch of loader)`.
 *
 * Batches are made outside all scopes: they live until garbage collection, or until `dispose()`. With the same seed the order is
 * PyTorch's, whatever the number of workers. Without workers samples are read in this thread, in order, and a batch only when it is asked
 * for; with `numWorkers` threads are a few batches ahead, and tensors come from them without a copy.
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
  /** Workers kept from the last epoch. */
  #pool: WorkerPool | undefined;

  /**
   * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a bad option, `FABRIC_CONFIG_CONFLICT` for two that exclude each other,
   *   `FABRIC_CONFIG_WORKER_DATASET` and `FABRIC_CONFIG_WORKER_FUNCTION` for what worker threads cannot make themselves.
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
  get collate(): DataLoaderOptions<T, B>["collate"] {
    return this.#options.collate;
  }
  /** The source of `shuffle`'s randomness; undefined for torch's default generator. */
  get generator(): Generator | undefined {
    return this.#plan.generator;
  }
  /** Worker threads. */
  get numWorkers(): number {
    return this.#plan.workers?.numWorkers ?? 0;
  }
  /** What each worker calls first; undefined for nothing. */
  get workerInit(): ModuleFunction | undefined {
    return this.#options.workerInit;
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
    if (this.#position !== undefined) state.seed = this.#position.seed;
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
    // PyTorch draws the seed of its workers here, also without workers: drawn too, so that one seed gives both the same order. A resumed
    // epoch has drawn it already, and its generator may be where it was in the middle of that epoch.
    const seed = resume?.seed ?? String(drawSeed(this.generator ?? null));
    if (resume !== undefined) this.#loadSampler(resume.sampler);
    const position: Position = {
      sampler: this.#samplerState(),
      seed,
      batches: resume?.batches ?? 0,
    };
    this.#position = position;
    const pin = this.#plan.pinMemory && canPin();
    const isAtPlace = this.#plan.iterable && resume?.dataset !== undefined;
    const batches = this.#batches(BigInt(seed), isAtPlace ? 0 : position.batches);
    for await (const batch of batches) {
      position.batches += 1;
      yield (pin ? unscoped(() => pinBatch(batch)) : batch) as B;
    }
    if (this.#position === position) this.#position = undefined;
    this.#epoch += 1;
  }

  /** Ends worker threads that were kept. The loader can be used again. */
  async dispose(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.end();
  }
  /** As {@link dispose}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  /** The epoch's batches without the first `skip`. */
  #batches(seed: bigint, skip: number): AsyncGenerator<unknown, void, undefined> {
    const { workers, iterable } = this.#plan;
    if (workers !== undefined) return this.#workerBatches(workers, seed, skip);
    if (!iterable) return this.#mapBatches(skip);
    return streamBatches(this.dataset as AsyncIterable<T>, this.#collateHere(), this.#plan, skip);
  }

  /** Batches by index, made in this thread. */
  async *#mapBatches(skip: number): AsyncGenerator<unknown, void, undefined> {
    const collate = this.#collateHere();
    for (const item of this.#items(skip)) {
      if (typeof item === "number") yield unscoped(() => fetchSample(this.dataset, item));
      else yield await fetchBatch(this.dataset, collate, item);
    }
  }

  async *#workerBatches(
    plan: WorkerPlan,
    seed: bigint,
    skip: number,
  ): AsyncGenerator<unknown, void, undefined> {
    const { numWorkers, prefetchFactor, persistent } = plan;
    const ahead = numWorkers * prefetchFactor;
    // An epoch that is still running has the kept workers; a second one beside it gets its own.
    const kept = persistent ? this.#pool : undefined;
    this.#pool = undefined;
    const pool = kept ?? new WorkerPool({ ...this.#plan, ...plan });
    try {
      pool.begin(seed);
      yield* this.#plan.iterable
        ? streamedBatches(pool, numWorkers, skip, ahead)
        : indexedBatches(pool, this.#items(skip)[Symbol.iterator](), skip, ahead);
    } finally {
      pool.drop();
      if (persistent && this.#pool === undefined && pool.isAlive) this.#pool = pool;
      else await pool.end();
    }
  }

  /** What batches are made of, without the first `skip`. */
  *#items(skip: number): globalThis.Generator<number | readonly number[], void, undefined> {
    const { batchSampler, sampler } = this.#plan;
    let left = skip;
    for (const item of (batchSampler ?? sampler) as Iterable<number | readonly number[]>)
      if (left-- <= 0) yield item;
  }

  #collateHere(): Collate | undefined {
    const { collate } = this;
    if (collate === undefined || typeof collate === "function") return collate as Collate;
    return requireFunction<Collate>(functionRecipe("DataLoader", collate));
  }

  #samplerState(): SamplerState | undefined {
    const source = this.#plan.batchSampler ?? this.#plan.sampler;
    return source?.stateDict?.();
  }

  #loadSampler(state: SamplerState | undefined): void {
    const source = this.#plan.batchSampler ?? this.#plan.sampler;
    if (state !== undefined) source?.loadStateDict?.(state);
  }

  /** With workers the stream's position is theirs: a loader that resumes reads and drops what was consumed. */
  #resumableStream(): IterableDataset<T> | undefined {
    if (!this.#plan.iterable || this.#plan.workers !== undefined) return undefined;
    const stream = this.dataset as IterableSource<T> as IterableDataset<T>;
    return stream.stateDict !== undefined && stream.loadStateDict !== undefined
      ? stream
      : undefined;
  }
}
