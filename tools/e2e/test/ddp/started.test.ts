// The same script by itself, with launch(), and under `fabric run`, which sets everything up in the constructor.

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { environment, main } from "../../../../packages/core/test/cli/fabric.js";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./scripts/started.ts", import.meta.url));
const env = environment({ OMP_NUM_THREADS: "1" });

test.each([
  ["launch()", ["--import", "tsx/esm", script]],
  ["fabric run", [main, "run", "--devices", "2", script]],
])("%s starts two processes that train alike", { timeout: 60_000 }, async (_name, args) => {
  const { stdout } = await run(process.execPath, args, { env });
  expect(stdout).toContain("2 processes, weights alike");
});
