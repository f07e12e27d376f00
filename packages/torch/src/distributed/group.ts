// Process groups, and which one is meant where none is named.
import type { Device } from "../device.js";
import { FabricError, show } from "../errors.js";
import type { Backend, Backends } from "./backend.js";
import type { Store } from "./store.js";

/** Processes that communicate: all of them, or some. Made by `initProcessGroup` and `newGroup`. */
export class ProcessGroup {
  /** The name that messages show. */
  readonly name: string;
  /** This process's rank in the group. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** By rank in the group, the rank among all processes. */
  readonly ranks: readonly number[];
  /** `"gloo"`, `"nccl"` or `"cpu:gloo,cuda:nccl"`. */
  readonly backend: Backend;
  /** Index of this process's CUDA device, null where the group has no NCCL. */
  readonly device: number | null;
  /** @internal */
  readonly backends: Backends;
  /** How long an operation may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether ranks compare their collectives first. @internal */
  readonly debug: boolean;
  /** Collectives so far. @internal */
  sequence = 0;
  /** Calls of `monitoredBarrier` so far. @internal */
  meetings = 0;
  /** The group that carries objects, and their order. @internal */
  objects:
    | { group: Promise<ProcessGroup>; joined?: ProcessGroup; last: Promise<unknown> }
    | undefined;
  /** Receipts of objects in order, by source and tag. @internal */
  readonly receipts: Map<string, Promise<unknown>> = new Map();
  #id: number | undefined;

  /** @internal */
  constructor(id: number, options: GroupFacts) {
    this.#id = id;
    this.name = options.name;
    this.rank = options.rank;
    this.ranks = options.ranks;
    this.size = options.ranks.length;
    this.backends = options.backends;
    this.backend = options.backends.name;
    this.device = options.device;
    this.timeoutMs = options.timeoutMs;
    this.debug = options.debug;
  }

  /**
   * The native group, for what is built on groups.
   *
   * @throws FabricError `FABRIC_USAGE_GROUP_DESTROYED`.
   * @internal
   */
  nativeId(): number {
    if (this.#id !== undefined) return this.#id;
    throw new FabricError(
      "FABRIC_USAGE_GROUP_DESTROYED",
      `the process group \`${this.name}\` was destroyed; use it before destroyProcessGroup().`,
    );
  }

  /** Where tensors go that are made to be exchanged: the CPU, unless the group cannot move them there. @internal */
  get home(): Device {
    return this.device === null || this.backends.cpu ? "cpu" : `cuda:${this.device}`;
  }

  /** @internal */
  get isDestroyed(): boolean {
    return this.#id === undefined;
  }

  /** @internal */
  forget(): number {
    const id = this.nativeId();
    this.#id = undefined;
    return id;
  }

  /** The rank in the group of a global rank. @throws FabricError `FABRIC_USAGE_RANK` if it is not a member. @internal */
  rankOf(global: number, what: string): number {
    const rank = this.ranks.indexOf(global);
    if (rank >= 0) return rank;
    throw new FabricError(
      "FABRIC_USAGE_RANK",
      `${what}: rank ${show(global)} is not in the group \`${this.name}\`, whose ranks are ${this.ranks.join(", ")}. Ranks are global ones, also for a sub-group.`,
    );
  }
}

/** @internal */
export interface GroupFacts {
  name: string;
  rank: number;
  ranks: readonly number[];
  backends: Backends;
  device: number | null;
  timeoutMs: number;
  debug: boolean;
}

/** What this thread has joined. @internal */
export interface World {
  group: ProcessGroup;
  store: Store;
  /** The address through which all ranks reach one machine's loopback, else "". */
  loopback: string;
  groups: Set<ProcessGroup>;
  /** How many groups were made, the same on every rank. */
  made: number;
  /** The store below `store`, where it was made here. */
  parent: Store | undefined;
}

let world: World | undefined;

/** @internal */
export function setWorld(value: World | undefined): void {
  world = value;
}

/** Whether the processes are still those. @internal */
export function isCurrent(value: World): boolean {
  return world === value;
}

/** @throws FabricError `FABRIC_DISTRIBUTED_NOT_INITIALIZED`. @internal */
export function worldOf(what: string): World {
  if (world !== undefined) return world;
  throw new FabricError(
    "FABRIC_DISTRIBUTED_NOT_INITIALIZED",
    `${what}: there is no process group; call \`await torch.distributed.initProcessGroup()\` in every process first.`,
  );
}

/** The default group. */
export const group: {
  /** All processes; null before `initProcessGroup` and after `destroyProcessGroup`. */
  readonly world: ProcessGroup | null;
} = {
  get world() {
    return world?.group ?? null;
  },
};

/** Whether `initProcessGroup` has been called, and its group not destroyed. */
export function isInitialized(): boolean {
  return world !== undefined;
}

/** The group that a call means. @internal */
export function groupFor(given: ProcessGroup | null | undefined, what: string): ProcessGroup {
  if (given instanceof ProcessGroup) return given;
  if (given === undefined) return worldOf(what).group;
  throw new FabricError(
    "FABRIC_USAGE_GROUP",
    `${what}: group is ${show(given)}; expected a ProcessGroup. newGroup() returns null to processes that are not in it: they must not call.`,
  );
}

/** This process's rank in a group, default all processes. @throws FabricError `FABRIC_DISTRIBUTED_NOT_INITIALIZED`. */
export function getRank(of?: ProcessGroup): number {
  return groupFor(of, "getRank").rank;
}
/** Number of processes in a group, default all. @throws FabricError `FABRIC_DISTRIBUTED_NOT_INITIALIZED`. */
export function getWorldSize(of?: ProcessGroup): number {
  return groupFor(of, "getWorldSize").size;
}
/** A group's backend. @throws FabricError `FABRIC_DISTRIBUTED_NOT_INITIALIZED`. */
export function getBackend(of?: ProcessGroup): Backend {
  return groupFor(of, "getBackend").backend;
}
