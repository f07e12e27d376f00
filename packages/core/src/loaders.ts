// Setting up loaders: the share of each process, then the wrapper.

import { globalSeed, seedsWorkers } from "./seed.js";
import type { DistributedSamplerOptions, Strategy } from "./strategy/strategy.js";
import { type Device, data, FabricError } from "./torch.js";
import { isWrapped } from "./wrappers/wrapped.js";

type Loader = data.DataLoader<unknown, unknown>;

/** What `setupDataLoaders` takes, whatever its samples and batches are: a `data.DataLoader`. */
export interface LoaderLike extends AsyncIterable<unknown> {
  /** Where samples come from. */
  readonly dataset: unknown;
  /** Samples in a batch. */
  readonly batchSize: number | null;
  /** Batches in an epoch. */
  readonly length: number;
}

/** Refuses what cannot be set up as a loader. @internal */
export function checkLoaders(loaders: readonly unknown[]): asserts loaders is readonly Loader[] {
  if (loaders.length === 0)
    throw new FabricError(
      "FABRIC_USAGE_NO_LOADER",
      "setupDataLoaders needs at least one DataLoader.",
    );
  for (const loader of loaders) {
    if (isWrapped(loader)) {
      throw new FabricError(
        "FABRIC_USAGE_ALREADY_WRAPPED",
        "A loader was set up already. Pass the original DataLoader to setupDataLoaders, once.",
      );
    }
    if (!(loader instanceof data.DataLoader)) {
      throw new FabricError(
        "FABRIC_USAGE_NOT_LOADER",
        `Expected a data.DataLoader but received ${loader === null ? "null" : ((loader as object | undefined)?.constructor?.name ?? typeof loader)}. Wrap other sources: new data.DataLoader(dataset, options).`,
      );
    }
  }
}

/** The loader with a distributed sampler where the strategy wants one. @internal */
export function shardLoader(
  loader: Loader,
  strategy: Strategy,
  useDistributedSampler: boolean,
): Loader {
  const options = strategy.distributedSamplerOptions;
  if (options === null || !useDistributedSampler || loader.isStream) return loader;
  const { sampler, batchSampler } = loader;
  if (sampler instanceof data.DistributedSampler) return loader;
  if (sampler === undefined && batchSampler !== undefined) {
    throw new FabricError(
      "FABRIC_UNSUPPORTED_BATCH_SAMPLER",
      "The loader has a batch sampler of its own, which cannot be split over processes. Shard it yourself and pass { useDistributedSampler: false }.",
    );
  }
  return loader.with({ sampler: distributedSampler(loader, options) });
}

function distributedSampler(
  loader: Loader,
  options: DistributedSamplerOptions,
): data.SamplerLike<number> {
  const seed = globalSeed();
  const { sampler } = loader;
  const dataset = loader.dataset as { readonly length: number };
  if (sampler instanceof data.RandomSampler)
    return new data.DistributedSampler(dataset, { ...options, seed, shuffle: true });
  if (sampler instanceof data.SequentialSampler)
    return new data.DistributedSampler(dataset, { ...options, seed, shuffle: false });
  if (typeof sampler?.length !== "number") {
    throw new FabricError(
      "FABRIC_UNSUPPORTED_SAMPLER",
      "The loader's sampler has no length, so its indices cannot be split over processes. Give it a `length`, or shard it yourself and pass { useDistributedSampler: false }.",
    );
  }
  return new ShardedSampler(
    sampler as data.SamplerLike<number> & { readonly length: number },
    options,
  );
}

/** Draws the indices of another sampler anew each epoch and keeps this process's share, filled up to equal length. */
class ShardedSampler extends data.Sampler {
  readonly #source: data.SamplerLike<number> & { readonly length: number };
  readonly #options: DistributedSamplerOptions;

  constructor(
    source: data.SamplerLike<number> & { readonly length: number },
    options: DistributedSamplerOptions,
  ) {
    super();
    this.#source = source;
    this.#options = options;
  }

  get length(): number {
    return Math.ceil(this.#source.length / this.#options.numReplicas);
  }

  *[Symbol.iterator](): Generator<number> {
    const indices = [...this.#source];
    const { numReplicas, rank } = this.#options;
    for (let i = 0; i < this.length; i++)
      yield indices[(i * numReplicas + rank) % indices.length] as number;
  }

  override setEpoch(epoch: number): void {
    (this.#source as { setEpoch?(epoch: number): void }).setEpoch?.(epoch);
  }
}

/** The loader with its workers seeded apart from those of other processes, if workers are to be seeded and nobody else does it. @internal */
export function seedLoader(loader: Loader, strategy: Strategy): Loader {
  const isOurs = loader.numWorkers > 0 && loader.workerInit === undefined && seedsWorkers();
  return isOurs && strategy.globalRank > 0 ? loader.with({ rank: strategy.globalRank }) : loader;
}

/** The device that a loader's batches go to. @internal */
export function loaderDevice(strategy: Strategy, move: boolean): Device | null {
  return move ? strategy.rootDevice : null;
}
