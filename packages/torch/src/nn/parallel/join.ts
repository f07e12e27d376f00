// Training with data of different length: processes that are done stand in for themselves until the last one is.

import { noGrad } from "../../contexts.js";
import { tensor } from "../../creation.js";
import { allReduce, type ProcessGroup } from "../../distributed/index.js";
import { FabricError } from "../../errors.js";
import { zeros } from "../../generated/functions.js";
import { scope } from "../../scope.js";
import type { DistributedDataParallel } from "./distributed-data-parallel.js";
import { broadcastTensors, type Reducer } from "./reducer.js";

/** Options of `DistributedDataParallel.join`. */
export interface JoinOptions {
  /** Divide gradients by all processes, also those that are done, so that every sample weighs the same; default true. False: by those that still train. */
  divideByInitialWorldSize?: boolean | undefined;
  /** Throw on all processes as soon as one is done; default false: go on without it. */
  throwOnEarlyTermination?: boolean | undefined;
}

/** Bytes that are broadcast at a time at the end. */
const BROADCAST_BYTES = 250 * 2 ** 20;

/** @internal */
export async function joinUneven<T>(
  model: DistributedDataParallel,
  fn: () => T | Promise<T>,
  { divideByInitialWorldSize = true, throwOnEarlyTermination = false }: JoinOptions,
): Promise<T> {
  const group = model.joinGroup;
  let passes = 0;
  model.beginJoin((reducer) => {
    passes++;
    if (throwOnEarlyTermination) checkAllThere(group, true, passes);
    else announce(reducer, group, divideByInitialWorldSize);
  });
  try {
    const result = await fn();
    if (throwOnEarlyTermination) checkAllThere(group, false, passes + 1);
    else shadow(model, group);
    return result;
  } finally {
    model.endJoin();
  }
}

/** Tells the others, and the reducer, that this process trains in this pass. */
function announce(reducer: Reducer, group: ProcessGroup, divideByAll: boolean): void {
  reducer.forwardWork(tensor([1], { dtype: "int32", device: group.home }), divideByAll);
}

/** Answers the others' passes until none comes any more; then takes the values of one that trained longest. */
function shadow(model: DistributedDataParallel, group: ProcessGroup): void {
  noGrad(() =>
    scope(() => {
      let isLast = true;
      for (;;) {
        const training = zeros([1], { dtype: "int32", device: group.home });
        allReduce(training, { group }).wait();
        if (training.item() === 0) break;
        isLast = false;
        scope(() => model.shadowPass());
      }
      const last = isLast ? group.rank : -1;
      const longest = tensor([last], { dtype: "int32", device: group.home });
      allReduce(longest, { op: "max", group }).wait();
      const held = [...model.module.parameters(), ...model.module.buffers()];
      broadcastTensors(held, group, BROADCAST_BYTES, Number(longest.item()));
    }),
  );
}

/** All processes meet here before each pass, and once when they are done: at the end all must be done at once. */
function checkAllThere(group: ProcessGroup, trains: boolean, pass: number): void {
  const there = scope(() => {
    const flags = zeros([group.size], { dtype: "int32", device: group.home });
    if (trains) flags.narrow(0, group.rank, 1).fill_(1);
    allReduce(flags, { group }).wait();
    return flags.toArray() as number[];
  });
  const done = there.flatMap((flag, rank) => (Number(flag) === 0 ? [group.ranks[rank]] : []));
  if (done.length === 0 || done.length === group.size) return;
  throw new FabricError(
    "FABRIC_USAGE_UNEVEN_INPUTS",
    `Rank ${done.join(", ")} has no data for pass ${pass}, and the others have. Give all processes equally many batches (a distributed sampler does, or \`dropLast\`), or let the others go on alone: join without throwOnEarlyTermination.`,
  );
}
