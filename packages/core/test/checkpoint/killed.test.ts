import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { Fabric, type Tensor } from "@fabric/core";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "fabric-killed-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const core = pathToFileURL(join(import.meta.dirname, "../../dist/index.js")).href;
const script = join(folder, "saver.mjs");
writeFileSync(
  script,
  `import { Fabric, torch } from ${JSON.stringify(core)};
  const fabric = new Fabric({ accelerator: "cpu" });
  for (let value = 1; ; value++) {
    await fabric.save(process.argv[2], { value, t: torch.full([50000], value) });
    process.stdout.write("saved\\n");
  }`,
);

/** Runs the saver, and kills it some milliseconds after its first whole checkpoint. */
function killDuringSave(path: string, afterMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    let started = false;
    child.stdout.on("data", () => {
      if (!started) setTimeout(() => child.kill("SIGKILL"), afterMs);
      started = true;
    });
    child.on("error", reject);
    child.on("exit", () =>
      started ? resolve() : reject(new Error("the saver ended before it saved")),
    );
  });
}

describe("a process killed while it saves", () => {
  it.each([
    ["a folder", "ckpt"],
    ["a file", "ckpt.safetensors"],
  ])("leaves %s whole", async (_kind, name) => {
    const path = join(folder, name);
    for (let i = 0; i < 3; i++) {
      await killDuringSave(path, 3 + i * 17);
      const { value, t } = (await new Fabric({ accelerator: "cpu" }).load(path)) as {
        value: number;
        t: Tensor;
      };
      expect([t.min().item(), t.max().item()]).toEqual([value, value]);
    }
  });
});
