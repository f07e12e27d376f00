// Checkpoints damaged in every way that chance finds, and what loading makes of them.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type Fabric, FabricError, type Tensor, torch } from "@fabric/core";
import { expect } from "vitest";
import { Net } from "../helpers.js";

/** A small generator (mulberry32), so that the damage is the same in each run. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Mutation = (bytes: Buffer, next: () => number) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  (bytes, next) => bytes.subarray(0, Math.floor(next() * bytes.length)),
  (bytes, next) => flip(bytes, next),
  (bytes, next) => flip(flip(flip(bytes, next), next), next),
  // A header's length, far beyond the file.
  (bytes, next) => {
    if (bytes.length >= 8) bytes.writeBigUInt64LE(BigInt(Math.floor(next() * 2 ** 52)), 0);
    return bytes;
  },
  // Offsets, shapes and dtypes: a digit or a letter of the text becomes another.
  (bytes, next) => {
    const at = Math.floor(next() * Math.min(bytes.length, 600));
    bytes[at] = next() < 0.5 ? 0x30 + Math.floor(next() * 10) : 0x41 + Math.floor(next() * 26);
    return bytes;
  },
  // A stretch is written over by another one, as when two offsets overlap.
  (bytes, next) => {
    const length = Math.floor(next() * 64);
    const from = Math.floor(next() * Math.max(1, bytes.length - length));
    bytes.copyWithin(Math.floor(next() * bytes.length), from, from + length);
    return bytes;
  },
  (bytes, next) => Buffer.concat([bytes, Buffer.alloc(Math.floor(next() * 32))]),
];

function flip(bytes: Buffer, next: () => number): Buffer {
  const at = Math.floor(next() * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(next() * 8));
  return bytes;
}

/**
 * Saves a folder and a file, then damages manifest, data file and single file in turn and loads them. What is accepted must be what was
 * saved; everything else must be refused with a code, having allocated no more than the file's size.
 */
export async function loadDamaged(
  fabric: Fabric,
  folder: string,
  count: number,
): Promise<{ accepted: number }> {
  const state = { net: new Net(), epoch: 3 };
  const [path, single] = [join(folder, "fuzz"), join(folder, "fuzz.safetensors")];
  await fabric.save(path, state);
  await fabric.save(single, state);
  const data = readdirSync(path).find((file) => file.endsWith(".safetensors")) ?? "";
  const targets = [
    { path, file: join(path, "checkpoint.json") },
    { path, file: join(path, data) },
    { path: single, file: single },
  ].map((target) => ({ ...target, sound: readFileSync(target.file) }));
  const expected = state.net.stateDict() as Record<string, Tensor>;
  const next = random(1);
  let accepted = 0;
  for (let i = 0; i < count; i++) {
    const { path: at, file, sound } = targets[i % targets.length] as (typeof targets)[number];
    const mutate = MUTATIONS[Math.floor(next() * MUTATIONS.length)] as Mutation;
    const damaged = mutate(Buffer.from(sound), next);
    writeFileSync(file, damaged);
    const before = torch.memory().cpu.bytes;
    torch.resetPeakMemory();
    try {
      const loaded = (await fabric.load(at)) as { epoch: number; net: Record<string, Tensor> };
      // A flipped bit in a blank, or in metadata that nobody reads, changes nothing.
      expect(loaded.epoch).toBe(3);
      expect(Object.keys(loaded.net).sort()).toEqual(Object.keys(expected).sort());
      for (const [name, tensor] of Object.entries(loaded.net)) {
        expect(torch.equal(tensor, expected[name] as Tensor), `${i}: ${name}`).toBe(true);
        tensor.dispose();
      }
      accepted++;
    } catch (error) {
      expect(error, String(i)).toBeInstanceOf(FabricError);
      expect((error as FabricError).code).toMatch(/^FABRIC_CHECKPOINT_/);
    }
    // 64 bytes an allocation are rounding; the tensors of a file that was refused late are still there.
    expect(torch.memory().cpu.peakBytes - before).toBeLessThanOrEqual(damaged.length + 64 * 20);
    if (i % 100 === 99) globalThis.gc?.();
    writeFileSync(file, sound);
  }
  return { accepted };
}
