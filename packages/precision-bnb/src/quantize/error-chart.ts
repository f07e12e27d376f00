// The picture of the error of each layer: depth to the right, error upwards, a colour for each kind of layer. An SVG document of its own.
import { byteText } from "@fabric/core/cli";
import { escapeMarkup } from "./escape-markup.js";
import type { LayerFigures } from "./layer-figures.js";
import { layerOf } from "./select.js";

const WIDTH = 960;
const PLOT = { left: 78, right: 24, top: 18, height: 320 };
const INK = "#3d4451";
const GRID = "#e3e6eb";
/** Told apart by people with any colour vision (Okabe and Ito 2008), darkened for white paper. */
const COLORS = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#b8578f",
  "#b07d00",
  "#3f9fd6",
  "#6b5bb5",
  "#5c6370",
];
const SHAPES = ["circle", "square", "triangle", "diamond"] as const;
/** Widest text under the axis, in characters. */
const LONGEST_LABEL = 14;
const CHARACTER = 6.6;
/** More marks than this are drawn smaller. */
const MANY = 300;

interface Point {
  readonly layer: LayerFigures;
  readonly slot: number;
  readonly percent: number;
}

interface Series {
  readonly name: string;
  readonly points: Point[];
}

/** Draws it. Each layer is one element of class `mark`, with its name and figures as a tooltip. */
export function errorChart(layers: readonly LayerFigures[], title: string): string {
  const { series, slots } = arrange(layers);
  const [low, high, step] = yRange(series.flatMap(({ points }) => points.map((p) => p.percent)));
  const plotWidth = WIDTH - PLOT.left - PLOT.right;
  const x = (slot: number): number => PLOT.left + (plotWidth * (slot + 0.5)) / slots.length;
  const y = (percent: number): number =>
    PLOT.top + PLOT.height * (1 - (percent - low) / (high - low));
  const bottom = PLOT.top + PLOT.height;
  const axis = xAxis(slots, x, plotWidth, bottom);
  const legend = legendOf(series, bottom + axis.height + 26);
  const height = bottom + axis.height + 26 + legend.height;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeMarkup(title)}" font-family="Inter, Segoe UI, Helvetica, Arial, DejaVu Sans, sans-serif" font-size="12" fill="${INK}">`,
    ...yAxis(low, high, step, y),
    ...axis.parts,
    ...series.map((one, i) => lineOf(one, i, x, y)),
    ...series.flatMap((one, i) =>
      one.points.map((point) => markOf(point, i, x, y, layers.length > MANY ? 0.6 : 1)),
    ),
    ...legend.parts,
    "</svg>",
  ].join("\n");
}

/** Layers whose names differ in numbers only are one kind; the first number is the depth. */
function arrange(layers: readonly LayerFigures[]): { series: Series[]; slots: string[] } {
  const slots = new Map<string, number>();
  const series = new Map<string, Series>();
  for (const layer of layers) {
    const name = layerOf(layer.name) || "weight";
    const block = /^(?:.*?\.)??\d+(?=\.|$)/.exec(name)?.[0] ?? name;
    const slot = slots.get(block) ?? slots.size;
    slots.set(block, slot);
    const kind = name.replaceAll(/(^|\.)\d+(?=\.|$)/g, "$1*");
    const one = series.get(kind) ?? { name: kind, points: [] };
    one.points.push({ layer, slot, percent: 100 * layer.rmsError });
    series.set(kind, one);
  }
  const kinds = [...series.values()];
  // Without numbers every layer is a kind of its own, and stands under the axis by its name.
  const isFlat = kinds.every(({ name }) => !name.includes("*"));
  const flat = { name: "", points: kinds.flatMap(({ points }) => points) };
  return { series: isFlat ? [flat] : shortened(kinds), slots: [...slots.keys()] };
}

/** Names without the beginning that all of them with a number share. */
function shortened(series: readonly Series[]): Series[] {
  const tail = (name: string): string => name.replace(/^(.*?\.)?\*\./, "");
  const tails = series.map(({ name }) => tail(name));
  return series.map((one, i) => {
    const short = tails[i] as string;
    return tails.filter((other) => other === short).length === 1 ? { ...one, name: short } : one;
  });
}

/** From, to and step in percent: about six lines, and room above and below the points. */
function yRange(values: readonly number[]): [low: number, high: number, step: number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = Math.max(most - least, most * 0.02, 0.02) * 1.06;
  const rough = span / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const middle = (least + most) / 2;
  const low = Math.max(0, Math.floor((middle - span / 2) / step) * step);
  return [low, Math.max(low + step, Math.ceil((middle + span / 2) / step) * step), step];
}

function yAxis(low: number, high: number, step: number, y: (v: number) => number): string[] {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const count = Math.round((high - low) / step);
  const lines = Array.from({ length: count + 1 }, (_, i) => {
    const value = low + i * step;
    const at = y(value).toFixed(1);
    return `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${at}" y2="${at}" stroke="${GRID}"/><text x="${PLOT.left - 8}" y="${at}" dy="0.35em" text-anchor="end">${value.toFixed(digits)} %</text>`;
  });
  const middle = PLOT.top + PLOT.height / 2;
  return [
    ...lines,
    `<text x="14" y="${middle}" transform="rotate(-90 14 ${middle})" text-anchor="middle">relative RMS error</text>`,
  ];
}

/** Numbers lie flat; names are turned, where they fit. */
function xAxis(
  slots: readonly string[],
  x: (slot: number) => number,
  plotWidth: number,
  bottom: number,
): { parts: string[]; height: number } {
  const numbers = slots.map((slot) => /(?:^|\.)(\d+)$/.exec(slot)?.[1] ?? null);
  const every = Math.max(1, Math.ceil((slots.length * 22) / plotWidth));
  const hasNumbers = numbers.some((number) => number !== null);
  // Names hang below the numbers beside them.
  const nameTop = bottom + (hasNumbers ? 30 : 16);
  const parts: string[] = [];
  let longest = 0;
  slots.forEach((slot, i) => {
    const number = numbers[i];
    const at = x(i).toFixed(1);
    if (number !== null && number !== undefined) {
      if (Number(number) % every === 0)
        parts.push(`<text x="${at}" y="${bottom + 18}" text-anchor="middle">${number}</text>`);
      return;
    }
    // Crowded names would cover each other; single ones among numbers always have room.
    if (i % every !== 0 && numbers.every((other) => other === null)) return;
    const text = clipped(slot.split(".").slice(-2).join("."), LONGEST_LABEL);
    longest = Math.max(longest, text.length);
    parts.push(
      `<text x="${at}" y="${nameTop}" text-anchor="end" transform="rotate(-40 ${at} ${nameTop})">${escapeMarkup(text)}</text>`,
    );
  });
  const turned = longest * CHARACTER * Math.sin((40 * Math.PI) / 180) + nameTop - bottom;
  const height = Math.max(hasNumbers ? 40 : 0, longest === 0 ? 0 : turned);
  if (hasNumbers)
    parts.push(
      `<text x="${PLOT.left + plotWidth / 2}" y="${bottom + 38}" text-anchor="middle">block</text>`,
    );
  return { parts, height };
}

/** Joins a kind's layers, if there is one a block. */
function lineOf(
  { name, points }: Series,
  i: number,
  x: (n: number) => number,
  y: (n: number) => number,
): string {
  if (
    name === "" ||
    points.length < 2 ||
    new Set(points.map(({ slot }) => slot)).size < points.length
  )
    return "";
  const path = points.map(({ slot, percent }) => `${x(slot).toFixed(1)},${y(percent).toFixed(1)}`);
  return `<polyline points="${path.join(" ")}" fill="none" stroke="${colorOf(i)}" stroke-opacity="0.45" stroke-width="1.5"/>`;
}

function markOf(
  { layer, slot, percent }: Point,
  i: number,
  x: (n: number) => number,
  y: (n: number) => number,
  scale: number,
): string {
  const { name, shape, bytesBefore, bytesAfter } = layer;
  const about = `${layerOf(name) || name}: ${percent.toFixed(2)} %, [${shape.join(", ")}], ${byteText(bytesBefore)} to ${byteText(bytesAfter)}`;
  return `<g class="mark">${shapeAt(x(slot), y(percent), i, scale)}<title>${escapeMarkup(about)}</title></g>`;
}

function shapeAt(cx: number, cy: number, i: number, scale = 1): string {
  const fill = `fill="${colorOf(i)}" stroke="#fff" stroke-width="0.8"`;
  const [a, b] = [cx.toFixed(1), cy.toFixed(1)];
  const at = `transform="translate(${a} ${b})${scale === 1 ? "" : ` scale(${scale})`}" ${fill}`;
  const shape = SHAPES[Math.floor(i / COLORS.length) % SHAPES.length];
  if (shape === "square") return `<rect x="-3.8" y="-3.8" width="7.6" height="7.6" ${at}/>`;
  if (shape === "triangle") return `<path d="M0-5L4.8 3.6H-4.8Z" ${at}/>`;
  if (shape === "diamond") return `<path d="M0-5.4L5.4 0L0 5.4L-5.4 0Z" ${at}/>`;
  return `<circle r="4.2" ${at}/>`;
}

/** Rows of kinds with their marks, as many in a row as fit. */
function legendOf(series: readonly Series[], top: number): { parts: string[]; height: number } {
  if (series.length === 1 && series[0]?.name === "") return { parts: [], height: 0 };
  const names = series.map(({ name }) => clipped(name, 44));
  const width = Math.max(...names.map((name) => name.length)) * CHARACTER + 34;
  const columns = Math.max(1, Math.floor((WIDTH - PLOT.left - PLOT.right) / width));
  const parts = names.map((name, i) => {
    const left = PLOT.left + (i % columns) * width;
    const middle = top + Math.floor(i / columns) * 20;
    return `${shapeAt(left + 6, middle, i)}<text x="${left + 18}" y="${middle}" dy="0.35em">${escapeMarkup(name)}</text>`;
  });
  return { parts, height: Math.ceil(names.length / columns) * 20 + 4 };
}

function colorOf(i: number): string {
  return COLORS[i % COLORS.length] as string;
}

/** The end of a long name says more than its beginning. */
function clipped(text: string, longest: number): string {
  return text.length > longest ? `…${text.slice(1 - longest)}` : text;
}
