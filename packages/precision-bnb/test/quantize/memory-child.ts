// Measures, in a process of its own, how much memory quantising takes.
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { randn, tensorBytes } from "@fabric/torch";
import { writeCheckpoint } from "./support.js";

/** What the child prints. */
export interface Peak {
  /** Bytes by which the peak of resident memory grew. */
  growth: number;
  /** Bytes of the checkpoint. */
  bytes: number;
  seconds: number;
}

/** The growth of the peak over that of a checkpoint of a few kilobytes. */
export function measurePeak(
  folder: string,
  mode: string,
  shapes: readonly (readonly [number, number])[],
): Peak {
  mkdirSync(folder, { recursive: true });
  const small = writeCheckpoint(join(folder, "small"), { "fc.weight": randn([64, 64]).bfloat16() });
  const large = join(folder, "large.safetensors");
  writeLarge(large, shapes);
  const script = join(import.meta.dirname, "fixtures/peak.mjs");
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [script, small, large, join(folder, "out"), mode],
    {
      encoding: "utf8",
      env: { ...process.env, OMP_NUM_THREADS: "1" },
    },
  );
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Peak;
}

/** bfloat16 weights whose values repeat, so that this process never holds them. */
function writeLarge(path: string, shapes: readonly (readonly [number, number])[]): void {
  const block = tensorBytes(randn([2 ** 19]).bfloat16());
  const entries: Record<string, object> = {};
  let total = 0;
  shapes.forEach((shape, i) => {
    const bytes = 2 * shape[0] * shape[1];
    entries[`layers.${i}.weight`] = { dtype: "BF16", shape, data_offsets: [total, total + bytes] };
    total += bytes;
  });
  const header = Buffer.from(JSON.stringify(entries));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const fd = openSync(path, "w");
  try {
    writeSync(fd, length);
    writeSync(fd, header);
    for (let done = 0; done < total; done += block.length)
      writeSync(fd, block, 0, Math.min(block.length, total - done));
  } finally {
    closeSync(fd);
  }
}
