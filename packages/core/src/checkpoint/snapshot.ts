// The values of a state at one moment, however it changes afterwards.

import { isPlainObject } from "../collections.js";
import { isTensor, type Tensor, torch } from "../torch.js";

/** A tensor as it is stored: on the CPU, dense, in C order, without a graph; its own memory where it is so already. @internal */
export function plainTensor(tensor: Tensor): Tensor {
  return tensor.detach().cpu().resolveConj().resolveNeg().contiguous();
}

/** A copy of a tensor on the CPU, dense and without a graph. @internal */
export function snapshotTensor(tensor: Tensor): Tensor {
  return torch.noGrad(() =>
    torch.scope(() => {
      const plain = plainTensor(tensor);
      // On another device the transfer made the copy already.
      return torch.keep(plain.storageKey() === tensor.storageKey() ? plain.clone() : plain);
    }),
  );
}

/** A state with its tensors copied, and the collections that hold them. Other objects are as they are. @internal */
export function snapshotState(value: unknown): unknown {
  if (isTensor(value)) return snapshotTensor(value);
  if (Array.isArray(value)) return value.map(snapshotState);
  if (value instanceof Map)
    return new Map([...value].map(([key, item]) => [key, snapshotState(item)]));
  if (value instanceof Set) return new Set([...value].map(snapshotState));
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return (value as Uint8Array).slice();
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, snapshotState(item)]));
}
