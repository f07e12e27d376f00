// The pictures of docs/examples/gpt-quantised.ts: `node --import tsx/esm tools/plots/gpt-quantised.ts docs/examples/gpt-quantised.json docs/examples`.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as Plot from "@observablehq/plot";
import type { Figures } from "../../docs/examples/gpt-quantised.js";
import { plotSvg, writePlot } from "./render.js";

/** A column of the picture: one bar a mode, with its value beside it. */
interface Column {
  readonly title: string;
  readonly note: string;
  readonly values: readonly number[];
  readonly label: (value: number, i: number) => string;
  readonly colour: string;
}

/** Width of a column's longest bar, and from column to column, in units of x. */
const BAR = 1;
const STEP = 1.75;

/** Modes from above to below, columns side by side. @returns SVG text. */
export function drawModes({ modes, parameters, training }: Figures): string {
  const full = modes[0]?.perplexity ?? Number.NaN;
  const columns: Column[] = [
    {
      title: "Bytes of the model",
      note: "darker: linear layers of the blocks",
      values: modes.map(({ bytes }) => bytes / 1e6),
      label: (value) => `${value.toFixed(1)} MB`,
      colour: "#9ecae1",
    },
    {
      title: "Perplexity a byte",
      note: "bars: above 32-true",
      values: modes.map(({ perplexity }) => Math.max(0, perplexity / full - 1)),
      label: (_, i) => perplexityLabel(modes[i]?.perplexity ?? Number.NaN, full, i),
      colour: "#d55e00",
    },
    {
      title: "Tokens a second",
      note: "a token is a byte; batches of 8 x 128",
      values: modes.map(({ batchRate }) => batchRate),
      label: (value) => Math.round(value).toLocaleString("en"),
      colour: "#009e73",
    },
  ];
  const names = modes.map(({ mode }) => mode);
  const largest = Math.max(...modes.map(({ bytes }) => bytes));
  return plotSvg({
    width: 980,
    height: 400,
    marginTop: 112,
    marginLeft: 110,
    marginRight: 8,
    marginBottom: 16,
    x: { axis: null, domain: [0, STEP * columns.length - 0.1] },
    y: { domain: names, label: null, tickSize: 0, padding: 0.28 },
    marks: [
      ...columns.flatMap((column, i) => columnMarks(column, i * STEP, names)),
      Plot.barX(modes, {
        x1: 0,
        x2: ({ layerBytes }) => (BAR * layerBytes) / largest,
        y: "mode",
        fill: "#0072b2",
      }),
      ...head(
        "A GPT in every mode, on the held-out tenth of a novel",
        `${(parameters / 1e6).toFixed(1)} million weights, trained for ${training.steps.toLocaleString("en")} steps in bf16-mixed; all but the blocks' linear layers in 16 bits, with 32-true in 32`,
        -96,
        -98,
      ),
    ],
  });
}

/** "5.83", and how much that is above float32. */
function perplexityLabel(perplexity: number, full: number, i: number): string {
  const rise = 100 * (perplexity / full - 1);
  return i === 0
    ? perplexity.toFixed(3)
    : `${perplexity.toFixed(3)}  ${rise < 0 ? "−" : "+"}${Math.abs(rise).toFixed(2)} %`;
}

function columnMarks(
  { title, note, values, label, colour }: Column,
  left: number,
  names: readonly string[],
): Plot.Markish[] {
  const most = Math.max(...values) || 1;
  const rows = values.map((value, i) => ({
    name: names[i],
    end: left + (BAR * value) / most,
    text: label(value, i),
  }));
  const top = { x: () => left, frameAnchor: "top" as const, textAnchor: "start" as const };
  return [
    Plot.barX(rows, { x1: left, x2: "end", y: "name", fill: colour }),
    Plot.ruleX([left], { stroke: "#888" }),
    Plot.text(rows, { x: "end", y: "name", text: "text", textAnchor: "start", dx: 5 }),
    Plot.text([title], { ...top, dy: -40, fontSize: 13.5, fontWeight: "bold" }),
    Plot.text([note], { ...top, dy: -21, fontSize: 11.5, fill: "#666" }),
  ];
}

/** Title and subtitle, so far to the right of the frame's corner and below it. */
function head(title: string, subtitle: string, dx: number, dy: number): Plot.Markish[] {
  const corner = { frameAnchor: "top-left" as const, dx };
  return [
    Plot.text([title], { ...corner, dy, fontSize: 17, fontWeight: "bold" }),
    Plot.text([subtitle], { ...corner, dy: dy + 24, fontSize: 12, fill: "#666" }),
  ];
}

/** Perplexity of the new text against steps of the adapters. @returns SVG text. */
export function drawAdapting({ adapted, parameters }: Figures): string {
  const { curve, trained } = adapted;
  const values = curve.map(({ perplexity }) => perplexity);
  const [least, most] = [0.85 * Math.min(...values), 1.2 * Math.max(...values)];
  const share = ((100 * trained) / parameters).toFixed(1);
  return plotSvg({
    width: 860,
    height: 400,
    marginTop: 84,
    marginLeft: 60,
    marginRight: 36,
    marginBottom: 48,
    x: { label: "step", labelAnchor: "center", labelArrow: "none" },
    y: {
      label: "perplexity a byte",
      labelAnchor: "center",
      labelArrow: "none",
      type: "log",
      grid: true,
      domain: [least, most],
      ticks: [1, 2, 3, 4, 5, 7, 10, 20, 30, 50, 70, 100, 200].filter((y) => y > least && y < most),
      tickFormat: "d",
    },
    marks: [
      Plot.line(curve, { x: "step", y: "perplexity", stroke: "#0072b2", strokeWidth: 1.8 }),
      Plot.dot(curve, { x: "step", y: "perplexity", fill: "#0072b2", r: 3.5 }),
      Plot.text(curve, {
        x: "step",
        y: "perplexity",
        text: ({ perplexity }: (typeof curve)[number]) => perplexity.toFixed(2),
        textAnchor: "start",
        dx: 5,
        dy: -11,
      }),
      ...head(
        "LoRA on nf4-dq: from a novel to declarations of TypeScript",
        `held-out text; ${trained.toLocaleString("en")} weights of rank 8 (${share} % of the model's) are trained with AdamW8bit, the rest is frozen`,
        -46,
        -70,
      ),
    ],
  });
}

const [json = "docs/examples/gpt-quantised.json", folder = "docs/examples"] = process.argv.slice(2);
const figures = JSON.parse(readFileSync(json, "utf8")) as Figures;
for (const { png } of [
  writePlot(join(folder, "gpt-quantised"), drawModes(figures)),
  writePlot(join(folder, "gpt-quantised-lora"), drawAdapting(figures)),
])
  console.log(png);
