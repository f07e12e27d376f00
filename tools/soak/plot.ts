// Pictures of what run.mjs measured: `node --import tsx/esm tools/soak/plot.ts docs/proof`.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lineChart, type Series } from "../plots/line-chart.js";
import { writePlot } from "../plots/render.js";

const directory = process.argv[2] ?? "docs/proof";

/** The rows of a CSV file with a header, by column name. */
function readCsv(name: string): Record<string, string>[] {
  const path = join(directory, name);
  if (!existsSync(path)) return [];
  const [header = "", ...lines] = readFileSync(path, "utf8").trim().split("\n");
  const columns = header.split(",");
  return lines.map((line) => {
    const cells = line.split(",");
    return Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
  });
}

const NAMES = { plain: "no scope", scope: "torch.scope(step)" } as const;

function curves(kind: string): Series[] {
  return Object.entries(NAMES).map(([file, name]) => ({
    name,
    points: readCsv(`soak-${kind}-${file}.csv`).map((row) => ({
      x: Number(row.step) / 1000,
      y: Number(row.rss_mb),
    })),
  }));
}

function draw(
  name: string,
  series: Series[],
  title: string,
  subtitle: string,
  limitMb: number,
): void {
  if (series.every((one) => one.points.length === 0)) return;
  const chart = {
    title,
    subtitle,
    series,
    xLabel: "steps (thousands)",
    yLabel: "resident memory (MB)",
    yDomain: [0, limitMb] as const,
  };
  const { png } = writePlot(join(directory, name), lineChart(chart));
  process.stdout.write(`${png}\n`);
}

draw(
  "soak-train",
  curves("train"),
  "Memory of a training loop",
  "MLP 8-32-1, AdamW, a new batch of 16 each step; one synchronous loop",
  400,
);
draw(
  "soak-big",
  curves("big"),
  "Memory of a loop over 1 MB tensors",
  "one new 1 MB tensor a step, 200 GB in all; one synchronous loop",
  1024,
);

const runs = readCsv("soak-big.csv");
const peaks: Series[] = Object.entries(NAMES).map(([file, name]) => ({
  name,
  points: runs
    .filter((row) => row.scope === String(file === "scope"))
    .map((row) => ({ x: Number(row.run), y: Number(row.peakRssMb) })),
}));
if (runs.length > 0) {
  const chart = {
    title: "Peak memory of each soak over 1 MB tensors",
    subtitle: "200,000 steps a run, each run a process of its own; the limit is 1,024 MB",
    series: peaks,
    xLabel: "run",
    yLabel: "peak resident memory (MB)",
    yDomain: [0, 1024] as const,
  };
  process.stdout.write(`${writePlot(join(directory, "soak-big-peaks"), lineChart(chart)).png}\n`);
}
