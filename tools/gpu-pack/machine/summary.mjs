// `summary.mjs ARCHIVE OUT`: results.json from what the steps left in OUT, and a few lines for the terminal.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countTests } from "./counts.mjs";

const [archive = ".", out = "."] = process.argv.slice(2);

/** @param {string} path */
const read = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : null);

/** @param {string} command @param {string[]} args */
function firstLine(command, args) {
  const { stdout } = spawnSync(command, args, { encoding: "utf8" });
  return stdout?.trim().split("\n").at(0) || null;
}

const tests = read(join(out, "test.json"));
const counts = tests === null ? null : countTests(tests, join(archive, "fabric"));
const results = {
  packed: read(join(archive, "packed.json")),
  gpu: firstLine("nvidia-smi", [
    "--query-gpu=name,driver_version,memory.total",
    "--format=csv,noheader",
  ]),
  device: process.env.FABRIC_TEST_DEVICE ?? null,
  build: read(join(out, "build.json")),
  tests: counts,
  bench: read(join(out, "bench.json")),
};
writeFileSync(join(out, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
for (const title of counts?.failures ?? []) process.stdout.write(`failed: ${title}\n`);
if (counts !== null)
  process.stdout.write(
    `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`,
  );
process.stdout.write(`results: ${join(out, "results.json")}\n`);
