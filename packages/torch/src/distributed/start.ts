// What all collectives share: the group, the order, and how a failure is told.
import { FabricError, show } from "../errors.js";
import { isTensor, type Tensor } from "../tensor.js";
import { describeValue } from "../translate.js";
import { channelId } from "./channel.js";
import { failure } from "./failure.js";
import { groupFor, type ProcessGroup } from "./group.js";
import { callExact } from "./library.js";
import { Work } from "./work.js";

/** Options that every collective takes. */
export interface CollectiveOptions {
  /** Default all processes. */
  group?: ProcessGroup;
}

/** How elements of different ranks become one. */
export type ReduceOp = "sum" | "avg" | "product" | "min" | "max" | "band" | "bor" | "bxor";

const REDUCE_OPS: readonly string[] = [
  "sum",
  "avg",
  "product",
  "min",
  "max",
  "band",
  "bor",
  "bxor",
];

/** Options of collectives that reduce. */
export interface ReduceOptions extends CollectiveOptions {
  /** Default `"sum"`. A mean of integers is cut to an integer; `band`, `bor`, `bxor` take integers and bool. */
  op?: ReduceOp;
}

/** @throws FabricError `FABRIC_USAGE_COLLECTIVE`. */
export function reduceOp(what: string, op: string = "sum"): string {
  if (REDUCE_OPS.includes(op)) return op;
  throw usage(what, `op is ${show(op)}; expected one of ${REDUCE_OPS.join(", ")}.`);
}

/** Starts a collective. @param words - tells what it is about, for the comparison of debug mode. */
export function collective(
  what: string,
  options: CollectiveOptions,
  operator: string,
  argsFor: (group: ProcessGroup) => readonly unknown[],
  words: () => string,
): Work {
  const group = groupFor(options.group, what);
  const args = argsFor(group);
  const id = group.nativeId();
  requireServed(what, group, args.flat().filter(isTensor));
  const job = callExact(
    operator,
    channelId(),
    id,
    ...args,
    group.debug ? `${what}(${words()})` : "",
  );
  return new Work(job, explainer(what, group, ++group.sequence));
}

/** The error of a failed operation of a group. */
export function explainer(what: string, group: ProcessGroup, sequence?: number) {
  return (kind: string, text: string): Error => {
    const number = sequence === undefined ? "" : `, collective ${sequence}`;
    const rank = group.ranks[group.rank];
    return failure(`${what}${number} of group \`${group.name}\` on rank ${rank}`, kind, text);
  };
}

/** @throws FabricError `FABRIC_USAGE_COLLECTIVE` unless a dense tensor. */
export function requireTensor(what: string, name: string, value: unknown): asserts value is Tensor {
  if (!isTensor(value)) throw usage(what, `${name} is ${show(value)}; expected a Tensor.`);
  if (value.layout !== "strided")
    throw usage(what, `${name} is ${value.layout}; expected a dense tensor: pass t.toDense().`);
}

/** @throws FabricError `FABRIC_USAGE_COLLECTIVE` unless the group has a backend for the device of the tensors, which is one. */
export function requireServed(what: string, group: ProcessGroup, tensors: readonly Tensor[]): void {
  const { backends, device, name } = group;
  const own = device === null ? "" : `cuda:${device}`;
  for (const t of tensors) {
    const place = t.device;
    if (place === "cpu" ? backends.cpu : place === own) {
      if (place === tensors[0]?.device) continue;
      throw usage(
        what,
        `the tensors are on ${tensors[0]?.device} and ${place}; expected one device.`,
      );
    }
    if (!backends.cuda)
      throw usage(
        what,
        `a tensor is ${describeValue(t)}; gloo moves tensors on the CPU: pass t.to("cpu"), or make the group with the backend "cpu:gloo,cuda:nccl".`,
      );
    const accepted = backends.cpu ? `the CPU or ${own}` : own;
    throw usage(
      what,
      `a tensor is ${describeValue(t)}; the group \`${name}\` has the backend "${backends.name}" and moves tensors on ${accepted}: pass t.to("${own}").`,
    );
  }
}

/** @throws FabricError `FABRIC_USAGE_COLLECTIVE` unless a tensor for each rank. */
export function requirePerRank(
  what: string,
  name: string,
  list: unknown,
  group: ProcessGroup,
): asserts list is readonly Tensor[] {
  if (!Array.isArray(list) || list.length !== group.size)
    throw usage(
      what,
      `${name} is ${Array.isArray(list) ? `an array of ${list.length}` : show(list)}; expected ${group.size} tensors, one for each rank.`,
    );
  for (const t of list) requireTensor(what, name, t);
}

/** @throws FabricError `FABRIC_USAGE_COLLECTIVE` unless the tensors have the shape and dtype of `like`. */
export function requireLike(
  what: string,
  name: string,
  list: readonly Tensor[],
  like: Tensor,
): void {
  for (const t of list) {
    if (t.dtype === like.dtype && String(t.shape) === String(like.shape)) continue;
    throw usage(
      what,
      `one of ${name} is ${describeValue(t)}; expected ${describeValue(like)}, the same shape and dtype on every rank.`,
    );
  }
}

/** @throws FabricError `FABRIC_USAGE_COLLECTIVE` unless `whole` has `parts` times the elements of `part`. */
export function requireParts(
  what: string,
  whole: Tensor,
  part: Tensor,
  names: readonly [string, string],
  parts: number,
): void {
  if (whole.dtype === part.dtype && whole.numel() === part.numel() * parts) return;
  throw usage(
    what,
    `${names[0]} is ${describeValue(whole)} and ${names[1]} ${describeValue(part)}; expected one dtype, and ${parts} times as many elements in ${names[0]} (one part for each rank).`,
  );
}

/** A wrong argument of a collective. */
export function usage(what: string, text: string): FabricError {
  return new FabricError("FABRIC_USAGE_COLLECTIVE", `${what}: ${text}`);
}
