// The soaks in full: 20 runs over 1 MB tensors, and 200,000 training steps, each with and without a scope. About an hour on two cores.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const out = mkdtempSync(join(tmpdir(), "fabric-soak-"));
afterAll(() => rmSync(out, { recursive: true, force: true }));
const HOUR_MS = 3_600_000;

/** Runs tools/soak/run.mjs, which checks its own limits, and gives its exit status. */
function run(kind: string, repeats: number): Promise<number | null> {
  const script = join(import.meta.dirname, "../run.mjs");
  const args = [script, "--kind", kind, "--repeats", String(repeats), "--out", out];
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { stdio: "inherit" });
    child.on("error", fail);
    child.on("close", done);
  });
}

describe("soak", () => {
  it("takes less than 1 GB in each of 20 runs over 200,000 tensors of 1 MB", {
    timeout: 2 * HOUR_MS,
  }, async () => {
    expect(await run("big", 20)).toBe(0);
  });

  it("keeps resident memory flat over 200,000 training steps", { timeout: HOUR_MS }, async () => {
    expect(await run("train", 1)).toBe(0);
  });
});
