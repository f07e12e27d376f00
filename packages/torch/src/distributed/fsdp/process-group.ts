// Sharding on a process group of torch.distributed.

import type { Tensor } from "../../tensor.js";
import { allReduce, broadcast } from "../collectives.js";
import { group as groups, type ProcessGroup } from "../group.js";
import { allGatherIntoTensor, reduceScatterTensor } from "../parts.js";
import type { Work } from "../work.js";
import { LONE, type Pending, type ShardGroup } from "./group.js";

const known = new WeakMap<ProcessGroup, ShardGroup>();

/** The processes to share parameters with: those of `given`, by default all; one process alone before initProcessGroup. @internal */
export function shardGroup(given: ProcessGroup | undefined): ShardGroup {
  const group = given ?? groups.world;
  if (group === null || group.size === 1) return LONE;
  let found = known.get(group);
  found ??= new OnProcessGroup(group);
  known.set(group, found);
  return found;
}

class OnProcessGroup implements ShardGroup {
  readonly rank: number;
  readonly size: number;
  readonly #group: ProcessGroup;

  constructor(group: ProcessGroup) {
    this.rank = group.rank;
    this.size = group.size;
    this.#group = group;
  }

  allGather(output: Tensor, input: Tensor): Pending {
    return blocking(allGatherIntoTensor(output, input, { group: this.#group }));
  }

  reduceScatter(output: Tensor, input: Tensor): Pending {
    return blocking(reduceScatterTensor(output, input, { op: "avg", group: this.#group }));
  }

  broadcast(tensor: Tensor): Pending {
    return blocking(broadcast(tensor, this.#group.ranks[0] as number, { group: this.#group }));
  }

  allReduce(tensor: Tensor, op: "sum" | "max"): Pending {
    return blocking(allReduce(tensor, { op, group: this.#group }));
  }
}

/** A Work is a thenable, which contexts take for asynchronous code. */
function blocking(work: Work): Pending {
  return { wait: () => work.wait() };
}
