// Parameters made whole outside of forward: for state dicts, and for code that must see them.

import { noGrad } from "../../contexts.js";
import { empty } from "../../creation.js";
import { FabricError } from "../../errors.js";
import type { Module } from "../../nn/module.js";
import { isModule } from "../../nn/module-state.js";
import { ownMembers, walkParameters } from "../../nn/module-walk.js";
import { rowsOf } from "../../nn/shard-rows.js";
import { swapContent } from "../../nn/swap-content.js";
import { keep, scope } from "../../scope.js";
import { Tensor } from "../../tensor.js";
import { type ShardedParameter, shardedParameter } from "./sharded-parameter.js";

/**
 * The whole of a tensor of which each process holds the rows that it has of `parameter`: its gradient, or a state of the optimizer. All
 * processes call it; all get the whole, in the tensor's own dtype.
 *
 * @param shard - of the shape of the parameter's shard.
 * @throws FabricError `FABRIC_USAGE_FSDP` for a parameter that is not sharded.
 */
export function gatherWhole(shard: Tensor, parameter: Tensor): Tensor {
  const of = shardedParameter(parameter);
  if (of !== undefined) return gatherRows(shard, of);
  throw new FabricError(
    "FABRIC_USAGE_FSDP",
    "gatherWhole: the parameter is not sharded, so that every process has the whole already.",
  );
}

/** As {@link gatherWhole}. @internal */
export function gatherRows(shard: Tensor, of: ShardedParameter): Tensor {
  const { group, chunk, rowSize, rows, shape, length } = of;
  return noGrad(() =>
    scope(() => {
      const { dtype, device } = shard;
      const row = empty([chunk * rowSize], { dtype, device });
      if (length > 0)
        row
          .narrow(0, 0, length * rowSize)
          .view(of.shardShape)
          .copy_(shard);
      const all = empty([group.size, chunk * rowSize], { dtype, device });
      if (row.numel() > 0) group.allGather(asBytes(all), asBytes(row)).wait();
      return keep(
        all
          .view([-1])
          .narrow(0, 0, rows * rowSize)
          .view([...shape]),
      );
    }),
  );
}

function asBytes(tensor: Tensor): Tensor {
  return tensor.dtype === "uint8" ? tensor : tensor.view("uint8");
}

/**
 * Runs `fn` with the parameters of a module and below whole, in the dtype of their shards; all processes call it. What `fn` writes into them is
 * kept with `writeback` (the default): each process keeps its rows.
 */
export function summonFullParams<T>(
  module: Module,
  fn: () => T,
  { writeback = true, recurse = true }: { writeback?: boolean; recurse?: boolean } = {},
): T {
  const parameters: ShardedParameter[] = [];
  const offer = (parameter: Tensor): void => {
    const found = shardedParameter(parameter);
    if (found !== undefined && !parameters.includes(found)) parameters.push(found);
  };
  if (recurse) walkParameters(module, (_name, parameter) => offer(parameter));
  else {
    const { parameters: own, items } = ownMembers(module);
    for (const [, parameter] of own) offer(parameter);
    for (const { value } of items) if (!isModule(value)) offer(value);
  }
  return withWhole(parameters, fn, writeback);
}

function withWhole<T>(parameters: readonly ShardedParameter[], fn: () => T, writeback: boolean): T {
  const shards = parameters.map((one) => {
    const shard = Tensor.handleOf(one.parameter);
    const whole = gatherRows(one.parameter, one);
    Tensor.rehandle(one.parameter, Tensor.handleOf(whole));
    return shard;
  });
  let complete = false;
  try {
    const result = fn();
    complete = true;
    return result;
  } finally {
    parameters.forEach((one, i) => {
      const whole = Tensor.handleOf(one.parameter);
      Tensor.rehandle(one.parameter, shards[i] as never);
      if (writeback && complete) keepRows(one, whole);
    });
  }
}

/** Takes this process's rows of what stands for the whole parameter. */
function keepRows(one: ShardedParameter, handle: ReturnType<typeof Tensor.handleOf>): void {
  noGrad(() =>
    scope(() => {
      const { parameter } = one;
      const shard = Tensor.handleOf(parameter);
      Tensor.rehandle(parameter, handle);
      const own = keep(rowsOf(parameter.detach(), one).clone());
      Tensor.rehandle(parameter, shard);
      if (own.dtype === parameter.dtype && own.device === parameter.device) parameter.copy_(own);
      else swapContent(parameter, own);
    }),
  );
}
