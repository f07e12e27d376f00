// The table, the picture and the figures of a run.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineChart } from "../plots/line-chart.js";
import { writePlot } from "../plots/render.js";
import { movingMean } from "../plots/smooth.js";
import { BATCH_SIZE, type Result } from "./run.js";

/** A precision that this machine or this installation cannot do, and why. */
export interface Skipped {
  readonly precision: string;
  readonly reason: string;
}

/** Steps over which the curves are averaged: single steps of 32 samples are too noisy to compare. */
const SMOOTH_STEPS = 25;

const HEAD = [
  "precision",
  "epochs",
  "test accuracy",
  "final loss",
  "samples/s",
  "peak tensor bytes",
  "checkpoint",
];

/** The table in Markdown, padded so that it reads well on a terminal. */
export function resultTable(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.precision,
    String(result.epochs),
    `${(100 * result.accuracy).toFixed(2)} %`,
    result.finalLoss.toFixed(4),
    Math.round(result.samplesPerSecond).toLocaleString("en"),
    bytes(result.peakBytes),
    bytes(result.checkpointBytes),
  ]);
  const widths = HEAD.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    return `| ${padded.join(" | ")} |`;
  };
  const rule = widths.map((width, i) =>
    i === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(HEAD), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

function bytes(count: number): string {
  return count < 1e6 ? `${(count / 1e3).toFixed(0)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

/** Draws the loss curves of all precisions; returns the paths written. */
export function drawLosses(
  results: readonly Result[],
  folder: string,
): { svg: string; png: string } {
  const series = results.map(({ precision, losses }) => ({
    name: precision,
    points: movingMean(losses, SMOOTH_STEPS).map((y, i) => ({ x: i + 1, y })),
  }));
  const svg = lineChart({
    title: "Training loss on handwritten digits, by precision",
    subtitle: `small convolutional network, batches of ${BATCH_SIZE}, AdamW with a one-cycle rate; mean over ${SMOOTH_STEPS} steps`,
    xLabel: "step",
    yLabel: "cross-entropy (nats)",
    logY: true,
    series,
  });
  return writePlot(join(folder, "loss"), svg);
}

/** Writes everything but the curves' points as JSON, for other tools. */
export function writeFigures(
  results: readonly Result[],
  skipped: readonly Skipped[],
  folder: string,
): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "results.json");
  const figures = results.map(({ losses, ...rest }) => ({ ...rest, steps: losses.length }));
  writeFileSync(path, `${JSON.stringify({ results: figures, skipped }, null, 2)}\n`);
  return path;
}
