// Repeated soaks in child processes: `node tools/soak/run.mjs --kind big --repeats 20 --out docs/proof`.
// Writes `soak-KIND.csv`, a row a run, and the first run's resident memory, `soak-KIND-{plain,scope}.csv`. Exits with 1 if a run took more
// than 1 GB or, for `train`, its memory grew.
import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";

const CHILDREN = { big: "big-tensors.mjs", train: "train-loop.mjs" };
/** MB. */
const LIMIT_RSS = 1024;
/**
 * MB by which resident memory of training may move after a tenth of the steps. (Without a scope the large tensors' may move more: malloc's
 * heap settles slowly between blocks that the collector frees in any order. Only the limit counts there.)
 */
const LIMIT_GROWTH = { big: LIMIT_RSS, train: 50 };
const COLUMNS = [
  "scope",
  "steps",
  "seconds",
  "settledRssMb",
  "endRssMb",
  "peakRssMb",
  "handlesBefore",
  "handlesAfter",
];

const { values } = parseArgs({
  options: {
    kind: { type: "string", default: "big" },
    repeats: { type: "string", default: "1" },
    steps: { type: "string", default: "200000" },
    out: { type: "string", default: "." },
  },
});
const here = dirname(fileURLToPath(import.meta.url));
const child = CHILDREN[values.kind];
if (child === undefined)
  throw new Error(`expected --kind big or train but received "${values.kind}"`);
mkdirSync(values.out, { recursive: true });
const table = join(values.out, `soak-${values.kind}.csv`);
writeFileSync(table, `run,${COLUMNS.join(",")}\n`);

const failures = [];
for (let run = 1; run <= Number(values.repeats); run++) {
  for (const scope of [false, true]) {
    const args = ["--expose-gc", join(here, child), "--steps", values.steps];
    if (scope) args.push("--scope");
    if (run === 1) {
      args.push("--csv", join(values.out, `soak-${values.kind}-${scope ? "scope" : "plain"}.csv`));
    }
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 24 });
    const report = JSON.parse(stdout.trim().split("\n").at(-1));
    appendFileSync(table, `${run},${COLUMNS.map((c) => report[c]).join(",")}\n`);
    process.stdout.write(`${values.kind} run ${run}: ${JSON.stringify(report)}\n`);
    if (report.peakRssMb > LIMIT_RSS) failures.push(`run ${run}: peak ${report.peakRssMb} MB`);
    if (report.endRssMb - report.settledRssMb > LIMIT_GROWTH[values.kind]) {
      failures.push(`run ${run}: grew from ${report.settledRssMb} to ${report.endRssMb} MB`);
    }
  }
}
if (failures.length > 0) {
  process.stderr.write(`${failures.join("\n")}\n`);
  process.exitCode = 1;
}
