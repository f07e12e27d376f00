// One process's share of a data set.

import { FabricError, show } from "../errors.js";
import { randperm } from "../generated/functions.js";
import { Generator } from "../random.js";
import { unscoped } from "../scope.js";
import {
  argumentError,
  checkBoolean,
  checkInteger,
  checkOptions,
  checkSized,
} from "./arguments.js";
import { takeIndices } from "./index-tensor.js";
import { Sampler, type SamplerState } from "./sampler.js";

/** Options of {@link DistributedSampler}. */
export interface DistributedSamplerOptions {
  /** How many processes share the data set. */
  numReplicas: number;
  /** This process among them, in `[0, numReplicas)`. */
  rank: number;
  /** Whether each epoch has its own random order. Default true. */
  shuffle?: boolean | undefined;
  /** Must be the same in all processes. Default 0. */
  seed?: number | undefined;
  /** Whether the samples that do not divide evenly are left out; otherwise some come twice. Default false. */
  dropLast?: boolean | undefined;
}

/**
 * Every `numReplicas`-th sample from `rank` on, of an order that all processes agree on: PyTorch's rules and, for the same seed and epoch,
 * PyTorch's indices. All processes get the same number: the order is filled up from its beginning, or with `dropLast` cut.
 *
 * Call {@link DistributedSampler.setEpoch} before each epoch (Fabric's loader does), or every epoch has the same order.
 */
export class DistributedSampler extends Sampler {
  /** What is sampled. */
  readonly dataset: { readonly length: number };
  /** How many processes share the data set. */
  readonly numReplicas: number;
  /** This process among them. */
  readonly rank: number;
  /** Whether each epoch has its own random order. */
  readonly shuffle: boolean;
  /** Base of the epochs' seeds. */
  readonly seed: number;
  /** Whether the samples that do not divide evenly are left out. */
  readonly dropLast: boolean;
  /** The epoch that {@link setEpoch} told. */
  epoch = 0;

  /** @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a bad option. */
  constructor(dataset: { readonly length: number }, options: DistributedSamplerOptions) {
    super();
    const who = "DistributedSampler";
    checkOptions(who, options, ["numReplicas", "rank", "shuffle", "seed", "dropLast"]);
    const { shuffle = true, seed = 0, dropLast = false } = options;
    this.dataset = checkSized(who, dataset);
    this.numReplicas = checkInteger(who, "numReplicas", options.numReplicas, 1);
    this.rank = checkInteger(who, "rank", options.rank, 0);
    if (this.rank >= this.numReplicas) {
      throw argumentError(who, "rank", `an integer in [0, ${this.numReplicas})`, this.rank);
    }
    this.shuffle = checkBoolean(who, "shuffle", shuffle);
    this.seed = checkInteger(who, "seed", seed, 0);
    this.dropLast = checkBoolean(who, "dropLast", dropLast);
  }

  /** How many samples each process gets. */
  get numSamples(): number {
    const n = this.dataset.length;
    return this.dropLast ? Math.floor(n / this.numReplicas) : Math.ceil(n / this.numReplicas);
  }
  /** How many samples this process gets. */
  get length(): number {
    return this.numSamples;
  }
  /** How many samples all processes get together. */
  get totalSize(): number {
    return this.numSamples * this.numReplicas;
  }

  /** Tells the epoch, which is mixed into the seed. */
  override setEpoch(epoch: number): void {
    this.epoch = checkInteger("DistributedSampler.setEpoch", "epoch", epoch, 0);
  }
  /** `{ epoch }` */
  override stateDict(): SamplerState {
    return { epoch: this.epoch };
  }
  /** @throws FabricError `FABRIC_CHECKPOINT_STATE` unless it is a state that {@link stateDict} gave. */
  override loadStateDict(state: SamplerState): void {
    const { epoch } = state;
    if (typeof epoch !== "number" || !Number.isSafeInteger(epoch) || epoch < 0) {
      throw new FabricError(
        "FABRIC_CHECKPOINT_STATE",
        `DistributedSampler: expected a state with \`epoch\`, an integer >= 0, but received ${show(state)}.`,
      );
    }
    this.epoch = epoch;
  }

  /** The indices of this process. */
  *[Symbol.iterator](): globalThis.Generator<number> {
    const n = this.dataset.length;
    const { totalSize, numReplicas, rank } = this;
    const order = this.shuffle ? this.#permutation(n) : undefined;
    for (let i = rank; i < totalSize; i += numReplicas) {
      const wrapped = i % n; // past the end the order starts again
      yield order === undefined ? wrapped : (order[wrapped] as number);
    }
  }

  #permutation(n: number): number[] {
    const generator = new Generator().manualSeed(this.seed + this.epoch);
    return unscoped(() => takeIndices(randperm(n, { dtype: "int64", device: "cpu", generator })));
  }
}
