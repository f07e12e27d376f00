// What a run measured, as text and as Markdown.
import { median, type Pair } from "./burst.js";

/** One line of the report. */
export interface Row {
  readonly name: string;
  /** Unit of the values shown. */
  readonly unit: "ns" | "us" | "ms" | "steps/s";
  readonly pairs: readonly Pair[];
  /** Largest time ratio ours / peer's that meets the target; null where there is none. */
  readonly bound: number | null;
}

const DIVISOR = { ns: 1, us: 1e3, ms: 1e6 } as const;

function show(ns: number, unit: Row["unit"]): string {
  if (Number.isNaN(ns)) return "-";
  const value = unit === "steps/s" ? 1e9 / ns : ns / DIVISOR[unit];
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${unit}`;
}

/** Ratio of the medians, ours over the peer's, in time; NaN without a peer. */
export function ratio(pairs: readonly Pair[]): number {
  const theirs = pairs.flatMap((pair) => (pair.peer === null ? [] : [pair.peer]));
  return median(pairs.map((pair) => pair.ours)) / median(theirs);
}

function cells(row: Row): string[] {
  const theirs = row.pairs.flatMap((pair) => (pair.peer === null ? [] : [pair.peer]));
  const value = ratio(row.pairs);
  const bound = row.bound === null ? "" : `<= ${row.bound}`;
  const verdict =
    row.bound === null || Number.isNaN(value) ? "" : value <= row.bound ? "met" : "MISSED";
  return [
    row.name,
    show(median(row.pairs.map((pair) => pair.ours)), row.unit),
    show(median(theirs), row.unit),
    Number.isNaN(value) ? "-" : value.toFixed(2),
    bound,
    verdict,
  ];
}

const HEAD = ["case", "ours", "Python", "time ratio", "bound", ""];

/** A Markdown table, padded so that it reads well as plain text too. */
export function table(rows: readonly Row[]): string {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0), 3),
  );
  const text = (line: readonly string[]): string =>
    `| ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [text(HEAD), rule, ...rows.map((row) => text(cells(row)))].join("\n");
}
