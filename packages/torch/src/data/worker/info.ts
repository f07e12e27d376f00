// What a worker thread knows of itself.

/** A worker of a data loader. */
export interface WorkerInfo {
  /** Number of the worker, from 0. */
  readonly id: number;
  /** How many there are. */
  readonly numWorkers: number;
  /** Seed of this worker: its own, mixed from the loader's, the worker's number and the process's rank. */
  readonly seed: number;
  /** The data set that this worker made. */
  readonly dataset: unknown;
}

let current: WorkerInfo | null = null;

/**
 * In a worker of a {@link DataLoader}: which one this is, so that a stream can give each worker its share. Elsewhere null.
 *
 * @example
 * *[Symbol.iterator]() {
 *   const { id, numWorkers } = data.getWorkerInfo() ?? { id: 0, numWorkers: 1 };
 *   for (let i = id; i < this.files.length; i += numWorkers) yield* read(this.files[i]);
 * }
 */
export function getWorkerInfo(): WorkerInfo | null {
  return current;
}

/** @internal */
export function setWorkerInfo(info: WorkerInfo): void {
  current = info;
}
