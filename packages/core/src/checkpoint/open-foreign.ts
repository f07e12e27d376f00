// Checkpoints that Fabric did not write, opened to be read one tensor at a time.

import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

import { safetensors } from "../torch.js";
import { MANIFEST } from "./format.js";
import { descriptionOf, refuseForeign } from "./read.js";
import { SHARDS_MANIFEST } from "./shards/format.js";

/**
 * The safetensors files at a path, or null if there are none, or they are a checkpoint of Fabric.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_*` for files that are damaged or do not fit together. @internal
 */
export function openForeign(path: string): safetensors.ShardedFile | null {
  const target = resolve(path);
  if (!existsSync(target)) return null;
  if (statSync(target).isDirectory()) {
    const isOurs = [MANIFEST, SHARDS_MANIFEST].some((name) => existsSync(join(target, name)));
    return !isOurs && safetensors.isSharded(target) ? safetensors.openSharded(path) : null;
  }
  if (safetensors.isSharded(target)) return safetensors.openSharded(path);
  if (!target.endsWith(".safetensors")) return null;
  refuseForeign(path, target);
  const file = safetensors.openSharded(path);
  return descriptionOf(path, file.metadata) === null ? file : null;
}
