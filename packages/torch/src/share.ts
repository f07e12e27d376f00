// Tensors for another thread of the process: a number is all that is posted, the memory is shared.
import { runtime } from "./runtime.js";
import { makeTensor, Tensor } from "./tensor.js";
import { translate } from "./translate.js";

/**
 * A number by which another thread of this process gets this tensor, once, by {@link takeShared}: post it with `postMessage`. The
 * memory is not copied, so that writes of either thread are seen by the other. It is held until it is taken or dropped.
 *
 * @throws TorchError for a tensor with a graph, which belongs to the thread that made it; detach it first.
 */
export function shareTensor(t: Tensor): number {
  const handle = Tensor.handleOf(t);
  try {
    return runtime().shareTensor(handle);
  } catch (error) {
    throw translate(error, "shareTensor", [t]);
  }
}

/** The tensor that another thread shared. @throws TorchError if it was taken or dropped before. */
export function takeShared(token: number): Tensor {
  try {
    return makeTensor(runtime().takeShared(token));
  } catch (error) {
    throw translate(error, "takeShared", [token]);
  }
}

/** Frees what nobody will take. @returns whether it was still there. */
export function dropShared(token: number): boolean {
  try {
    return runtime().dropShared(token);
  } catch (error) {
    throw translate(error, "dropShared", [token]);
  }
}

/** Number of shared tensors that are neither taken nor dropped: a leak shows here. */
export function sharedCount(): number {
  return runtime().sharedCount();
}
