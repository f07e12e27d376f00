// State dicts of sharded modules and optimizers: whole on rank 0, or the rows of each process.

import { FabricError } from "../../errors.js";
import { Module } from "../../nn/module.js";
import { isModule } from "../../nn/module-state.js";
import { ownMembers } from "../../nn/module-walk.js";
import {
  noteShardRows,
  rowsOf,
  type ShardRows,
  shapeOfRows,
  shardRows,
} from "../../nn/shard-rows.js";
import { setLoadGuard, visitTree } from "../../nn/state-dict.js";
import type { Optimizer, OptimizerStateDict, ParamState } from "../../optim/optimizer.js";
import { scope } from "../../scope.js";
import { isTensor, type Tensor } from "../../tensor.js";
import { type ShardedParameter, shardedParameter } from "./sharded-parameter.js";
import { gatherRows, summonFullParams } from "./whole.js";

/** Options of state dicts. */
export interface FullStateOptions {
  /** Only rank 0 keeps tensors, the others return an empty state; default true. */
  rank0Only?: boolean | undefined;
}

/** Layers that load in a way of their own (they quantise, say) get whole parameters for it. @internal */
export function installLoading(): void {
  setLoadGuard({
    applies: (module) =>
      module.loadOwnState !== Module.prototype.loadOwnState && holdsShards(module),
    around: (module, run) => summonFullParams(module, run, { recurse: false }),
  });
}

function holdsShards(module: Module): boolean {
  const { parameters, items } = ownMembers(module);
  return (
    parameters.some(([, parameter]) => shardRows(parameter) !== null) ||
    items.some(({ value }) => !isModule(value) && shardRows(value) !== null)
  );
}

/**
 * The state dict of a sharded module as that of one process, on the CPU. Layer by layer: besides the result no process holds more than the whole
 * parameters of one layer. All processes of the group call it.
 */
export function fullStateDict(
  module: Module,
  { rank0Only = true }: FullStateOptions = {},
): Record<string, Tensor> {
  const entries: Record<string, Tensor> = {};
  const keeps = (group: { rank: number } | undefined): boolean =>
    !rank0Only || (group?.rank ?? rankOf(module)) === 0;
  const take = (make: (into: Record<string, Tensor>) => void, group?: { rank: number }): void => {
    const made = scope(() => {
      const own: Record<string, Tensor> = {};
      make(own);
      if (!keeps(group)) return {};
      return Object.fromEntries(Object.entries(own).map(([key, value]) => [key, value.cpu()]));
    });
    Object.assign(entries, made);
  };
  visitTree(module, "", {
    module: (each, path) =>
      take((own) =>
        summonFullParams(each, () => each.saveOwnState(own, path === "" ? "" : `${path}.`, false), {
          recurse: false,
          writeback: false,
        }),
      ),
    parameter: (path, parameter) =>
      take((own) => {
        const found = shardedParameter(parameter);
        own[path] =
          found === undefined ? parameter.detach() : gatherRows(parameter.detach(), found);
      }),
  });
  return entries;
}

/** Rank in the group of the first sharded parameter; 0 for a module that is whole. */
function rankOf(module: Module): number {
  for (const parameter of module.parameters()) {
    const found = shardedParameter(parameter);
    if (found !== undefined) return found.group.rank;
  }
  return 0;
}

/**
 * The state of an optimizer of sharded parameters as that of one process: parameters by number, tensors on the CPU. All processes of the group
 * call it.
 */
export function fullOptimizerState(
  optimizer: Optimizer,
  { rank0Only = true }: FullStateOptions = {},
): OptimizerStateDict {
  const state = optimizer.stateDict();
  const parameters = byNumber(optimizer, state);
  const rank = [...parameters.values()].map(shardedParameter).find(Boolean)?.group.rank ?? 0;
  const result: Record<number, ParamState> = {};
  for (const [number, parameter] of parameters) {
    const entry = state.state[number];
    const of = shardedParameter(parameter);
    if (entry === undefined) continue;
    const whole: ParamState = {};
    for (const [name, value] of Object.entries(entry)) {
      if (!isTensor(value)) whole[name] = value;
      else if (of !== undefined && isStateOfRows(optimizer, name, value, of)) {
        const gathered = gatherRows(value, of);
        if (!rank0Only || rank === 0) whole[name] = gathered.cpu();
        else gathered.dispose();
      } else whole[name] = value;
    }
    result[number] = whole;
  }
  return { ...state, state: rank0Only && rank !== 0 ? {} : result };
}

/** The rows of this process of a whole state, for `optimizer.loadStateDict`; nothing else of it is read. */
export function shardOptimizerState(
  optimizer: Optimizer,
  state: OptimizerStateDict,
): OptimizerStateDict {
  const parameters = byNumber(optimizer, state);
  const result: Record<number, ParamState> = {};
  for (const [number, entry] of Object.entries(state.state)) {
    const parameter = parameters.get(Number(number));
    const of = parameter === undefined ? undefined : shardedParameter(parameter);
    result[Number(number)] = of === undefined ? entry : ownRows(entry, of);
  }
  return { ...state, state: result };
}

function ownRows(entry: ParamState, of: ShardedParameter): ParamState {
  return Object.fromEntries(
    Object.entries(entry).map(([name, value]) => {
      const isWhole =
        isTensor(value) &&
        name !== "step" &&
        shardRows(value) === null &&
        value.shape.join() === of.shape.join();
      return [name, isWhole ? rowsOf(value, of) : value];
    }),
  );
}

/**
 * Every tensor of a module's state dict with the rows that it holds, null for one that is whole on every process. The tensors share storage
 * with the module.
 */
export function shardedStateDict(
  module: Module,
): Record<string, { readonly tensor: Tensor; readonly rows: ShardRows | null }> {
  const held = new Map<bigint, ShardedParameter>();
  for (const parameter of module.parameters()) {
    const of = shardedParameter(parameter);
    if (of !== undefined && of.length > 0) held.set(parameter.storageKey(), of);
  }
  const result: Record<string, { tensor: Tensor; rows: ShardRows | null }> = {};
  const names = new Map<string, Tensor>(module.namedParameters({ removeDuplicate: false }));
  for (const [key, tensor] of Object.entries(module.stateDict())) {
    const named = names.get(key);
    const rows = (named === undefined ? null : shardRows(named)) ?? held.get(tensor.storageKey());
    result[key] = { tensor, rows: rows ?? null };
  }
  return result;
}

/** An optimizer's state dict, its tensors noted with the rows that they hold ({@link shardRows}): they are the live ones. */
export function shardedOptimizerState(optimizer: Optimizer): OptimizerStateDict {
  const state = optimizer.stateDict();
  for (const [number, parameter] of byNumber(optimizer, state)) {
    const of = shardedParameter(parameter);
    if (of === undefined) continue;
    for (const [name, value] of Object.entries(state.state[number] ?? {}))
      if (isTensor(value) && isStateOfRows(optimizer, name, value, of)) noteShardRows(value, of);
  }
  return state;
}

/** Marks a tensor as the rows of a whole that `loadStateDict` may take as they are. @internal */
export function asRows(tensor: Tensor, rows: ShardRows): Tensor {
  noteShardRows(tensor, rows);
  return tensor;
}

/**
 * State of the shape of the shard goes with its rows; single numbers are the same everywhere.
 *
 * @throws FabricError `FABRIC_UNSUPPORTED_FSDP` for state of another layout, that of 8-bit optimizers, which no rows belong to.
 */
function isStateOfRows(
  optimizer: Optimizer,
  name: string,
  value: Tensor,
  of: ShardedParameter,
): boolean {
  if (value.ndim > 0 && value.shape.join() === shapeOfRows(of).join()) return true;
  if (value.ndim === 0 || name === "step") return false;
  throw new FabricError(
    "FABRIC_UNSUPPORTED_FSDP",
    `The state \`${name}\` of ${optimizer.constructor.name} has the shape [${value.shape.join(", ")}], which is not that of the shard of \`${of.name}\`, [${shapeOfRows(of).join(", ")}]: it cannot be saved from sharded parameters. Use an optimizer whose state is as large as the parameter.`,
  );
}

function byNumber(optimizer: Optimizer, state: OptimizerStateDict): Map<number, Tensor> {
  const found = new Map<number, Tensor>();
  state.param_groups.forEach((group, g) => {
    const params = optimizer.paramGroups[g]?.params ?? [];
    group.params.forEach((number, i) => {
      const parameter = params[i];
      if (parameter !== undefined) found.set(number, parameter);
    });
  });
  return found;
}
