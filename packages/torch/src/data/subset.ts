// Parts of a data set.

import { FabricError } from "../errors.js";
import { randperm } from "../generated/functions.js";
import { unscoped } from "../scope.js";
import {
  argumentError,
  checkOptions,
  checkSized,
  generatorOf,
  type RandomSource,
} from "./arguments.js";
import { Dataset, type MapDataset } from "./dataset.js";
import { takeIndices } from "./index-tensor.js";

/** The samples of another data set at given indices, in their order. */
export class Subset<T = unknown> extends Dataset<T> {
  /** The whole data set. */
  readonly dataset: MapDataset<T>;
  /** Which of its samples this one has. */
  readonly indices: readonly number[];

  /** @throws FabricError `FABRIC_CONFIG_ARGUMENT` for an index outside `[0, dataset.length)`. */
  constructor(dataset: MapDataset<T>, indices: readonly number[]) {
    super();
    checkSized("Subset", dataset);
    for (const index of indices) {
      if (Number.isInteger(index) && index >= 0 && index < dataset.length) continue;
      throw argumentError("Subset", "indices", `integers in [0, ${dataset.length})`, index);
    }
    this.dataset = dataset;
    this.indices = indices;
    if (dataset.getBatch !== undefined) {
      this.getBatch = (batch) => dataset.getBatch?.(batch.map((i) => this.#at(i)));
    }
  }

  /** Number of indices. */
  get length(): number {
    return this.indices.length;
  }
  /** Sample `indices[index]` of the whole. */
  get(index: number): T | Promise<T> {
    return this.dataset.get(this.#at(index));
  }

  #at(index: number): number {
    const found = this.indices[index];
    if (found !== undefined) return found;
    throw argumentError("Subset", "index", `an integer in [0, ${this.length})`, index);
  }
}

/** Sizes of the parts: counts as they are; fractions rounded down, what is left handed out from the first on. */
function partSizes(total: number, lengths: readonly number[]): number[] {
  const sum = lengths.reduce((a, b) => a + b, 0);
  const valid = lengths.every((n) => typeof n === "number" && n >= 0);
  if (valid && lengths.every(Number.isInteger) && sum === total) return [...lengths];
  // 1e-9: room for the rounding of sums such as 0.7 + 0.2 + 0.1
  if (!valid || lengths.length === 0 || Math.abs(sum - 1) > 1e-9) {
    throw new FabricError(
      "FABRIC_CONFIG_ARGUMENT",
      `randomSplit: expected counts that add up to ${total} or fractions that add up to 1, but received [${lengths.join(", ")}].`,
    );
  }
  const sizes = lengths.map((fraction) => Math.floor(fraction * total));
  const left = total - sizes.reduce((a, b) => a + b, 0);
  for (let i = 0; i < left; i++) sizes[i % sizes.length] = (sizes[i % sizes.length] as number) + 1;
  return sizes;
}

/**
 * Splits a data set at random into parts that do not overlap.
 *
 * @param lengths - counts that add up to the length, or fractions that add up to 1.
 * @param options - where randomness comes from; with a seed the same split every time, and PyTorch's for the same seed.
 * @throws FabricError `FABRIC_CONFIG_ARGUMENT` if the lengths do not add up.
 * @example
 * const [train, valid] = randomSplit(dataset, [0.9, 0.1], { seed: 42 });
 */
export function randomSplit<T>(
  dataset: MapDataset<T>,
  lengths: readonly number[],
  options: RandomSource = {},
): Subset<T>[] {
  checkOptions("randomSplit", options, ["generator", "seed"]);
  checkSized("randomSplit", dataset);
  const sizes = partSizes(dataset.length, lengths);
  const generator = generatorOf("randomSplit", options) ?? null;
  const order = unscoped(() =>
    takeIndices(randperm(dataset.length, { generator, device: "cpu", dtype: "int64" })),
  );
  let start = 0;
  return sizes.map((size) => {
    start += size;
    return new Subset(dataset, order.slice(start - size, start));
  });
}
