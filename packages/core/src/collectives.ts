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

/**
 * One reduction over the processes. A mean of 16-bit tensors is taken in float32 and rounded once: a sum of many has few digits left
 * otherwise. The result is in place, as the strategy's is. @internal
 */
export async function reduceOne(
  tensor: Tensor,
  op: ReduceOp,
  strategy: Strategy,
  reduce: (tensor: Tensor) => Promise<Tensor>,
): Promise<Tensor> {
  const isMean = op === "mean" || op === "avg";
  const isHalf = tensor.dtype === "bfloat16" || tensor.dtype === "float16";
  if (!isMean || !isHalf || strategy.worldSize === 1) return reduce(tensor);
  const reduced = await reduce(tensor.to("float32"));
  return torch.noGrad(() => tensor.copy_(reduced));
}

/** Sizes that a shape is compared with; more dimensions are compared as far as that. */
const COMPARED_SIZES = 15;

/**
 * With `FABRIC_DEBUG=1` and several processes: compares the shapes of all, since unequal ones would wait for each other for ever.
 *
 * @throws FabricError `FABRIC_USAGE_SHAPE_MISMATCH` on every process. @internal
 */
export async function checkShapes(what: string, tensor: Tensor, strategy: Strategy): Promise<void> {
  if (strategy.worldSize === 1 || process.env["FABRIC_DEBUG"] !== "1") return;
  const sizes = Array.from({ length: COMPARED_SIZES }, (_, d) => tensor.shape[d] ?? -1);
  const own = torch.tensor([tensor.ndim, ...sizes], { dtype: "int64", device: tensor.device });
  const all = (await strategy.allGather(own, { syncGrads: false })).toArray() as number[][];
  if (all.every((row) => row.join() === all[0]?.join())) return;
  const shapes = all.map(
    ([ndim, ...row], rank) => `rank ${rank}: [${row.slice(0, ndim).join(", ")}]`,
  );
  throw new FabricError(
    "FABRIC_USAGE_SHAPE_MISMATCH",
    `${what}: the processes have tensors of different shapes, ${shapes.join("; ")}. Pad them to one shape first.`,
  );
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
