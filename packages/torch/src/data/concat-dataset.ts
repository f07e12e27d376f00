// Several data sets one after another.

import { FabricError } from "../errors.js";
import { argumentError, checkSized } from "./arguments.js";
import { Dataset, type MapDataset } from "./dataset.js";

/** The samples of several data sets, one data set after another. Lengths are read once, at construction. */
export class ConcatDataset<T = unknown> extends Dataset<T> {
  /** The parts. */
  readonly datasets: readonly MapDataset<T>[];
  /** Sum of the parts' lengths. */
  readonly length: number;
  /** Index behind the last sample of each part. */
  readonly cumulativeSizes: readonly number[];

  /** @throws FabricError `FABRIC_CONFIG_ARGUMENT` if there is no part, or one has no length. */
  constructor(datasets: Iterable<MapDataset<T>>) {
    super();
    this.datasets = [...datasets];
    if (this.datasets.length === 0) {
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        "ConcatDataset: expected at least one data set.",
      );
    }
    let length = 0;
    this.cumulativeSizes = this.datasets.map((d) => {
      length += checkSized("ConcatDataset", d).length;
      return length;
    });
    this.length = length;
  }

  /** Sample `index` of the whole. @throws FabricError `FABRIC_CONFIG_ARGUMENT` outside `[0, length)`. */
  get(index: number): T | Promise<T> {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) {
      throw argumentError("ConcatDataset", "index", `an integer in [0, ${this.length})`, index);
    }
    const sizes = this.cumulativeSizes;
    // first part whose end lies behind the index
    let low = 0;
    let high = sizes.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (index < (sizes[middle] as number)) high = middle;
      else low = middle + 1;
    }
    const start = low === 0 ? 0 : (sizes[low - 1] as number);
    return (this.datasets[low] as MapDataset<T>).get(index - start);
  }
}
