// Whether all processes have the same module, and the values of rank 0 in all of them.

import { noGrad } from "../../contexts.js";
import type { ProcessGroup } from "../../distributed/index.js";
import { FabricError } from "../../errors.js";
import { scope } from "../../scope.js";
import type { Tensor } from "../../tensor.js";
import type { Module } from "../module.js";
import { broadcastTensors } from "./reducer.js";
import { gatherTexts, shareBytes, shareText } from "./share.js";

/** One thing that must be alike: `[name, kind, dtype, shape]`. */
type Entry = readonly [name: string, kind: string, dtype: string, shape: readonly number[]];

/** Bytes that are broadcast at a time; what c10d uses. */
const BROADCAST_BYTES = 250 * 2 ** 20;

/**
 * Gives the module of every process the values of rank 0's, buffers and scales of packed weights included. All processes must call it.
 *
 * @throws FabricError `FABRIC_USAGE_MODEL_MISMATCH` if names, dtypes, shapes or trainability differ.
 */
export function syncModule(module: Module, group: ProcessGroup): void {
  checkSameModule(module, group);
  broadcastModule(module, group);
}

/**
 * Compares names, dtypes, shapes and trainability with rank 0's.
 *
 * @throws FabricError `FABRIC_USAGE_MODEL_MISMATCH` on every process, naming the first rank that differs and in what.
 */
function checkSameModule(module: Module, group: ProcessGroup): void {
  const own = entriesOf(module);
  const reference = JSON.parse(shareText(JSON.stringify(own), group)) as Entry[];
  const differences = gatherTexts(difference(reference, own) ?? "", group);
  const rank = differences.findIndex((text) => text !== "");
  if (rank < 0) return;
  throw new FabricError(
    "FABRIC_USAGE_MODEL_MISMATCH",
    `The processes have different models: ${differences[rank]} on rank ${group.ranks[rank]}, unlike rank ${group.ranks[0]}. Build the same model everywhere; nothing may depend on the rank.`,
  );
}

function entriesOf(module: Module): Entry[] {
  const parameters = module
    .namedParameters()
    .map(([name, parameter]) =>
      entry(name, parameter.requiresGrad ? "parameter" : "frozen parameter", parameter),
    );
  return [...parameters, ...module.namedBuffers().map(([name, b]) => entry(name, "buffer", b))];
}

function entry(name: string, kind: string, { dtype, shape }: Tensor): Entry {
  return [name, kind, dtype, shape];
}

function difference(reference: readonly Entry[], own: readonly Entry[]): string | null {
  const [theirs, ours] = [reference, own].map((list) => new Map(list.map((e) => [e[0], e])));
  for (const [name, kind, dtype, shape] of reference) {
    const mine = ours?.get(name);
    if (mine === undefined) return `there is no ${kind} \`${name}\``;
    const [, myKind, myDtype, myShape] = mine;
    if (myKind !== kind) return `\`${name}\` is a ${myKind}, not a ${kind},`;
    if (myDtype !== dtype || myShape.join() !== shape.join())
      return `the ${kind} \`${name}\` is ${myDtype}[${myShape.join(", ")}], not ${dtype}[${shape.join(", ")}],`;
  }
  const more = own.find(([name]) => theirs?.has(name) === false);
  if (more !== undefined) return `there is a further ${more[1]} \`${more[0]}\``;
  const place = own.findIndex(([name], i) => reference[i]?.[0] !== name);
  return place < 0 ? null : `\`${own[place]?.[0]}\` stands at another place`;
}

/** Gives every process rank 0's parameters, buffers and whatever else the state dict has (scales of packed weights, say). */
function broadcastModule(module: Module, group: ProcessGroup): void {
  noGrad(() =>
    scope(() => {
      const held = [...module.parameters(), ...module.buffers()];
      broadcastTensors(held, group, BROADCAST_BYTES);
      broadcastRest(module, held, group);
    }),
  );
}

/** State that is in no parameter or buffer is loaded, as from a checkpoint of rank 0. */
function broadcastRest(module: Module, held: readonly Tensor[], group: ProcessGroup): void {
  const state = module.stateDict();
  const known = new Set(held.map(placeOf));
  const rest = Object.keys(state)
    .filter((name) => !known.has(placeOf(state[name] as Tensor)))
    .map((name) => entry(name, "state", state[name] as Tensor));
  const wanted = JSON.parse(shareText(JSON.stringify(rest), group)) as Entry[];
  if (wanted.length === 0) return;
  for (const [name, , dtype, shape] of wanted)
    state[name] = shareBytes(state[name] ?? null, dtype, shape, group);
  if (group.rank !== 0) module.loadStateDict(state, { strict: false });
}

function placeOf(tensor: Tensor): string {
  return tensor.numel() === 0 ? "" : `${tensor.dataPtr()}`;
}
