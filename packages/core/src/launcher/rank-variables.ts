// The variables that tell a process its place: torchrun's, so that every program that knows torchrun understands them.

import { availableParallelism } from "node:os";

/** Where a process stands, and where rank 0 is. @internal */
export interface Place {
  readonly localRank: number;
  /** Processes on this machine. */
  readonly localWorldSize: number;
  readonly nodeRank: number;
  readonly numNodes: number;
  readonly mainAddress: string;
  readonly mainPort: number;
}

/** Ranks, sizes, and the address of rank 0. @internal */
export function rankVariables(place: Place): Record<string, string> {
  const { localRank, localWorldSize, nodeRank, numNodes } = place;
  return {
    RANK: String(nodeRank * localWorldSize + localRank),
    LOCAL_RANK: String(localRank),
    WORLD_SIZE: String(numNodes * localWorldSize),
    LOCAL_WORLD_SIZE: String(localWorldSize),
    GROUP_RANK: String(nodeRank),
    MASTER_ADDR: place.mainAddress,
    MASTER_PORT: String(place.mainPort),
  };
}

/** This machine's cores for each of its processes, at least one; undefined for one process, which may use them all, as by itself. @internal */
export function sharedThreads(processes: number): number | undefined {
  return processes > 1 ? threadsPerProcess(availableParallelism(), processes) : undefined;
}

/** Cores for each process, at least one. @internal */
export function threadsPerProcess(cores: number, processes: number): number {
  return Math.max(1, Math.floor(cores / processes));
}
