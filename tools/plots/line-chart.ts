// One kind of picture for every curve of the project: loss against steps, memory against steps.
import * as Plot from "@observablehq/plot";
import { plotSvg } from "./render.js";

/** A named curve. */
export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** What the picture says. */
export interface LineChart {
  readonly title: string;
  /** One line under the title: how the data came about. */
  readonly subtitle?: string;
  /** Axis labels with units. */
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  readonly logY?: boolean;
  /** Ticks of y: as many as given, or exactly these. */
  readonly yTicks?: number | readonly number[];
  /** Smallest range of y shown; by default the data's. */
  readonly yDomain?: readonly [number, number];
  readonly width?: number;
  readonly height?: number;
}

/** Colours that stay apart for colour-blind readers (Okabe and Ito), in the order of the series. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];
/** Dashes besides colour, so that curves that lie on each other can still be told apart. */
const DASHES = ["none", "7 3", "2 3", "9 3 2 3", "4 4", "12 4", "1 2"];

/** A line chart as SVG text: title on top, a legend in one row, then the curves. */
export function lineChart(chart: LineChart): string {
  const { width = 860, height = 460, series } = chart;
  const rows = series.flatMap((one, i) =>
    one.points.map((point) => ({ ...point, name: one.name, i })),
  );
  const lines = series.map((one, i) =>
    Plot.line(one.points as { x: number; y: number }[], {
      x: "x",
      y: "y",
      stroke: colour(i),
      strokeWidth: 1.8,
      strokeDasharray: dash(i),
    }),
  );
  const svg = plotSvg({
    width,
    height,
    marginTop: 84,
    marginLeft: 64,
    marginRight: 24,
    marginBottom: 48,
    x: { label: chart.xLabel, labelAnchor: "center", labelArrow: "none", nice: true },
    y: {
      label: chart.yLabel,
      labelAnchor: "center",
      labelArrow: "none",
      type: chart.logY === true ? "log" : "linear",
      grid: true,
      ...(chart.yTicks === undefined ? {} : { ticks: chart.yTicks as number | number[] }),
      ...(chart.logY === true ? { tickFormat: "~g" } : {}),
      ...(chart.yDomain === undefined ? {} : { domain: [...chart.yDomain] }),
    },
    marks: [Plot.frame({ stroke: "#ccc" }), ...(rows.length === 0 ? [] : lines)],
  });
  return svg.replace("</svg>", `${head(chart, width)}</svg>`);
}

const colour = (i: number): string => COLOURS[i % COLOURS.length] ?? "#000";
const dash = (i: number): string => DASHES[i % DASHES.length] ?? "none";
const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Title, subtitle and legend; the legend's entries share the width. */
function head({ title, subtitle = "", series }: LineChart, width: number): string {
  const left = 64;
  const step = Math.min(150, (width - left - 24) / Math.max(1, series.length));
  const legend = series.map((one, i) => {
    const x = left + i * step;
    const line = `<line x1="${x}" x2="${x + 24}" y1="59" y2="59" stroke="${colour(i)}" stroke-width="2.5" stroke-dasharray="${dash(i)}"/>`;
    return `${line}<text x="${x + 30}" y="63" font-size="12.5" fill="#222">${escapeXml(one.name)}</text>`;
  });
  return [
    `<g text-anchor="start">`,
    `<text x="${left}" y="22" font-size="17" font-weight="600" fill="#111">${escapeXml(title)}</text>`,
    `<text x="${left}" y="41" font-size="12.5" fill="#666">${escapeXml(subtitle)}</text>`,
    ...legend,
    "</g>",
  ].join("");
}
