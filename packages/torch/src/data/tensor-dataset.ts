// Tensors whose first dimension is the sample.

import { FabricError, show } from "../errors.js";
import { isTensor, type Tensor } from "../tensor.js";
import { Dataset } from "./dataset.js";
import { indexTensor } from "./index-tensor.js";

/**
 * Samples that lie along the first dimension of tensors: sample `i` is `[a.at(i), b.at(i), ...]`.
 *
 * A batch is made by one gather a tensor (`indexSelect`), not by stacking samples: {@link TensorDataset.getBatch}.
 *
 * @example
 * const dataset = new TensorDataset(images, labels); // [N, 1, 28, 28], [N]
 * for await (const [x, y] of new DataLoader(dataset, { batchSize: 64, shuffle: true })) ...
 */
export class TensorDataset<N extends readonly Tensor[] = readonly Tensor[]> extends Dataset<N> {
  /** The tensors given. */
  readonly tensors: N;
  /** Size of the first dimension. */
  readonly length: number;

  /** @throws FabricError `FABRIC_TENSOR_SHAPE` if first dimensions differ, `FABRIC_CONFIG_ARGUMENT` if there is no tensor. */
  constructor(...tensors: N) {
    super();
    for (const t of tensors) {
      if (isTensor(t)) continue;
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        `TensorDataset: expected tensors but received ${show(t)}; make one with torch.tensor(data).`,
      );
    }
    const first = tensors[0];
    if (first === undefined) {
      throw new FabricError(
        "FABRIC_CONFIG_ARGUMENT",
        "TensorDataset: expected at least one tensor.",
      );
    }
    const shapes = tensors.map((t) => t.shape);
    if (shapes.some((shape) => shape[0] === undefined || shape[0] !== shapes[0]?.[0])) {
      throw new FabricError(
        "FABRIC_TENSOR_SHAPE",
        `TensorDataset: the tensors must have the same size in their first dimension; shapes are ${shapes.map((s) => `[${s.join(", ")}]`).join(", ")}.`,
      );
    }
    this.tensors = tensors;
    this.length = shapes[0]?.[0] as number;
  }

  /** Sample `index` of each tensor: views. */
  get(index: number): N {
    return this.tensors.map((t) => t.at(index)) as unknown as N;
  }

  /** The samples at `indices` of each tensor, `[indices.length, ...]`: new tensors, one gather each, on the tensors' own devices. */
  override getBatch(indices: readonly number[]): N {
    const index = indexTensor(indices);
    const batch = this.tensors.map((t) => {
      if (t.device === "cpu") return t.indexSelect(0, index);
      const there = index.to(t.device);
      const gathered = t.indexSelect(0, there);
      there.dispose();
      return gathered;
    });
    index.dispose();
    return batch as unknown as N;
  }
}
