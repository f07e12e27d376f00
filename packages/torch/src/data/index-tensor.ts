// Indices as int64 tensors and back.

import { tensorFromBytes } from "../mapped-file.js";
import type { Tensor } from "../tensor.js";

/** An int64 vector of indices, on the CPU. @internal */
export function indexTensor(indices: readonly number[]): Tensor {
  return tensorFromBytes(BigInt64Array.from(indices, BigInt), "int64", [indices.length]);
}

/** The elements of an int64 vector, which is disposed. @internal */
export function takeIndices(t: Tensor): number[] {
  const values = t.toTypedArray() as BigInt64Array;
  t.dispose();
  return Array.from(values, Number);
}
