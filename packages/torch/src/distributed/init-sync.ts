// Joining and making groups while the thread waits: for code that has no place for `await`, a constructor for example.
import { FabricError } from "../errors.js";
import { tensorFromBytes } from "../mapped-file.js";
import { type Backend, backendsOf, chooseDevice } from "./backend.js";
import { channelId } from "./channel.js";
import { failure } from "./failure.js";
import { type GroupFacts, isInitialized, ProcessGroup, setWorld, worldOf } from "./group.js";
import { isDebug } from "./init.js";
import { Job } from "./job.js";
import { callNative } from "./library.js";
import { attemptPrefix, hasLeft, isGone, leftKey, RETRY_MS } from "./rejoin.js";
import { isLoopback } from "./rendezvous.js";
import { Store } from "./store.js";

/** Options of {@link initProcessGroupSync}. */
export interface SyncInitOptions {
  /** Address of rank 0. */
  host: string;
  /** A port there that is free. */
  port: number;
  /** This process, from 0. */
  rank: number;
  /** Number of processes. */
  worldSize: number;
  /** Default as of `initProcessGroup`. */
  backend?: Backend;
  /** Index of the CUDA device of this process, which becomes the current one; default `LOCAL_RANK`, else 0. Only NCCL uses it. */
  deviceId?: number;
  /** How long an operation may take; default 1,800,000 (30 minutes). */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 1_800_000;

/** A store that is there already. */
class ReadyStore extends Store {
  /** The native store. */
  readonly id: number;

  constructor(id: number, timeoutMs: number) {
    super(Promise.resolve(id), timeoutMs);
    this.id = id;
  }
}

/**
 * Joins the processes as `initProcessGroup` does, and blocks the thread until all have come.
 *
 * @throws FabricError `FABRIC_USAGE_DISTRIBUTED` if called twice, `FABRIC_DISTRIBUTED_TIMEOUT` naming the ranks that did not come,
 * `FABRIC_CONFIG_PORT_IN_USE`, `FABRIC_DISTRIBUTED_BACKEND`, `FABRIC_MISSING_DEVICE`.
 */
export function initProcessGroupSync(options: SyncInitOptions): void {
  const { host, port, rank, worldSize, timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  if (isInitialized())
    throw new FabricError(
      "FABRIC_USAGE_DISTRIBUTED",
      "initProcessGroupSync: there is a process group; call destroyProcessGroup() to join other processes.",
    );
  const backends = backendsOf(options.backend);
  const device = backends.cuda ? chooseDevice(options.deviceId) : null;
  const what = `joining at ${host}:${port} as rank ${rank} of ${worldSize}`;
  const { tcp, store } = storeToJoin(what, options, timeoutMs);
  const ranks = Array.from({ length: worldSize }, (_, r) => r);
  const loopback = isLoopback(host) ? host : "";
  const debug = isDebug();
  const facts = { name: "default", rank, ranks, backends, device, timeoutMs, debug };
  const group = connectNow(store, facts, loopback);
  waitFor(
    what,
    "store_set",
    store.id,
    `ready/${rank}`,
    tensorFromBytes(new Uint8Array(), "uint8", [0]),
  );
  setWorld({
    group,
    store,
    loopback,
    groups: new Set([group]),
    made: 0,
    parent: tcp,
  });
}

/** Never one that this process has left, as that of rank 0 is for a while when all join again. */
function storeToJoin(
  what: string,
  { host, port, rank }: SyncInitOptions,
  timeoutMs: number,
): { tcp: ReadyStore; store: ReadyStore } {
  const until = performance.now() + timeoutMs;
  for (;;) {
    const id = waitFor(what, "store_tcp", host, port, rank === 0, 0, false, timeoutMs);
    const tcp = new ReadyStore(id, timeoutMs);
    const store = new ReadyStore(callNative("store_prefix", attemptPrefix(), id), timeoutMs);
    if (!hasLeft() || !wasLeft(what, store, rank)) return { tcp, store };
    for (const { id } of [store, tcp]) callNative<void>("store_free", id);
    if (performance.now() > until)
      throw failure(what, "timeout", "rank 0 has not left the last process group");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
  }
}

/** Also true for a store that goes away at this moment. */
function wasLeft(what: string, store: ReadyStore, rank: number): boolean {
  try {
    return waitFor(what, "store_check", store.id, [leftKey(rank)]) === 1;
  } catch (error) {
    if (isGone(error)) return true;
    throw error;
  }
}

/**
 * A group of all processes, as `newGroup()` makes it, where {@link initProcessGroupSync} joined them; blocks the thread.
 *
 * @throws FabricError `FABRIC_USAGE_DISTRIBUTED` if they were joined otherwise, `FABRIC_DISTRIBUTED_TIMEOUT`.
 */
export function newGroupSync({ timeoutMs }: { timeoutMs?: number } = {}): ProcessGroup {
  const world = worldOf("newGroupSync");
  const all = world.group;
  if (!(world.store instanceof ReadyStore))
    throw new FabricError(
      "FABRIC_USAGE_DISTRIBUTED",
      "newGroupSync goes with initProcessGroupSync; after `await initProcessGroup()` use `await newGroup()`.",
    );
  const { rank, ranks, backends, device, debug } = all;
  const facts = { rank, ranks, backends, device, debug, timeoutMs: timeoutMs ?? all.timeoutMs };
  const group = connectNow(
    world.store,
    { ...facts, name: `group-${++world.made}` },
    world.loopback,
  );
  world.groups.add(group);
  return group;
}

function connectNow(store: ReadyStore, facts: GroupFacts, loopback: string): ProcessGroup {
  const { name, rank, ranks, timeoutMs, debug, backends, device } = facts;
  const what = `joining the process group \`${name}\` as rank ${rank} of ${ranks.length}`;
  const where = [store.id, name, rank, ranks, timeoutMs, loopback, debug];
  const id = waitFor(what, "group_create", ...where, backends.cpu, device ?? -1, backends.atOnce);
  return new ProcessGroup(id, facts);
}

function waitFor(what: string, operator: string, ...args: readonly unknown[]): number {
  const explain = (kind: string, text: string): Error => failure(what, kind, text);
  const job = callNative(operator, channelId(), ...args);
  return new Job(job, (result) => result.number, explain).wait();
}
