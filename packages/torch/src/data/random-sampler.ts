// Samplers that draw at random; the same order as PyTorch's for the same generator state.

import { asTensor } from "../creation.js";
import { FabricError } from "../errors.js";
import { empty, multinomial, randint, randperm } from "../generated/functions.js";
import { Generator } from "../random.js";
import { unscoped } from "../scope.js";
import { isTensor, type Tensor } from "../tensor.js";
import {
  argumentError,
  checkBoolean,
  checkInteger,
  checkOptions,
  checkSized,
  generatorOf,
  type RandomSource,
} from "./arguments.js";
import { RandomizedSampler } from "./epoch-random.js";
import { takeIndices } from "./index-tensor.js";

const INDEX = { dtype: "int64", device: "cpu" } as const;
/** PyTorch draws with replacement in pieces of 32; the same pieces give the same indices. */
const PIECE = 32;

/** A random non-negative int64, drawn as PyTorch draws the seeds of its loaders. @internal */
export function drawSeed(generator: Generator | null): number | bigint {
  return unscoped(() => {
    const cell = empty([], INDEX);
    const seed = cell.random_({ generator }).item<number | bigint>();
    cell.dispose();
    return seed;
  });
}

function permutation(n: number, generator: Generator | null): number[] {
  return unscoped(() => takeIndices(randperm(n, { ...INDEX, generator })));
}

/** Options of {@link RandomSampler}. */
export interface RandomSamplerOptions extends RandomSource {
  /** Whether an index may come again before all have come. Default false. */
  replacement?: boolean | undefined;
  /** How many indices an iteration gives. Default: the length of the data set. */
  numSamples?: number | undefined;
}

/** Samples in random order: a permutation (several, if `numSamples` is larger), or independent draws with `replacement`. */
export class RandomSampler extends RandomizedSampler {
  /** What is sampled. */
  readonly dataSource: { readonly length: number };
  /** Whether an index may come again before all have come. */
  readonly replacement: boolean;
  readonly #numSamples: number | undefined;

  /** @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a bad option. */
  constructor(dataSource: { readonly length: number }, options: RandomSamplerOptions = {}) {
    checkOptions("RandomSampler", options, ["replacement", "numSamples", "generator", "seed"]);
    super(generatorOf("RandomSampler", options));
    const { replacement = false, numSamples } = options;
    this.dataSource = checkSized("RandomSampler", dataSource);
    this.replacement = checkBoolean("RandomSampler", "replacement", replacement);
    if (numSamples !== undefined) checkInteger("RandomSampler", "numSamples", numSamples, 1);
    this.#numSamples = numSamples;
  }

  /** How many indices an iteration gives. */
  get numSamples(): number {
    return this.#numSamples ?? this.dataSource.length;
  }
  /** How many indices an iteration gives. */
  get length(): number {
    return this.numSamples;
  }

  /** The indices. */
  *[Symbol.iterator](): globalThis.Generator<number> {
    const n = this.dataSource.length;
    const { numSamples } = this;
    const source = this.beginEpoch();
    if (n === 0) return;
    // Without a generator of its own one draw seeds the epoch, so that its length does not move the default generator.
    const generator = this.generator ?? new Generator().manualSeed(drawSeed(source));
    if (this.replacement) {
      for (let done = 0; done < numSamples; done += PIECE) {
        const size = Math.min(PIECE, numSamples - done);
        yield* unscoped(() => takeIndices(randint(n, [size], { ...INDEX, generator })));
      }
      return;
    }
    for (let whole = Math.floor(numSamples / n); whole > 0; whole--) {
      yield* permutation(n, generator);
    }
    // Drawn even if nothing of it is used, as PyTorch does: the generator then is where PyTorch's is.
    yield* permutation(n, generator).slice(0, numSamples % n);
  }
}

/** Given indices in random order, each once. */
export class SubsetRandomSampler extends RandomizedSampler {
  /** What is drawn from. */
  readonly indices: readonly number[];

  constructor(indices: readonly number[], options: RandomSource = {}) {
    checkOptions("SubsetRandomSampler", options, ["generator", "seed"]);
    super(generatorOf("SubsetRandomSampler", options));
    if (!Array.isArray(indices)) {
      throw argumentError("SubsetRandomSampler", "indices", "an array of indices", indices);
    }
    this.indices = indices;
  }
  /** Number of indices. */
  get length(): number {
    return this.indices.length;
  }
  /** The indices. */
  *[Symbol.iterator](): globalThis.Generator<number> {
    for (const i of permutation(this.indices.length, this.beginEpoch())) {
      yield this.indices[i] as number;
    }
  }
}

/** Options of {@link WeightedRandomSampler}. */
export interface WeightedRandomSamplerOptions extends RandomSource {
  /** Whether an index may come more than once. Default true. */
  replacement?: boolean | undefined;
}

/** Index `i` with probability proportional to `weights[i]`; weights need not add up to one. */
export class WeightedRandomSampler extends RandomizedSampler {
  /** float64, `[N]`. */
  readonly weights: Tensor;
  /** How many indices an iteration gives. */
  readonly length: number;
  /** Whether an index may come more than once. */
  readonly replacement: boolean;

  /**
   * @param weights - `[N]`, each >= 0, not all 0.
   * @param numSamples - how many indices an iteration gives; without replacement at most the number of non-zero weights.
   * @throws FabricError `FABRIC_CONFIG_ARGUMENT` for a bad argument; TorchError, when iterated, for weights that cannot be drawn from.
   */
  constructor(
    weights: readonly number[] | Tensor,
    numSamples: number,
    options: WeightedRandomSamplerOptions = {},
  ) {
    checkOptions("WeightedRandomSampler", options, ["replacement", "generator", "seed"]);
    super(generatorOf("WeightedRandomSampler", options));
    if (!isTensor(weights) && !Array.isArray(weights)) {
      throw argumentError("WeightedRandomSampler", "weights", "numbers or a tensor", weights);
    }
    // A copy outside all scopes: the sampler outlives them.
    this.weights = unscoped(() =>
      asTensor(weights, { dtype: "float64", device: "cpu" }).detach().clone(),
    );
    if (this.weights.ndim !== 1) {
      throw new FabricError(
        "FABRIC_TENSOR_SHAPE",
        `WeightedRandomSampler: expected weights of one dimension but received shape [${this.weights.shape.join(", ")}].`,
      );
    }
    this.length = checkInteger("WeightedRandomSampler", "numSamples", numSamples, 1);
    const { replacement = true } = options;
    this.replacement = checkBoolean("WeightedRandomSampler", "replacement", replacement);
  }

  /** The indices. */
  *[Symbol.iterator](): globalThis.Generator<number> {
    const generator = this.beginEpoch();
    yield* unscoped(() =>
      takeIndices(multinomial(this.weights, this.length, this.replacement, { generator })),
    );
  }
}
