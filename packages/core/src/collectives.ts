// What a value becomes before it is exchanged between processes.

import { mapLeaves } from "./collections.js";
import type { ReduceOp, Strategy } from "./strategy/strategy.js";
import { type Device, FabricError, isTensor, type Tensor, torch } from "./torch.js";

const OPS: ReadonlySet<string> = new Set(["mean", "avg", "sum", "min", "max", "product"]);

/** Numbers become tensors (bool as uint8, integers as int32, others as float32), tensors move to the device. @internal */
export function toTensors(data: unknown, device: Device): unknown {
  return mapLeaves(data, (leaf) => {
    if (isTensor(leaf)) return leaf.device === device ? leaf : leaf.to({ device });
    if (typeof leaf === "boolean") return torch.tensor(leaf ? 1 : 0, { dtype: "uint8", device });
    if (typeof leaf === "bigint") return torch.tensor(leaf, { dtype: "int64", device });
    if (typeof leaf !== "number") return leaf;
    return torch.tensor(leaf, { dtype: isInt32(leaf) ? "int32" : "float32", device });
  });
}

/** Applies an asynchronous exchange to each tensor of a collection, in order; all processes walk alike. @internal */
export async function exchange(
  data: unknown,
  one: (tensor: Tensor) => Promise<Tensor>,
): Promise<unknown> {
  const tensors: Tensor[] = [];
  mapLeaves(data, (leaf) => {
    if (isTensor(leaf)) tensors.push(leaf);
    return leaf;
  });
  const results: Tensor[] = [];
  for (const tensor of tensors) results.push(await one(tensor));
  let next = 0;
  return mapLeaves(data, (leaf) => (isTensor(leaf) ? results[next++] : leaf));
}

/** @throws FabricError `FABRIC_CONFIG_REDUCE_OP` for an unknown operation. @internal */
export function checkReduceOp(op: unknown): ReduceOp {
  if (typeof op === "string" && OPS.has(op)) return op as ReduceOp;
  throw new FabricError(
    "FABRIC_CONFIG_REDUCE_OP",
    `Unknown \`reduceOp: ${JSON.stringify(op) ?? typeof op}\`. Expected one of ${[...OPS].map((o) => `"${o}"`).join(", ")}.`,
  );
}

/** @throws FabricError `FABRIC_CONFIG_RANK` unless `rank` is one of the processes. @internal */
export function checkRank(name: string, rank: unknown, strategy: Strategy): void {
  if (typeof rank === "number" && Number.isInteger(rank) && rank >= 0 && rank < strategy.worldSize)
    return;
  throw new FabricError(
    "FABRIC_CONFIG_RANK",
    `Expected a global rank from 0 to ${strategy.worldSize - 1} as \`${name}\` but received ${String(rank)}.`,
  );
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 2 ** 31;
}
