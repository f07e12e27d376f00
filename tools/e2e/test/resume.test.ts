// A 16-mixed run that is saved at an odd growth counter and resumed in another process goes on as if nothing had happened.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("./support/resume-run.mjs", import.meta.url));

async function run(...args: string[]): Promise<string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, ...args]);
  return stdout.trim().split("\n");
}

it("the 50 steps after a resume in a new process are the same bit for bit", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fabric-resume-"));
  try {
    const path = join(folder, "checkpoint");
    const whole = await run("0", "57");
    const head = await run("0", "7", "--save", path);
    const tail = await run("7", "57", "--load", path);
    expect(head).toEqual(whole.slice(0, 7));
    expect(head[6]).toMatch(/^6 32768 3 /); // three steps after the scale grew
    expect(tail).toEqual(whole.slice(7));
    // Five steps are made to overflow; some more do as the scale grows.
    expect(whole.filter((line) => line.includes(" true ")).length).toBeGreaterThanOrEqual(5);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
