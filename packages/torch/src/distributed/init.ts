// Joining and leaving: initProcessGroup, newGroup, destroyProcessGroup.
import { setTimeout as wait } from "node:timers/promises";

import { FabricError, show } from "../errors.js";
import { type Backend, backendsOf, chooseDevice } from "./backend.js";
import { channelId } from "./channel.js";
import { failure } from "./failure.js";
import {
  type GroupFacts,
  isCurrent,
  isInitialized,
  ProcessGroup,
  setWorld,
  type World,
  worldOf,
} from "./group.js";
import { Job } from "./job.js";
import { callNative } from "./library.js";
import { attemptPrefix, hasLeft, isGone, leftKey, noteLeft, RETRY_MS } from "./rejoin.js";
import { type MeetingPlace, rendezvous } from "./rendezvous.js";
import { PrefixStore, type Store } from "./store.js";

/** Options of {@link initProcessGroup}. */
export interface InitOptions {
  /** Default all that can be here: `"cpu:gloo,cuda:nccl"` where there are NCCL and a CUDA device, else `"gloo"`. One that is named connects devices while joining. */
  backend?: Backend;
  /** Index of the CUDA device of this process, which becomes the current one; default `LOCAL_RANK`, else 0. Only NCCL uses it. */
  deviceId?: number;
  /** Where the processes meet: `"env://"` (the default; `MASTER_ADDR`, `MASTER_PORT`), `"tcp://host:port"` or `"file:///path"`. */
  initMethod?: string;
  /** A store instead of `initMethod`; it stays the caller's. */
  store?: Store;
  /** Default `RANK`. */
  rank?: number;
  /** Default `WORLD_SIZE`. */
  worldSize?: number;
  /** How long an operation may take; default 1,800,000 (30 minutes). */
  timeoutMs?: number;
}

const DEFAULT_TIMEOUT_MS = 1_800_000;

/**
 * Joins the processes: every one calls it, and it resolves when all have.
 *
 * @throws FabricError `FABRIC_CONFIG_DISTRIBUTED` for options or variables that are missing or wrong, `FABRIC_USAGE_DISTRIBUTED` if called twice,
 * `FABRIC_DISTRIBUTED_TIMEOUT` naming the ranks that did not come, `FABRIC_DISTRIBUTED_BACKEND`, `FABRIC_MISSING_DEVICE`,
 * `FABRIC_CONFIG_PORT_IN_USE`.
 */
export async function initProcessGroup(options: InitOptions = {}): Promise<void> {
  if (isInitialized() || joining)
    throw new FabricError(
      "FABRIC_USAGE_DISTRIBUTED",
      "initProcessGroup was called before; call destroyProcessGroup() to join other processes.",
    );
  const timeoutMs = timeoutOf(options.timeoutMs, "initProcessGroup");
  const backends = backendsOf(options.backend);
  const device = backends.cuda ? chooseDevice(options.deviceId) : null;
  joining = true;
  try {
    const { meeting, store } = await placeToJoin({ ...options, timeoutMs });
    const ranks = Array.from({ length: meeting.worldSize }, (_, rank) => rank);
    try {
      const facts = {
        name: "default",
        rank: meeting.rank,
        ranks,
        backends,
        device,
        timeoutMs,
        debug: isDebug(),
      };
      const group = await connect(store, facts, meeting.loopback);
      await store.set(`ready/${meeting.rank}`, "");
      setWorld({
        group,
        store,
        loopback: meeting.loopback,
        groups: new Set([group]),
        made: 0,
        parent: meeting.owned ? meeting.store : undefined,
      });
    } catch (error) {
      store.close();
      if (meeting.owned) meeting.store.close();
      throw error;
    }
  } finally {
    joining = false;
  }
}

let joining = false;

/** Where to meet: never in a store that this process has left, as rank 0's is for a while when all join again. */
async function placeToJoin(
  options: InitOptions & { timeoutMs: number },
): Promise<{ meeting: MeetingPlace; store: Store }> {
  const until = performance.now() + options.timeoutMs;
  for (;;) {
    const meeting = rendezvous(options);
    const store = new PrefixStore(attemptPrefix(), meeting.store);
    if (!hasLeft()) return { meeting, store };
    const used = await wasLeft(store, meeting.rank);
    if (!used) return { meeting, store };
    store.close();
    if (meeting.owned) meeting.store.close();
    if (!meeting.canReturn)
      throw new FabricError(
        "FABRIC_CONFIG_DISTRIBUTED",
        "initProcessGroup: this process has left a group that met in the same store; use another file, or another PrefixStore.",
      );
    if (performance.now() > until)
      throw new FabricError(
        "FABRIC_DISTRIBUTED_TIMEOUT",
        `initProcessGroup: rank 0 has not left the last process group within ${options.timeoutMs} ms; every process must call destroyProcessGroup() before it joins again.`,
      );
    await wait(RETRY_MS);
  }
}

/** Also true for a store that goes away at this moment. */
async function wasLeft(store: Store, rank: number): Promise<boolean> {
  try {
    return await store.check([leftKey(rank)]);
  } catch (error) {
    if (isGone(error)) return true;
    throw error;
  }
}

/** Options of {@link newGroup}. */
export interface GroupOptions {
  /** Default that of the group of all processes. */
  timeoutMs?: number;
  /** Default that of the group of all processes. */
  backend?: Backend;
}

/**
 * A group of some of the processes. All processes call it, with the same ranks and in the same order as other `newGroup` calls.
 *
 * @param ranks - global ranks; default all. Their order does not matter.
 * @returns null where this process is not among them.
 * @throws FabricError `FABRIC_USAGE_RANK`, `FABRIC_DISTRIBUTED_TIMEOUT`, `FABRIC_DISTRIBUTED_NOT_INITIALIZED`.
 */
export async function newGroup(
  ranks?: readonly number[],
  options: GroupOptions = {},
): Promise<ProcessGroup | null> {
  const world = worldOf("newGroup");
  const all = world.group;
  const members = [...new Set(ranks ?? all.ranks)].sort((a, b) => a - b);
  if (members.length === 0 || members.length !== (ranks ?? all.ranks).length)
    throw new FabricError(
      "FABRIC_USAGE_RANK",
      `newGroup: the ranks are ${show(ranks)}; expected at least one rank, each once.`,
    );
  for (const rank of members) all.rankOf(rank, "newGroup");
  const name = `group-${++world.made}`;
  if (!members.includes(all.rank)) return null;
  return makeGroup(world, name, members, options);
}

/** A group whose name every member knows. @internal */
export async function makeGroup(
  world: World,
  name: string,
  ranks: readonly number[],
  options: GroupOptions = {},
): Promise<ProcessGroup> {
  const all = world.group;
  const backends = options.backend === undefined ? all.backends : backendsOf(options.backend);
  const group = await connect(
    world.store,
    {
      name,
      rank: ranks.indexOf(all.rank),
      ranks,
      backends,
      device: backends.cuda ? (all.device ?? chooseDevice(undefined)) : null,
      timeoutMs:
        options.timeoutMs === undefined ? all.timeoutMs : timeoutOf(options.timeoutMs, "newGroup"),
      debug: all.debug,
    },
    world.loopback,
  );
  if (!isCurrent(world)) {
    await destroy(group);
    group.nativeId();
  }
  world.groups.add(group);
  return group;
}

async function connect(store: Store, facts: GroupFacts, loopback: string): Promise<ProcessGroup> {
  const { name, rank, ranks, timeoutMs, debug, backends, device } = facts;
  const what = `joining the process group \`${name}\` as rank ${rank} of ${ranks.length}`;
  const job = callNative(
    "group_create",
    channelId(),
    await store.nativeId(),
    name,
    rank,
    ranks,
    timeoutMs,
    loopback,
    debug,
    backends.cpu,
    device ?? -1,
    backends.atOnce,
  );
  const explain = (kind: string, text: string): Error => failure(what, kind, text);
  const id = await new Job(job, (result) => result.number, explain).within(timeoutMs);
  return new ProcessGroup(id, facts);
}

/** How long the process with the store waits for others that are still joining. */
const GRACE_MS = 5000;

/**
 * Leaves a group, or all of them: connections are closed, and what is pending fails with `FABRIC_USAGE_GROUP_DESTROYED`. A process that ends
 * without it does no harm, but its peers see a lost connection if they still wait for it.
 *
 * @param group - default all groups.
 */
export async function destroyProcessGroup(group?: ProcessGroup): Promise<void> {
  const world = worldOf("destroyProcessGroup");
  if (group !== undefined && group !== world.group) {
    world.groups.delete(group);
    const objects = group.objects?.joined;
    await destroy(group);
    if (objects !== undefined && !objects.isDestroyed) await destroyProcessGroup(objects);
    return;
  }
  setWorld(undefined);
  noteLeft();
  await Promise.all([...world.groups].map(destroy));
  // Where the store is gone, nobody can join in it again.
  const told = world.store.set(leftKey(world.group.rank), "").catch(() => {});
  await Promise.race([told, wait(GRACE_MS, undefined, { ref: false })]);
  if (world.parent !== undefined && world.group.rank === 0) await othersReady(world);
  world.store.close();
  world.parent?.close();
}

async function othersReady(world: World): Promise<void> {
  try {
    await world.store.wait(
      world.group.ranks.map((rank) => `ready/${rank}`),
      GRACE_MS,
    );
  } catch {
    // They did not join; they get an error of their own.
  }
}

async function destroy(group: ProcessGroup): Promise<void> {
  const job = callNative("group_destroy", channelId(), group.forget());
  const explain = (kind: string, text: string): Error =>
    failure(`destroying the process group \`${group.name}\``, kind, text);
  await new Job(job, () => {}, explain).promise();
}

/** @throws FabricError `FABRIC_CONFIG_DISTRIBUTED` unless positive. @internal */
export function timeoutOf(timeoutMs: number | undefined, what: string): number {
  const value = timeoutMs ?? DEFAULT_TIMEOUT_MS;
  if (Number.isInteger(value) && value > 0) return value;
  throw new FabricError(
    "FABRIC_CONFIG_DISTRIBUTED",
    `${what}: timeoutMs is ${show(timeoutMs)}; expected a positive number of milliseconds.`,
  );
}

/** `FABRIC_DISTRIBUTED_DEBUG=detail`, or `FABRIC_DEBUG=1`. */
export function isDebug(): boolean {
  const level = process.env["FABRIC_DISTRIBUTED_DEBUG"];
  if (level === undefined || level === "") return process.env["FABRIC_DEBUG"] === "1";
  if (level === "detail") return true;
  if (level === "off") return false;
  throw new FabricError(
    "FABRIC_CONFIG_ENVIRONMENT",
    `the environment variable FABRIC_DISTRIBUTED_DEBUG is ${show(level)}; expected "detail" or "off".`,
  );
}
