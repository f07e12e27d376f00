// Texts and bytes that processes tell each other while they wait: at set-up, where nothing else happens.

import { tensor } from "../../creation.js";
import { allGatherIntoTensor, broadcast, type ProcessGroup } from "../../distributed/index.js";
import { type DType, itemsize } from "../../dtype.js";
import { empty, zeros } from "../../generated/functions.js";
import type { Tensor } from "../../tensor.js";

/** The text of the group's first process. @internal */
export function shareText(text: string, group: ProcessGroup): string {
  const own = new TextEncoder().encode(text);
  const device = group.home;
  const length = tensor([own.length], { dtype: "int64", device });
  broadcast(length, group.ranks[0] as number, { group }).wait();
  const size = Number(length.item());
  const bytes =
    group.rank === 0
      ? tensor(own, { dtype: "uint8", device })
      : empty([size], { dtype: "uint8", device });
  broadcast(bytes, group.ranks[0] as number, { group }).wait();
  return decode(bytes);
}

/** The texts of all processes, by their rank in the group. @internal */
export function gatherTexts(text: string, group: ProcessGroup): string[] {
  const own = new TextEncoder().encode(text);
  const device = group.home;
  const length = tensor([own.length], { dtype: "int64", device });
  const lengths = gather(length, group).toArray() as number[][];
  const sizes = lengths.map(([length]) => Number(length));
  const padded = zeros([Math.max(1, ...sizes)], { dtype: "uint8", device });
  if (own.length > 0) padded.narrow(0, 0, own.length).copy_(tensor(own, { dtype: "uint8" }));
  const all = gather(padded, group);
  return sizes.map((size, rank) => decode(all.select(0, rank).narrow(0, 0, size).contiguous()));
}

/** The first process's tensor of a dtype and shape that all know; what the others have is only looked at. @internal */
export function shareBytes(
  own: Tensor | null,
  dtype: string,
  shape: readonly number[],
  group: ProcessGroup,
): Tensor {
  const isSource = group.rank === 0 && own !== null;
  const device = group.home;
  const shared = isSource
    ? own.detach().clone().to(device)
    : empty(shape, { dtype: dtype as DType, device });
  if (shared.numel() * itemsize(shared.dtype) > 0)
    broadcast(shared, group.ranks[0] as number, { group }).wait();
  return shared;
}

function gather(own: Tensor, group: ProcessGroup): Tensor {
  const all = empty([group.size, ...own.shape], { dtype: own.dtype, device: own.device });
  allGatherIntoTensor(all, own, { group }).wait();
  return all;
}

function decode(bytes: Tensor): string {
  return new TextDecoder().decode(bytes.to("cpu").toTypedArray() as Uint8Array);
}
