// The proof in full: a billion parameters in 2.1 GB of files, each load in a process of its own. A few minutes on two cores.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const HOUR_MS = 3_600_000;

it("loads a billion parameters within 1.1 times the final size and the largest layer", {
  timeout: HOUR_MS,
}, async () => {
  const script = join(import.meta.dirname, "../run.mjs");
  const status = await new Promise((done, fail) => {
    const child = spawn(process.execPath, [script], { stdio: "inherit" });
    child.on("error", fail);
    child.on("close", done);
  });
  expect(status).toBe(0);
});
