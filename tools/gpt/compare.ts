// The same training in several precisions: where plain 16-bit weights lose, and what master weights and stochastic rounding give back.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lineChart } from "../plots/line-chart.js";
import { writePlot } from "../plots/render.js";
import { movingMean } from "../plots/smooth.js";
import { type TrainOptions, type TrainResult, train } from "./train.js";

/** Steps over which curves are averaged. */
const SMOOTH_STEPS = 25;

interface Variant {
  readonly name: string;
  readonly precision: string;
  readonly masterWeights?: boolean;
  readonly stochasticRounding?: boolean;
}

const VARIANTS: readonly Variant[] = [
  { name: "32-true", precision: "32-true" },
  { name: "bf16-mixed", precision: "bf16-mixed" },
  { name: "bf16-true", precision: "bf16-true" },
  { name: "bf16-true, master weights", precision: "bf16-true", masterWeights: true },
  { name: "bf16-true, stochastic rounding", precision: "bf16-true", stochasticRounding: true },
  { name: "16-true, master weights", precision: "16-true", masterWeights: true },
];

/** Trains in every way, then writes `losses.csv`, `results.json` and the picture. @returns a table in Markdown. */
export function compare(
  options: TrainOptions & { readonly out: string },
  tell: (line: string) => void,
): string {
  const results: { variant: Variant; result: TrainResult }[] = [];
  for (const variant of VARIANTS) {
    const { name, ...rest } = variant;
    const result = train({ ...options, masterWeights: false, stochasticRounding: false, ...rest });
    results.push({ variant, result });
    tell(
      `${name.padEnd(31)} held-out loss ${result.heldOut.toFixed(4)}, ${Math.round(result.tokensPerSecond)} tokens/s`,
    );
  }
  mkdirSync(options.out, { recursive: true });
  const head = ["step", ...VARIANTS.map(({ name }) => name.replaceAll(",", ""))].join(",");
  const smooth = results.map(({ result }) => movingMean(result.losses, SMOOTH_STEPS));
  const lines = Array.from({ length: options.steps }, (_, i) =>
    [i + 1, ...smooth.map((curve) => (curve[i] as number).toFixed(5))].join(","),
  );
  writeFileSync(join(options.out, "losses.csv"), `${[head, ...lines].join("\n")}\n`);
  const svg = lineChart({
    title: "A small GPT on sums, by precision",
    subtitle: `training loss, AdamW with a rate of ${options.lr} that falls to 0; mean over ${SMOOTH_STEPS} steps`,
    xLabel: "step",
    yLabel: "cross-entropy (nats a character)",
    logY: true,
    series: results.map(({ variant }, v) => ({
      name: variant.name,
      points: (smooth[v] as number[]).map((y, i) => ({ x: i + 1, y })),
    })),
  });
  writePlot(join(options.out, "losses"), svg);
  return [
    "| precision | held-out loss | last training loss | tokens/s |",
    "| --- | ---: | ---: | ---: |",
    ...results.map(({ variant, result }, v) => {
      const last = (smooth[v] as number[]).at(-1) as number;
      return `| ${variant.name} | ${result.heldOut.toFixed(4)} | ${last.toFixed(4)} | ${Math.round(result.tokensPerSecond).toLocaleString("en")} |`;
    }),
  ].join("\n");
}
