// What a run on a device measured, as a table and as data.
import { columns } from "../columns.js";
import type { DeviceCase } from "./case.js";
import { type Rates, roofline } from "./cost.js";
import type { Timing } from "./measure.js";

/** One side of one case. */
export interface DeviceRow {
  readonly group: string;
  readonly case: string;
  readonly side: string;
  readonly how: Timing["how"];
  readonly medianUs: number;
  readonly minUs: number;
  /** GB/s or TFLOP/s, by what limits the case. */
  readonly rate: number;
  readonly unit: "GB/s" | "TFLOP/s";
  /** Share of the roofline, by the median. */
  readonly share: number;
  /** Least share that is aimed at; null for other sides, and where there is none. */
  readonly goal: number | null;
  /** This side's time over ours. */
  readonly timesOurs: number;
}

/** The rows of a case. */
export function rowsOf(
  bench: DeviceCase,
  timings: readonly Timing[],
  rates: Rates,
  withGoals: boolean,
): DeviceRow[] {
  const { ns, bound } = roofline(bench.cost, rates);
  const ours = timings.find(({ side }) => side === "ours")?.medianNs ?? Number.NaN;
  return timings.map(({ side, how, medianNs, minNs }) => ({
    group: bench.group,
    case: bench.name,
    side,
    how,
    medianUs: medianNs / 1e3,
    minUs: minNs / 1e3,
    rate: bound === "memory" ? bench.cost.bytes / medianNs : bench.cost.flops / medianNs / 1e3,
    unit: bound === "memory" ? "GB/s" : "TFLOP/s",
    share: ns / medianNs,
    goal: withGoals && side === "ours" ? (bench.goal ?? null) : null,
    timesOurs: medianNs / ours,
  }));
}

const HEAD = [
  "case",
  "side",
  "timed by",
  "median",
  "min",
  "rate",
  "of the roofline",
  "goal",
  "",
  "time / ours",
];

/** A Markdown table. */
export function deviceTable(rows: readonly DeviceRow[]): string {
  const us = (value: number): string => `${value < 100 ? value.toFixed(1) : value.toFixed(0)} us`;
  const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;
  return columns([
    HEAD,
    ...rows.map((row) => [
      row.side === "ours" ? row.case : "",
      row.side,
      row.how,
      us(row.medianUs),
      us(row.minUs),
      `${row.rate < 10 ? row.rate.toFixed(2) : row.rate.toFixed(0)} ${row.unit}`,
      percent(row.share),
      row.goal === null ? "" : `>= ${percent(row.goal)}`,
      row.goal === null ? "" : row.share >= row.goal ? "met" : "MISSED",
      row.side === "ours" ? "" : row.timesOurs.toFixed(2),
    ]),
  ]);
}
