// Sharded checkpoints of copied models: each process writes its share, and any number of processes reads the whole.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { consolidate, Fabric, optim, ShardsFolder, type Tensor } from "@fabric/core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { runProcesses } from "../../../../packages/torch/test/support/processes.js";
import { makeNet } from "./scripts/sharded-net.js";

const script = new URL("./scripts/sharded.ts", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "fabric-ddp-shards-"));
const saved = join(folder, "saved");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  losses: number[];
  step: number;
  values: [name: string, value: unknown][];
  own: number[];
  refused: string;
}

async function run(count: number, from: "start" | "checkpoint"): Promise<Run[]> {
  const results = await runProcesses(script, { count, args: [saved, from] });
  for (const { code, output } of results) expect(code, output).toBe(0);
  return results.map(({ reports }) => reports[0] as Run);
}

let two: Run[];
beforeAll(async () => {
  two = await run(2, "start");
}, 60_000);

test("each of two processes writes about half", () => {
  const sizes = readdirSync(saved)
    .filter((name) => name.endsWith(".safetensors"))
    .map((name) => statSync(join(saved, name)).size);
  expect(sizes).toHaveLength(2);
  expect(Math.min(...sizes) / Math.max(...sizes)).toBeGreaterThan(0.7);
  using shards = new ShardsFolder(saved);
  shards.check(true);
});

test("it holds every value, and rank 0's of what differs", async () => {
  consolidate(saved, join(folder, "joined"));
  for (const path of [saved, join(folder, "joined")]) {
    const net = makeNet();
    const optimizer = new optim.AdamW(net.parameters(), { lr: 0.01 });
    const state = { model: net, optimizer, step: 0, own: null as Tensor | null };
    await new Fabric({ accelerator: "cpu" }).load(path, state);
    expect(state.step).toBe(3);
    expect(state.own?.toArray()).toEqual([0, 0, 0]);
    expect(optimizer.state.size).toBe(6);
    const { seen, ...trained } = Object.fromEntries(
      Object.entries(net.stateDict()).map(([name, tensor]) => [name, tensor.toArray()]),
    );
    expect(seen).toEqual([1, 1, 1, 1]);
    const { seen: _, ...expected } = Object.fromEntries(two[0]?.values ?? []);
    expect(trained).toEqual(expected);
  }
});

test("4 processes, and one, go on where 2 saved", { timeout: 90_000 }, async () => {
  const through = two[0]?.losses.slice(3) as number[];
  for (const resumed of [await run(4, "checkpoint"), await run(1, "checkpoint")]) {
    const losses = resumed[0]?.losses as number[];
    expect(losses).toHaveLength(3);
    // Averages of other parts of a batch: some units in the last place of float32, which AdamW's first steps enlarge.
    for (const [i, loss] of losses.entries())
      expect(Math.abs(loss / (through[i] as number) - 1)).toBeLessThan(2e-5);
    expect(resumed.map(({ step }) => step)).toEqual(resumed.map(() => 6));
  }
});

test("what one process cannot store fails in all, with the reason, and writes no checkpoint", () => {
  for (const { refused } of two) expect(refused).toMatch(/rank 0: Cannot save a symbol at `step`/);
  expect(existsSync(join(`${saved}-bad`, "shards.json"))).toBe(false);
});
