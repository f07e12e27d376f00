// The proof of streaming loads: `node tools/streaming-load/run.mjs --out docs/proof/streaming-load.csv`. A model of a billion parameters takes
// 2.1 GB of disk for the while. Exits with 1 if the peak of a streaming load is past its limit.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { measure } from "./measure.mjs";

const { values } = parseArgs({
  options: {
    blocks: { type: "string", default: "18" },
    width: { type: "string", default: "2048" },
    vocabulary: { type: "string", default: "32000" },
    shard: { type: "string", default: "500" },
    runs: { type: "string", default: "nf4-dq:init,nf4-dq:meta,nf4:init,int8:init" },
    out: { type: "string" },
  },
});
const [blocks, width, vocabulary] = [values.blocks, values.width, values.vocabulary].map(Number);
const rows = await measure({
  sizes: { blocks, width, vocabulary },
  runs: values.runs.split(","),
  shardBytes: Number(values.shard) * 1e6,
  onRow: (row) => process.stdout.write(`${JSON.stringify(row)}\n`),
});
if (values.out !== undefined) {
  const columns = Object.keys(rows[0]);
  const lines = rows.map((row) => columns.map((column) => row[column]).join(","));
  writeFileSync(values.out, `${[columns.join(","), ...lines].join("\n")}\n`);
}
const failed = rows.filter(({ via, fits }) => via !== "whole" && !fits);
for (const { mode, via, peak, limit } of failed)
  process.stderr.write(`${mode} by ${via}: the peak is ${peak} bytes, the limit ${limit}\n`);
if (failed.length > 0) process.exitCode = 1;
