// Casts a whole module but for what is exempt.

import { isRealFloat, mapTensors } from "../collections.js";
import { type DType, type nn, type Tensor, torch } from "../torch.js";
import { type KeptTensor, namedTensors } from "./keep-in-dtype.js";

/** Casts the real floating tensors in a collection; everything else, and the structure, stays. */
export function castFloats<T>(data: T, dtype: DType): T {
  return mapTensors(data, (tensor) =>
    isRealFloat(tensor) && tensor.dtype !== dtype ? tensor.to(dtype) : tensor,
  );
}

/** Casts parameters, gradients and buffers to `dtype` in place, but those in `kept` to the dtypes that they name. */
export function castModule(module: nn.Module, dtype: DType, kept: readonly KeptTensor[]): void {
  torch.noGrad(() => {
    const saved = kept.map(save);
    module.to(dtype);
    restore(module, saved);
  });
}

interface Saved {
  readonly name: string;
  readonly data: Tensor;
  readonly grad: Tensor | null;
}

function save({ name, tensor, dtype }: KeptTensor): Saved {
  const grad = tensor.grad;
  return { name, data: tensor.data.to(dtype), grad: grad === null ? null : grad.data.to(dtype) };
}

/** Puts exempt tensors back by name: the cast may have replaced the objects that hold buffers. */
function restore(module: nn.Module, saved: readonly Saved[]): void {
  if (saved.length === 0) return;
  const tensors = new Map(namedTensors(module));
  for (const { name, data, grad } of saved) {
    const tensor = tensors.get(name);
    if (tensor === undefined) continue;
    if (tensor.grad !== null) tensor.grad = null; // a gradient of another dtype may not stand beside the new data
    tensor.data = data;
    if (grad !== null) tensor.grad = grad;
  }
}
