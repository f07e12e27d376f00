// Any value that structured clone takes, between processes: as bytes of node:v8, which runs no code on arrival.
import { deserialize, serialize } from "node:v8";

import { FabricError } from "../errors.js";
import { empty } from "../generated/functions.js";
import { tensorBytes, tensorFromBytes } from "../mapped-file.js";
import { isTensor, type Tensor } from "../tensor.js";
import { broadcast } from "./collectives.js";
import { groupFor, type ProcessGroup, worldOf } from "./group.js";
import { destroyProcessGroup, makeGroup } from "./init.js";
import { allGather, gather, scatter } from "./parts.js";
import { type CollectiveOptions, usage } from "./start.js";
import { recv, send, type TransferOptions } from "./transfers.js";

/**
 * The value that `src` has, on every rank.
 *
 * @param value - on `src`, what `structuredClone` takes (no functions, no tensors); elsewhere ignored.
 * @param src - a global rank.
 */
export async function broadcastObject<T>(
  value: T,
  src: number,
  options: CollectiveOptions = {},
): Promise<T> {
  const group = groupFor(options.group, "broadcastObject");
  const isSource = group.rank === group.rankOf(src, "broadcastObject");
  const bytes = isSource ? pack(value) : null;
  return inOrder(group, async (objects) => {
    const size = sizeTensor(bytes?.byteLength ?? 0);
    await broadcast(size, src, { group: objects });
    const payload = bytes === null ? room(size) : bytesTensor(bytes);
    await broadcast(payload, src, { group: objects });
    return isSource ? value : unpack<T>(payload);
  });
}

/** The values of all ranks, by rank in the group. */
export async function allGatherObject<T>(value: T, options: CollectiveOptions = {}): Promise<T[]> {
  const group = groupFor(options.group, "allGatherObject");
  const bytes = pack(value);
  return inOrder(group, async (objects) => {
    const sizes = await allSizes(objects, bytes.byteLength);
    const most = Math.max(...sizes);
    const rooms = sizes.map(() => emptyBytes(most));
    await allGather(rooms, bytesTensor(padded(bytes, most)), { group: objects });
    return rooms.map((t, rank) => unpack<T>(t, sizes[rank]));
  });
}

/** The values of all ranks, by rank in the group, on `dst`; null elsewhere. @param dst - a global rank. */
export async function gatherObject<T>(
  value: T,
  dst: number,
  options: CollectiveOptions = {},
): Promise<T[] | null> {
  const group = groupFor(options.group, "gatherObject");
  const isTarget = group.rank === group.rankOf(dst, "gatherObject");
  const bytes = pack(value);
  return inOrder(group, async (objects) => {
    const sizes = await allSizes(objects, bytes.byteLength);
    const most = Math.max(...sizes);
    const rooms = isTarget ? sizes.map(() => emptyBytes(most)) : null;
    await gather(bytesTensor(padded(bytes, most)), rooms, dst, { group: objects });
    return rooms?.map((t, rank) => unpack<T>(t, sizes[rank])) ?? null;
  });
}

/**
 * On each rank, its value of those that `src` has.
 *
 * @param values - on `src`, by rank in the group; null elsewhere.
 * @param src - a global rank.
 */
export async function scatterObject<T>(
  values: readonly T[] | null,
  src: number,
  options: CollectiveOptions = {},
): Promise<T> {
  const group = groupFor(options.group, "scatterObject");
  const isSource = group.rank === group.rankOf(src, "scatterObject");
  if (isSource && values?.length !== group.size)
    throw usage(
      "scatterObject",
      `values has ${values?.length ?? "no"} entries; expected ${group.size}, one for each rank.`,
    );
  const packed = isSource && values !== null ? values.map(pack) : null;
  return inOrder(group, async (objects) => {
    const most = sizeTensor(Math.max(...(packed ?? []).map((b) => b.byteLength), 0));
    await broadcast(most, src, { group: objects });
    const size = sizeOf(most);
    const mine = emptyBytes(size);
    // v8's format knows its own end: padding does no harm.
    const parts = packed?.map((b) => bytesTensor(padded(b, size))) ?? null;
    await scatter(mine, parts, src, { group: objects });
    return unpack<T>(mine);
  });
}

/** Sends a value to one rank, as two messages of the tag; only the two ranks call. @param dst - a global rank. */
export async function sendObject(
  value: unknown,
  dst: number,
  options: TransferOptions = {},
): Promise<void> {
  const group = groupFor(options.group, "sendObject");
  group.rankOf(dst, "sendObject");
  const bytes = pack(value);
  const { tag = 0 } = options;
  const size = send(sizeTensor(bytes.byteLength), dst, { group, tag });
  const payload = send(bytesTensor(bytes), dst, { group, tag });
  await Promise.all([size, payload]);
}

/** A value and where it came from. */
export interface ReceivedObject<T> {
  value: T;
  /** A global rank. */
  source: number;
}

/** Receives a value. @param src - a global rank, or null for whoever sends first. */
export async function recvObject<T = unknown>(
  src: number | null = null,
  options: TransferOptions = {},
): Promise<ReceivedObject<T>> {
  const group = groupFor(options.group, "recvObject");
  if (src !== null) group.rankOf(src, "recvObject");
  const { tag = 0 } = options;
  const key = `${src} ${tag}`;
  // The size and the bytes of one value come before those of the next.
  const last = group.receipts.get(key) ?? Promise.resolve();
  const received = last.then(
    () => receive<T>(group, src, tag),
    () => receive<T>(group, src, tag),
  );
  group.receipts.set(key, received);
  const forget = (): void => {
    if (group.receipts.get(key) === received) group.receipts.delete(key);
  };
  received.then(forget, forget);
  return received;
}

async function receive<T>(
  group: ProcessGroup,
  src: number | null,
  tag: number,
): Promise<ReceivedObject<T>> {
  const size = sizeTensor(0);
  const source = await recv(size, src, { group, tag }).source();
  const payload = room(size);
  await recv(payload, source, { group, tag });
  return { value: unpack<T>(payload), source };
}

/**
 * Objects have connections of their own, and their order: a value takes two collectives, and what the caller starts between them must not come
 * between them on one rank and after them on another.
 */
function objectsOf(group: ProcessGroup): NonNullable<ProcessGroup["objects"]> {
  if (group.objects === undefined) {
    group.nativeId();
    const made = makeGroup(worldOf("objects"), `${group.name}/objects`, group.ranks, {
      timeoutMs: group.timeoutMs,
      // Bytes are on the CPU, whatever the group moves.
      backend: "gloo",
    });
    const objects: ProcessGroup["objects"] = { group: made, last: made };
    const onMade = async (joined: ProcessGroup): Promise<void> => {
      objects.joined = joined;
      // The group went while its members still came together.
      if (group.isDestroyed) await destroyProcessGroup(joined);
    };
    made.then(onMade).catch(() => {});
    group.objects = objects;
  }
  return group.objects;
}

function inOrder<T>(group: ProcessGroup, run: (objects: ProcessGroup) => Promise<T>): Promise<T> {
  const objects = objectsOf(group);
  const start = async (): Promise<T> => run(await objects.group);
  const result = objects.last.then(start, start);
  objects.last = result;
  result.catch(() => {});
  return result;
}

async function allSizes(group: ProcessGroup, size: number): Promise<number[]> {
  const sizes = group.ranks.map(() => sizeTensor(0));
  await allGather(sizes, sizeTensor(size), { group });
  return sizes.map(sizeOf);
}

/** @throws FabricError `FABRIC_USAGE_COLLECTIVE` for what structured clone refuses. */
function pack(value: unknown): Uint8Array {
  if (isTensor(value))
    throw usage(
      "objects",
      "the value is a Tensor; send tensors with broadcast, allGather or send.",
    );
  try {
    return serialize(value);
  } catch (error) {
    throw usage("objects", `the value cannot be sent: ${(error as Error).message}`);
  }
}

/** A size that another rank has told. */
function sizeOf(t: Tensor): number {
  const size = Number(t.item());
  if (Number.isSafeInteger(size) && size >= 0) return size;
  throw new FabricError(
    "FABRIC_DISTRIBUTED_FAILED",
    `objects: another rank announced a value of ${size} bytes; it sent something else than an object. Give every sendObject its recvObject, and other messages another tag.`,
  );
}

function unpack<T>(t: Tensor, size?: number): T {
  return deserialize(tensorBytes(t).subarray(0, size)) as T;
}

function padded(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  out.set(bytes);
  return out;
}

const bytesTensor = (bytes: Uint8Array): Tensor =>
  tensorFromBytes(bytes, "uint8", [bytes.byteLength]);
const emptyBytes = (size: number): Tensor => empty([size], { dtype: "uint8" });
const sizeTensor = (size: number): Tensor =>
  tensorFromBytes(new BigInt64Array([BigInt(size)]), "int64", [1]);
const room = (size: Tensor): Tensor => emptyBytes(sizeOf(size));
