// What the loader and its worker threads say to each other.

import type { Recipe } from "./recipe.js";

/** What a worker is born with. @internal */
export interface WorkerSetup {
  readonly id: number;
  readonly numWorkers: number;
  /** {@link Recipe}, its tensors replaced by tokens. */
  readonly dataset: Recipe;
  readonly collate: { readonly url: string; readonly name: string } | undefined;
  readonly init: { readonly url: string; readonly name: string } | undefined;
  readonly iterable: boolean;
  readonly batchSize: number | null;
  readonly dropLast: boolean;
}

/** To a worker: make a batch. @internal */
export type JobOrder =
  /** One batch, or one sample, by index. */
  | {
      readonly kind: "fetch";
      readonly job: number;
      readonly seed: number;
      readonly item: number | readonly number[];
    }
  /** The stream's next batch. */
  | { readonly kind: "next"; readonly job: number };

/** To a worker. @internal */
export type Order =
  | JobOrder
  /** A new epoch: streams start anew, with this seed. */
  | { readonly kind: "epoch"; readonly seed: number }
  /** Do not begin what is still queued. */
  | { readonly kind: "stop" }
  /** Nothing follows: the thread ends. */
  | { readonly kind: "end" };

/** An error's parts. @internal */
export interface PackedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly code: string | undefined;
}

/** From a worker, one for every job, in its order. @internal */
export type Answer = { readonly job: number } & (
  | { readonly value: unknown; readonly tokens: readonly number[] }
  | { readonly done: true }
  | { readonly dropped: true }
  | { readonly error: PackedError }
);
