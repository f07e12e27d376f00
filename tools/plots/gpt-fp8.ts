// The pictures of docs/examples/gpt-fp8.ts: `node --import tsx/esm tools/plots/gpt-fp8.ts docs/examples/gpt-fp8.json docs/examples`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as Plot from "@observablehq/plot";
import type { SlotHistory } from "../../docs/examples/fp8-history.js";
import type { Figures } from "../../docs/examples/gpt-fp8.js";
import { plotSvg, writePlot } from "./render.js";
import { movingMean } from "./smooth.js";
import { type Panel, stackSvg } from "./stack.js";

const WIDTH = 980;
/** Of the trainings, in their order (Okabe and Ito). */
const COLOURS = ["#222222", "#0072b2", "#d55e00"];
/** Steps that smooth curves of losses, and of differences, take the mean of. */
const WINDOW = 15;
const WIDE = 50;

interface Point {
  readonly step: number;
  readonly value: number;
}

/** Losses of all trainings above, what they are beside the first one's below. @returns SVG text. */
export function drawLosses({ trainings, parameters, plan }: Figures): string {
  const base = movingMean(trainings[0]?.losses ?? [], WIDE);
  const curves = trainings.map(({ losses }, i) => ({
    colour: COLOURS[i] as string,
    raw: points(losses),
    smooth: points(movingMean(losses, WINDOW)),
    beside: points(
      movingMean(losses, WIDE).map((value, at) => 100 * (value / (base[at] as number) - 1)),
    ),
  }));
  const { layers, width, context } = plan.config;
  return stackSvg(
    "A GPT on a novel, in bf16-mixed and in FP8",
    `${(parameters / 1e6).toFixed(1)} million weights (${layers} blocks of width ${width}), batches of 8 x ${context} bytes; FP8 is emulated. Below: ${WIDE} steps beside bf16-mixed`,
    WIDTH,
    [
      {
        height: 330,
        svg: panel(330, {
          y: {
            label: "loss, nats a byte",
            type: "log",
            ticks: [2.5, 3, 4, 5],
            tickFormat: "~g",
          },
          marks: [
            ...curves.map(({ raw, colour }) =>
              Plot.line(raw, {
                ...STEP_VALUE,
                stroke: colour,
                strokeWidth: 0.7,
                strokeOpacity: 0.25,
              }),
            ),
            ...curves.map(({ smooth, colour }, i) => curve(smooth, colour, i)),
            ...labels(
              trainings.map(({ way, loss }) => `${way}: ${loss.toFixed(3)}`),
              trainings.map(({ losses }) => movingMean(losses, WINDOW).at(-1) as number),
              plan.training.steps,
            ),
          ],
        }),
      },
      {
        height: 220,
        svg: panel(220, {
          y: { label: "difference, %", domain: [-2, 2], clamp: true },
          marks: [
            Plot.ruleY([-1, 1], { stroke: "#999", strokeDasharray: "4 4" }),
            ...curves.slice(1).map(({ beside, colour }, i) => curve(beside, colour, i + 1)),
            Plot.ruleY([0], { stroke: COLOURS[0] as string }),
          ],
        }),
      },
    ],
  );
}

const STEP_VALUE = { x: "step", y: "value" } as const;
const points = (values: readonly number[]): Point[] =>
  values.map((value, i) => ({ step: i + 1, value }));

/** The later ones are dashed, so that those below can be seen. */
function curve(data: readonly Point[], colour: string, i: number): Plot.Markish {
  const dash = i < 2 ? {} : { strokeDasharray: "6 4" };
  return Plot.line(data, {
    ...STEP_VALUE,
    stroke: colour,
    strokeWidth: i === 0 ? 3 : 1.8,
    ...dash,
  });
}

/** Names at the ends of curves, apart from each other. */
function labels(names: readonly string[], ends: readonly number[], step: number): Plot.Markish[] {
  const order = ends.map((_, i) => i).sort((a, b) => (ends[b] as number) - (ends[a] as number));
  const middle = ends.reduce((sum, end) => sum + end, 0) / ends.length;
  return order.map((i, place) =>
    Plot.text([names[i] as string], {
      x: () => step,
      y: () => middle,
      dx: 8,
      dy: 17 * (place - (order.length - 1) / 2),
      textAnchor: "start",
      fill: COLOURS[i] as string,
    }),
  );
}

function panel(height: number, options: { y: Plot.ScaleOptions; marks: Plot.Markish[] }): string {
  return plotSvg({
    width: WIDTH,
    height,
    marginLeft: 64,
    marginRight: 310,
    marginTop: 14,
    marginBottom: 44,
    x: { label: "step", labelAnchor: "center", labelArrow: "none" },
    y: { grid: true, labelAnchor: "center", labelArrow: "none", ...options.y },
    marks: [...options.marks],
  });
}

/** Columns of the other picture: the kinds of layers, by the end of their names. */
const KINDS = ["attention.qkv", "attention.out", "up", "down", "head"];
const SLOT_NAMES = { input: "input", weight: "weight", gradOutput: "gradient" } as const;
const ROWS = (["input", "weight", "gradOutput"] as const).flatMap((slot) => [
  { slot, part: "amax" as const },
  { slot, part: "scale" as const },
]);
/** Blocks from the first to the last; the head last of all. */
const BLUES = ["#9ecae1", "#6baed6", "#2171b5", "#08306b", "#d55e00"];

/** Largest magnitudes and scales of every layer over the steps. @returns SVG text. */
export function drawScales({ history, plan }: Figures): string {
  const heights = ROWS.map((_, i) => (i === 0 ? 142 : i === ROWS.length - 1 ? 152 : 116));
  const panels = ROWS.map(({ slot, part }, i): Panel => {
    const height = heights[i] as number;
    const data = history.layers.flatMap(({ name, slots }) =>
      cells(name, slots[slot], part, history.steps, plan.config.layers),
    );
    return { height, svg: scaleRow(data, `${SLOT_NAMES[slot]}: ${part}`, i, height) };
  });
  return stackSvg(
    "What FP8 remembers of each layer: largest magnitudes, and the scales that follow them",
    `One line a block, from light (first) to dark (last). A scale is 448 / amax (inputs, weights) or 57344 / amax (gradients), of the largest amax in 16 steps`,
    WIDTH,
    panels,
  );
}

interface Cell extends Point {
  readonly kind: string;
  readonly block: number;
}

function cells(
  name: string,
  slot: SlotHistory,
  part: "amax" | "scale",
  steps: readonly number[],
  blocks: number,
): Cell[] {
  const match = /^blocks\.(\d+)\.(.*)$/.exec(name);
  const [kind, block] = match === null ? [name, blocks] : [match[2] as string, Number(match[1])];
  // The first step's scale of 1 would take up the whole height.
  return slot[part]
    .map((value, i) => ({ kind, block, step: steps[i] as number, value }))
    .filter(({ step }) => part === "amax" || step > 1);
}

function scaleRow(data: readonly Cell[], label: string, row: number, height: number): string {
  const [isFirst, isLast] = [row === 0, row === ROWS.length - 1];
  return plotSvg({
    width: WIDTH,
    height,
    marginLeft: 84,
    marginRight: 14,
    marginTop: isFirst ? 36 : 10,
    marginBottom: isLast ? 46 : 10,
    fx: { domain: KINDS, label: null, axis: isFirst ? "top" : null, padding: 0.06 },
    x: {
      label: isLast ? "step" : null,
      labelAnchor: "center",
      labelArrow: "none",
      ticks: 4,
      ...(isLast ? {} : { tickFormat: () => "", tickSize: 0 }),
    },
    y: {
      label,
      labelAnchor: "center",
      labelArrow: "none",
      type: "log",
      grid: true,
      ticks: logTicks(data.map(({ value }) => value)),
      tickFormat: (value: number) => brief(value),
    },
    marks: [
      Plot.frame({ stroke: "#ddd" }),
      Plot.line(data, {
        ...STEP_VALUE,
        fx: "kind",
        z: "block",
        stroke: ({ block, kind }: Cell) => (kind === "head" ? BLUES[4] : BLUES[block]) as string,
        strokeWidth: 1.3,
      }),
    ],
  });
}

/** Powers of ten, with 2 and 5 times them where there are few. */
function logTicks(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const within = (factors: readonly number[]): number[] =>
    Array.from({ length: 31 }, (_, i) => i - 15)
      .flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)))
      .filter((tick) => tick >= least && tick <= most);
  return most / least > 100 ? within([1]) : within([1, 2, 5]);
}

/** 0.05, 300, 20k, 3M, 5e-6. */
function brief(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(2))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(2))}k`;
  return value < 1e-2 ? value.toExponential(0) : `${Number(value.toPrecision(2))}`;
}

const [json = "docs/examples/gpt-fp8.json", folder = "docs/examples"] = process.argv.slice(2);
const figures = JSON.parse(readFileSync(json, "utf8")) as Figures;
for (const { png } of [
  writePlot(join(folder, "gpt-fp8-loss"), drawLosses(figures)),
  writePlot(join(folder, "gpt-fp8-scales"), drawScales(figures)),
])
  console.log(png);
