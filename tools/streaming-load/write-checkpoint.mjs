// A sharded bfloat16 checkpoint of the model, written a piece at a time: this process never holds a layer.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as torch from "@fabric/torch";
import { Decoder } from "./model.mjs";

/** Elements of a piece. */
const PIECE = 2 ** 20;

/** Writes it to a new folder, in files of at most `shardBytes` unless one tensor is larger; returns what it holds. */
export function writeCheckpoint(folder, sizes, shardBytes) {
  mkdirSync(folder, { recursive: true });
  const shapes = Object.entries(torch.device("meta", () => new Decoder(sizes)).stateDict());
  const shards = shardsOf(shapes, shardBytes);
  const map = {};
  let bytes = 0;
  let largest = 0;
  torch.manualSeed(1);
  shards.forEach((shard, i) => {
    const name = `model-${number(i + 1)}-of-${number(shards.length)}.safetensors`;
    const entries = shard.map(([key, { shape }]) => [key, { dtype: "bfloat16", shape }]);
    const writer = torch.safetensors.create(join(folder, name), Object.fromEntries(entries), {
      format: "pt",
    });
    for (const [key, tensor] of shard) {
      map[key] = name;
      bytes += 2 * tensor.numel();
      largest = Math.max(largest, 2 * tensor.numel());
      writeValues(writer, key, tensor);
    }
    writer.finish();
  });
  const index = { metadata: { total_size: bytes }, weight_map: map };
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify(index));
  return { bytes, largest, parameters: bytes / 2, files: shards.length };
}

function writeValues(writer, key, tensor) {
  const elements = tensor.numel();
  for (let start = 0; start < elements; start += PIECE) {
    torch.scope(() => {
      const values = torch.randn([Math.min(PIECE, elements - start)]).mul(0.02);
      // Norms are about one.
      const shifted = tensor.ndim === 1 ? values.add(1) : values;
      writer.append(key, torch.tensorBytes(shifted.bfloat16()));
    });
  }
}

function shardsOf(entries, shardBytes) {
  const shards = [[]];
  let room = shardBytes;
  for (const entry of entries) {
    const bytes = 2 * entry[1].numel();
    if (bytes > room && shards.at(-1).length > 0) {
      shards.push([]);
      room = shardBytes;
    }
    shards.at(-1).push(entry);
    room -= bytes;
  }
  return shards;
}

function number(i) {
  return String(i).padStart(5, "0");
}
