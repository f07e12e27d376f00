// A sharded checkpoint as one file or folder.

import { existsSync, rmdirSync } from "node:fs";

import type { safetensors, Tensor } from "../../torch.js";
import { writeEncoded } from "../write.js";
import { ShardsFolder } from "./read-shards.js";

/**
 * Joins a sharded checkpoint into one that `fabric.load` reads. Tensors are put together one at a time: the memory is that of the largest.
 *
 * @param folder - the sharded checkpoint.
 * @param output - a folder, or one file if it ends in `.safetensors`.
 * @throws FabricError `FABRIC_CHECKPOINT_FORMAT`, `FABRIC_CHECKPOINT_CORRUPT`, `FABRIC_CHECKPOINT_WRITE`.
 */
export function consolidate(folder: string, output: string): void {
  using shards = new ShardsFolder(folder);
  const isNew = !existsSync(output);
  const { tensors, state, precision } = shards.body;
  const sources = Object.entries(tensors).map(
    ([name, { dtype, shape }]): [string, safetensors.LazyTensor] => [
      name,
      { dtype, shape, make: (): Tensor => shards.tensor(name) },
    ],
  );
  try {
    writeEncoded(output, { json: state, tensors: new Map(sources) }, { precision });
  } catch (error) {
    if (isNew) removeIfEmpty(output);
    throw error;
  }
}

/** A folder that was made for nothing would stand in the way of the next attempt. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // there is none, or something is in it
  }
}
