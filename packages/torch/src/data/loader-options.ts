// What a loader is told, checked, and the samplers that follow from it.

import { FabricError, show } from "../errors.js";
import type { Generator } from "../random.js";
import {
  argumentError,
  checkBoolean,
  checkInteger,
  checkOptions,
  generatorOf,
  type RandomSource,
} from "./arguments.js";
import { type DataSource, isIterableStyle, isMapStyle } from "./dataset.js";
import { RandomSampler } from "./random-sampler.js";
import { BatchSampler, type SamplerLike, SequentialSampler } from "./sampler.js";

/** Options of a {@link DataLoader}. Its `generator` or `seed` orders `shuffle`. */
export interface DataLoaderOptions<T, B> extends RandomSource {
  /** Samples in a batch; default 1. `null` gives samples one by one, as they are. */
  batchSize?: number | null | undefined;
  /** Whether each epoch has its own random order. Default false. */
  shuffle?: boolean | undefined;
  /** The order of the samples; not together with `shuffle`. */
  sampler?: SamplerLike<number> | undefined;
  /** Which samples make up each batch; not together with `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  batchSampler?: SamplerLike<readonly number[]> | undefined;
  /** Whether an incomplete last batch is left out. Default false. */
  dropLast?: boolean | undefined;
  /** Makes a batch of samples. Default: {@link defaultCollate}, or the data set's own `getBatch`. */
  collate?: ((samples: T[]) => B | Promise<B>) | undefined;
  /** Puts batches into page-locked memory, from which a GPU copies faster; without a GPU it warns once. Default false. */
  pinMemory?: boolean | undefined;
  /** Worker threads that read samples. Only 0 works so far. */
  numWorkers?: number | undefined;
}

/** Checked options. @internal */
export interface LoaderPlan {
  iterable: boolean;
  batchSize: number | null;
  sampler: SamplerLike<number> | undefined;
  batchSampler: SamplerLike<readonly number[]> | undefined;
  dropLast: boolean;
  pinMemory: boolean;
  generator: Generator | undefined;
}

const OPTIONS = [
  "batchSize",
  "shuffle",
  "sampler",
  "batchSampler",
  "dropLast",
  "collate",
  "pinMemory",
  "numWorkers",
  "generator",
  "seed",
] as const;

type AnyOptions = DataLoaderOptions<never, unknown>;

function isSet(options: AnyOptions, name: keyof AnyOptions): boolean {
  const value = options[name];
  return value !== undefined && value !== false;
}

/** Refuses `name` beside any of `others`. */
function exclude(options: AnyOptions, name: string, others: readonly (keyof AnyOptions)[]): void {
  const clash = others.find((other) => isSet(options, other));
  if (clash === undefined) return;
  throw new FabricError(
    "FABRIC_CONFIG_CONFLICT",
    `DataLoader: ${name} and \`${clash}\` exclude each other; leave one of them out.`,
  );
}

function checkWorkers(numWorkers: unknown): void {
  if (checkInteger("DataLoader", "numWorkers", numWorkers, 0) === 0) return;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_WORKERS",
    `DataLoader: \`numWorkers: ${String(numWorkers)}\` was given, but worker threads are not there yet; use 0, which reads samples in this thread.`,
  );
}

/** Checks a loader's arguments. @internal */
export function planLoader(dataset: DataSource<never>, options: AnyOptions): LoaderPlan {
  const who = "DataLoader";
  checkOptions(who, options, OPTIONS);
  const mapStyle = isMapStyle(dataset);
  if (!mapStyle && !isIterableStyle(dataset)) {
    throw argumentError(
      who,
      "dataset",
      "a Dataset (`length` and `get`), an array or an iterable",
      dataset,
    );
  }
  const { shuffle = false, dropLast = false, pinMemory = false, numWorkers = 0 } = options;
  checkWorkers(numWorkers);
  for (const [name, value] of Object.entries({ shuffle, dropLast, pinMemory })) {
    checkBoolean(who, name, value);
  }
  const { collate, sampler, batchSampler } = options;
  if (collate !== undefined && typeof collate !== "function") {
    throw argumentError(who, "collate", "a function", collate);
  }
  if (batchSampler !== undefined) {
    exclude(options, "`batchSampler`", ["sampler", "shuffle", "dropLast", "batchSize"]);
  }
  if (options.batchSize === null) exclude(options, "`batchSize: null`", ["dropLast", "collate"]);
  if (sampler !== undefined) exclude(options, "`sampler`", ["shuffle"]);
  if (!mapStyle) {
    exclude(options, "a data set that is a stream", ["shuffle", "sampler", "batchSampler"]);
  }
  for (const [name, value] of Object.entries({ sampler, batchSampler })) {
    if (value === undefined || typeof value?.[Symbol.iterator] === "function") continue;
    throw new FabricError(
      "FABRIC_CONFIG_ARGUMENT",
      `${who}: expected an iterable for \`${name}\` but received ${show(value)}.`,
    );
  }
  const generator = generatorOf(who, options);
  const batchSize =
    batchSampler !== undefined || options.batchSize === null
      ? null
      : checkInteger(who, "batchSize", options.batchSize ?? 1, 1);
  const plan: LoaderPlan = {
    iterable: !mapStyle,
    batchSize,
    sampler: undefined,
    batchSampler,
    dropLast,
    pinMemory,
    generator,
  };
  if (!mapStyle || batchSampler !== undefined) return plan;
  plan.sampler =
    sampler ??
    (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset));
  if (batchSize !== null) plan.batchSampler = new BatchSampler(plan.sampler, batchSize, dropLast);
  return plan;
}
