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
  { name: "bf16-true, masters", precision: "bf16-true", masterWeights: true },
  { name: "bf16-true, stoch.", precision: "bf16-true", stochasticRounding: true },
  { name: "16-true, masters", precision: "16-true", masterWeights: true },
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
      `${name.padEnd(21)} held-out loss ${result.heldOut.toFixed(4)}, ${Math.round(result.tokensPerSecond)} tokens/s`,
    );
  }
  mkdirSync(options.out, { recursive: true });
  const head = ["step", ...VARIANTS.map(({ name }) => name.replaceAll(",", ""))].join(",");
  const smooth = results.map(({ result }) => movingMean(result.losses, SMOOTH_STEPS));
  const lines = Array.from({ length: options.steps }, (_, i) =>
    [i + 1, ...smooth.map((curve) => (curve[i] as number).toFixed(5))].join(","),
  );
  writeFileSync(join(options.out, "losses.csv"), `${[head, ...lines].join("\n")}\n`);
  writePlot(join(options.out, "losses"), drawDifferences(smooth, options));
  return [
    "| precision | held-out loss | last training loss | tokens/s |",
    "| --- | ---: | ---: | ---: |",
    ...results.map(({ variant, result }, v) => {
      const last = (smooth[v] as number[]).at(-1) as number;
      return `| ${variant.name} | ${result.heldOut.toFixed(4)} | ${last.toFixed(4)} | ${Math.round(result.tokensPerSecond).toLocaleString("en")} |`;
    }),
  ].join("\n");
}

/** What each way loses against the first, 32-true, in the second half: the curves themselves lie on each other. @returns SVG text. */
export function drawDifferences(
  curves: readonly (readonly number[])[],
  { steps, lr }: { readonly steps: number; readonly lr: number },
): string {
  const [full = [], ...others] = curves;
  const from = Math.floor(steps / 2);
  return lineChart({
    title: "A small GPT on sums: loss above that of 32-true",
    subtitle: `training loss on the same text, AdamW with a rate of ${lr} that falls to 0; means over ${SMOOTH_STEPS} steps, second half of ${steps}`,
    xLabel: "step",
    yLabel: "cross-entropy above 32-true's (1/1000 nat a character)",
    width: 1150,
    series: others.map((curve, i) => ({
      name: VARIANTS[i + 1]?.name ?? "",
      points: curve
        .slice(from)
        .map((y, k) => ({ x: from + k + 1, y: 1000 * (y - (full[from + k] as number)) })),
    })),
  });
}
