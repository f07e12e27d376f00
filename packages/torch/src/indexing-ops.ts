// The few operators that indexing needs, bound here because `slice` and `index` mean other things on the public surface.
import { op } from "./dispatch/op.js";
import type { Scalar, Tensor } from "./tensor.js";

export const select: (self: Tensor, dim: number, index: number) => Tensor = op("select");
export const slice: (
  self: Tensor,
  dim: number,
  start: number | null,
  end: number | null,
  step: number,
) => Tensor = op("slice");
export const index: (self: Tensor, indices: readonly (Tensor | null)[]) => Tensor = op("index");
export const index_put_: (
  self: Tensor,
  indices: readonly (Tensor | null)[],
  values: Tensor,
) => Tensor = op("index_put_");
export const copy_: (self: Tensor, src: Tensor) => Tensor = op("copy_");
export const fill_: (self: Tensor, value: Scalar | Tensor) => Tensor = op("fill_");
