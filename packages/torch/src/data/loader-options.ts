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
import {
  functionRecipe,
  isModuleFunction,
  type ModuleFunction,
  type Recipe,
  recipeOf,
} from "./worker/recipe.js";

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
  /**
   * Makes a batch of samples. Default: {@link defaultCollate}, or the data set's own `getBatch`. With `numWorkers` it is an export of a
   * module, `{ module: new URL("./collate.js", import.meta.url), name: "collate" }`: a function cannot be sent to a thread.
   */
  collate?: ((samples: T[]) => B | Promise<B>) | ModuleFunction | undefined;
  /** Puts batches into page-locked memory, from which a GPU copies faster; without a GPU it warns once. Default false. */
  pinMemory?: boolean | undefined;
  /**
   * Threads that make batches while this one trains. Default 0: batches are made in this thread when they are asked for. Each worker makes the
   * data set itself: pass one from {@link fromModule}, tensors, an array, or a Subset or ConcatDataset of those.
   */
  numWorkers?: number | undefined;
  /** How many batches each worker is ahead. Default 2. */
  prefetchFactor?: number | undefined;
  /** Keep the workers, and their data sets, from epoch to epoch; end them with {@link DataLoader.dispose}. Default false. */
  persistentWorkers?: boolean | undefined;
  /** Called in each worker, with its number, once its data set is made. */
  workerInit?: ModuleFunction | undefined;
  /** Seconds to wait for a batch of a worker; default 0, for ever. */
  timeout?: number | undefined;
  /** Number of this process, mixed into the workers' seeds. Fabric sets it. Default 0. */
  rank?: number | undefined;
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
  workers: WorkerPlan | undefined;
}

/** What worker threads are to do. @internal */
export interface WorkerPlan {
  readonly numWorkers: number;
  readonly prefetchFactor: number;
  readonly persistent: boolean;
  readonly timeout: number;
  readonly rank: number;
  readonly dataset: Recipe;
  readonly collate: { readonly url: string; readonly name: string } | undefined;
  readonly init: { readonly url: string; readonly name: string } | undefined;
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
  "prefetchFactor",
  "persistentWorkers",
  "workerInit",
  "timeout",
  "rank",
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

/** Checks the options about workers; undefined without any. */
function planWorkers(dataset: unknown, options: AnyOptions): WorkerPlan | undefined {
  const who = "DataLoader";
  const numWorkers = checkInteger(who, "numWorkers", options.numWorkers ?? 0, 0);
  const prefetchFactor = checkInteger(who, "prefetchFactor", options.prefetchFactor ?? 2, 1);
  const persistent = checkBoolean(who, "persistentWorkers", options.persistentWorkers ?? false);
  const rank = checkInteger(who, "rank", options.rank ?? 0, 0);
  const { collate, workerInit, timeout = 0 } = options;
  if (typeof timeout !== "number" || !(timeout >= 0) || !Number.isFinite(timeout))
    throw argumentError(who, "timeout", "seconds, a number >= 0", timeout);
  if (workerInit !== undefined && !isModuleFunction(workerInit))
    throw argumentError(
      who,
      "workerInit",
      'an export of a module, { module: new URL("./file.js", import.meta.url), name }',
      workerInit,
    );
  if (numWorkers === 0) {
    for (const name of ["prefetchFactor", "persistentWorkers", "workerInit", "timeout"] as const) {
      if (!isSet(options, name)) continue;
      throw new FabricError(
        "FABRIC_CONFIG_CONFLICT",
        `${who}: \`${name}\` is about worker threads, but \`numWorkers\` is 0; give it a number, or leave \`${name}\` out.`,
      );
    }
    return undefined;
  }
  if (typeof collate === "function") {
    throw new FabricError(
      "FABRIC_CONFIG_WORKER_FUNCTION",
      `${who}: with \`numWorkers\` a \`collate\` function cannot be used: it cannot be sent to a thread. Export it from a module and pass { module: new URL("./file.js", import.meta.url), name: "${collate.name || "collate"}" }.`,
    );
  }
  const init = workerInit === undefined ? undefined : functionRecipe(who, workerInit);
  return {
    numWorkers,
    prefetchFactor,
    persistent,
    timeout,
    rank,
    dataset: recipeOf(dataset),
    collate: collate === undefined ? undefined : functionRecipe(who, collate),
    init,
  };
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
  const { shuffle = false, dropLast = false, pinMemory = false } = options;
  for (const [name, value] of Object.entries({ shuffle, dropLast, pinMemory })) {
    checkBoolean(who, name, value);
  }
  const { collate, sampler, batchSampler } = options;
  if (collate !== undefined && typeof collate !== "function" && !isModuleFunction(collate)) {
    throw argumentError(who, "collate", "a function, or { module, name }", collate);
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
    workers: planWorkers(dataset, options),
  };
  if (!mapStyle || batchSampler !== undefined) return plan;
  plan.sampler =
    sampler ??
    (shuffle ? new RandomSampler(dataset, { generator }) : new SequentialSampler(dataset));
  if (batchSize !== null) plan.batchSampler = new BatchSampler(plan.sampler, batchSize, dropLast);
  return plan;
}
