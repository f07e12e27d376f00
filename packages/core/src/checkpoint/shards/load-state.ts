// The state of a sharded checkpoint whose tensors are read when they are needed, and only the rows of this process.

import { isPlainObject, mapLeaves } from "../../collections.js";
import { distributed, isTensor, nn, type optim, type Tensor, torch } from "../../torch.js";
import { decodeTree } from "../tree.js";
import type { ShardsFolder } from "./read-shards.js";

/** What stands for tensors that were not read yet. */
const sources = new WeakMap<
  Tensor,
  { readonly shards: ShardsFolder; readonly name: string; readonly verify: boolean }
>();

/** The state of an open checkpoint, with placeholders on the meta device; usable while it is open. @internal */
export function lazyState(shards: ShardsFolder, path: string, verify: boolean): unknown {
  const tensorOf = (name: string): Tensor => {
    const entry = shards.body.tensors[name];
    if (entry === undefined) return shards.tensor(name);
    const placeholder = torch.empty([...entry.shape], { dtype: entry.dtype, device: "meta" });
    sources.set(placeholder, { shards, name, verify });
    return placeholder;
  };
  return decodeTree(shards.body.state, tensorOf, path);
}

/** A value without placeholders: everything is read. @internal */
export function readAll(value: unknown): unknown {
  return mapLeaves(value, (leaf) => (isTensor(leaf) ? whole(leaf) : leaf));
}

/** A module's state as a lazy state dict: of a sharded parameter it gives the rows, read when asked for. @internal */
export function lazyModuleState(value: unknown, module: nn.Module): unknown {
  if (!isPlainObject(value)) return value;
  const state = value as Record<string, Tensor>;
  if (!Object.values(state).some((tensor) => isTensor(tensor) && sources.has(tensor))) return value;
  const parameters = new Map<string, Tensor>(module.namedParameters({ removeDuplicate: false }));
  const source: nn.LazyStateDict = {
    keys: () => Object.keys(state),
    has: (key) => Object.hasOwn(state, key),
    get: (key) => partFor(state[key] as Tensor, parameters.get(key)),
  };
  return source;
}

/** An optimizer's state with the rows that go with its parameters. @internal */
export function optimizerStateRows(value: unknown, optimizer: optim.Optimizer): unknown {
  if (!isPlainObject(value) || !isPlainObject(value["state"])) return readAll(value);
  const groups = value["param_groups"] as { params: number[] }[];
  const parameters = new Map<string, Tensor>();
  groups.forEach(({ params }, g) => {
    params.forEach((number, i) => {
      const parameter = optimizer.paramGroups[g]?.params[i];
      if (parameter !== undefined) parameters.set(String(number), parameter);
    });
  });
  const state = Object.entries(value["state"]).map(([number, entry]) => [
    number,
    mapLeaves(entry, (leaf) => (isTensor(leaf) ? partFor(leaf, parameters.get(number)) : leaf)),
  ]);
  return { ...(readAll({ ...value, state: {} }) as object), state: Object.fromEntries(state) };
}

function whole(tensor: Tensor): Tensor {
  const source = sources.get(tensor);
  return source === undefined ? tensor : source.shards.tensor(source.name, source.verify);
}

/** What a parameter, or a state of its shape, takes: its rows, or everything where it is whole. */
function partFor(tensor: Tensor, parameter: Tensor | undefined): Tensor {
  const source = sources.get(tensor);
  if (source === undefined) return tensor;
  const rows = parameter === undefined ? null : nn.shardRows(parameter);
  const isSharded =
    rows !== null &&
    rows.shape.join() === tensor.shape.join() &&
    // A layer that loads in a way of its own has its parameters whole for the moment.
    parameter?.shape.join() === [rows.length, ...rows.shape.slice(1)].join();
  if (!isSharded) return whole(tensor);
  const { shards, name, verify } = source;
  return distributed.fsdp.asRows(shards.rows(name, rows, verify), rows);
}
