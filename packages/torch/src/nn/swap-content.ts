// Gives a tensor other data without changing which object it is.

import { aliasHandle, Tensor } from "../tensor.js";

/**
 * Makes `target` hold the storage, dtype and device of `source`; whether it requires gradients stays. Unlike
 * an assignment to `data`, it goes from and to the meta device as well.
 */
export function swapContent(target: Tensor, source: Tensor): void {
  const [from, to] = [target.device === "meta", source.device === "meta"];
  if (from === to) {
    target.data = source;
    return;
  }
  // libtorch cannot turn a meta tensor into a real one: the object gets another tensor of libtorch's instead.
  const { requiresGrad } = target;
  Tensor.rehandle(target, aliasHandle(source));
  if (requiresGrad) target.requiresGrad = true;
}
