// What a data set is: by index, or as a stream.

/**
 * What a loader and the samplers need of a data set that is read by index. {@link Dataset} is a base class for it; any object of this
 * shape will do.
 */
export interface MapDataset<T> {
  /** Number of samples. */
  readonly length: number;
  /** Sample `index`, in `[0, length)`; may be a promise. */
  get(index: number): T | Promise<T>;
  /**
   * A whole batch at once, already collated: what `defaultCollate(indices.map(get))` would return, made faster. A loader
   * uses it when it has no `collate` of its own. {@link TensorDataset} gathers with one operator a tensor.
   */
  getBatch?(indices: readonly number[]): unknown;
}

/** A data set read by index: extend it with `length` and `get`. */
export abstract class Dataset<T = unknown> implements MapDataset<T> {
  /** Number of samples. */
  abstract readonly length: number;
  /** Sample `index`, in `[0, length)`; may be a promise. */
  abstract get(index: number): T | Promise<T>;
  /** Optional: a whole batch, already collated; see {@link MapDataset.getBatch}. */
  getBatch?(indices: readonly number[]): unknown;
}

/**
 * A data set read as a stream, when there is no random access: extend it with `*[Symbol.iterator]()` or
 * `async *[Symbol.asyncIterator]()`, which starts anew at each call. A loader batches it in the order given; it can be neither
 * shuffled nor sampled. If it has a `length`, the loader has one too.
 *
 * With `stateDict` and `loadStateDict` it resumes by itself; otherwise a loader that resumes reads and drops what was consumed.
 */
export abstract class IterableDataset<T = unknown> {
  /** The samples, in order. */
  [Symbol.iterator]?(): Iterator<T>;
  /** The samples, in order, asynchronously; preferred to `[Symbol.iterator]` when both exist. */
  [Symbol.asyncIterator]?(): AsyncIterator<T>;
  /** Where the stream is, as JSON; optional. */
  stateDict?(): unknown;
  /** Makes the next iteration start where {@link stateDict} was taken; optional. */
  loadStateDict?(state: unknown): void;
}

/** A source that a loader reads as a stream. */
export type IterableSource<T> = IterableDataset<T> | Iterable<T> | AsyncIterable<T>;

/** Anything a loader reads: a data set by index, an array of samples, or a stream. */
export type DataSource<T> = MapDataset<T> | readonly T[] | IterableSource<T>;

/** Whether samples are reached by index: arrays, and objects with `get` and `length`. @internal */
export function isMapStyle<T>(source: DataSource<T>): source is MapDataset<T> | readonly T[] {
  if (Array.isArray(source)) return true;
  if (typeof source !== "object" || source === null) return false;
  const candidate = source as Partial<MapDataset<T>>;
  return typeof candidate.get === "function" && typeof candidate.length === "number";
}

/** Whether samples come as a stream. @internal */
export function isIterableStyle<T>(source: DataSource<T>): source is IterableSource<T> {
  if (typeof source !== "object" || source === null) return false;
  const candidate = source as IterableDataset<T>;
  return (
    typeof candidate[Symbol.asyncIterator] === "function" ||
    typeof candidate[Symbol.iterator] === "function"
  );
}
