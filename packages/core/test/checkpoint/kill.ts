// A process that saves without end, and what is found after it was killed.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { Fabric, type Tensor } from "@fabric/core";
import { expect } from "vitest";

/** Longest time, in ms, from the first whole checkpoint to the kill: several saves. */
const LATEST = 60;

const core = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;
const SAVER = `import { Fabric, finishShards, newShardSave, torch, writeShard } from ${JSON.stringify(core)};
const [path, method] = process.argv.slice(2);
const fabric = new Fabric({ accelerator: "cpu" });
function saveShards(value, t) {
  const save = newShardSave();
  const indexes = [0, 1].map((rank) =>
    writeShard(path, save, rank, { t: { tensor: t.narrow(0, 25000 * rank, 25000), shape: [50000], offsets: [25000 * rank] } }),
  );
  finishShards(path, indexes, { value, t: torch.empty([50000], { device: "meta" }) }, { precision: "32-true" });
}
for (let value = 1; ; value++) {
  const t = torch.full([50000], value);
  if (method === "shards" || (method === "both" && value % 2 === 0)) saveShards(value, t);
  else await fabric[method === "both" ? "save" : method](path, { value, t });
  if (value === 1) process.stdout.write("saved\\n");
}`;

/** Kills savers at `count` random moments; after each, the checkpoint must be whole: one value throughout. `both` saves with shards and without in turn. */
export async function killSavers(
  name: string,
  count: number,
  method: "save" | "saveAsync" | "shards" | "both" = "save",
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "fabric-killed-"));
  try {
    const script = join(folder, "saver.mjs");
    writeFileSync(script, SAVER);
    const path = join(folder, name);
    for (let i = 0; i < count; i++) {
      await killDuringSave([script, path, method], Math.random() * LATEST);
      const { value, t } = (await new Fabric({ accelerator: "cpu" }).load(path)) as {
        value: number;
        t: Tensor;
      };
      expect([t.min().item(), t.max().item()], `kill ${i}`).toEqual([value, value]);
      t.dispose();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function killDuringSave(args: readonly string[], afterMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    let started = false;
    child.stdout.once("data", () => {
      started = true;
      setTimeout(() => child.kill("SIGKILL"), afterMs);
    });
    child.on("error", reject);
    child.on("exit", () =>
      started ? resolve() : reject(new Error("the saver ended before it saved")),
    );
  });
}
