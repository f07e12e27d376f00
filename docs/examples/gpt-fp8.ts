// A byte-level GPT trained on a novel from the same seed in bf16-mixed and in FP8, emulated on the CPU: losses, and each layer's amaxes and scales.
//   node --import tsx/esm docs/examples/gpt-fp8.ts            some minutes a training on a free core
//   node --import tsx/esm docs/examples/gpt-fp8.ts --short    a tiny model, a few seconds
//   --out FOLDER    where to write the figures; default runs/gpt-fp8
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Fabric, torch } from "@fabric/core";
import { TransformerEnginePrecision } from "@fabric/precision-te";
import { type ScaleHistory, ScaleRecorder } from "./fp8-history.js";
import type { Gpt, GptConfig } from "./gpt-model.js";
import { type GptTraining, perplexity, trainGpt } from "./gpt-train.js";
import { loadNovel, type Text } from "./novel.js";

/** What can be compared; all compute in bfloat16 what is not in FP8. */
export const WAYS = [
  /** Float32 weights; products in bfloat16. */
  "bf16-mixed",
  /** Float32 weights as well, so that all that differs is FP8. */
  "transformer-engine, float32 weights",
  /** As the alias is: bfloat16 weights, half the memory. */
  "transformer-engine",
] as const;
export type Way = (typeof WAYS)[number];

/** Sizes of a run. */
export interface Plan {
  /** Of the figures. */
  readonly name: string;
  readonly ways: readonly Way[];
  readonly config: GptConfig;
  readonly training: Pick<GptTraining, "steps" | "maxLr">;
  /** Steps from one sample of amaxes and scales to the next. */
  readonly every: number;
  /** Held-out bytes of the novel, at most. */
  readonly testBytes: number;
}

/** 1.9 million weights; half as many bytes are read as the novel has. */
export const FULL: Plan = {
  name: "gpt-fp8",
  ways: ["bf16-mixed", "transformer-engine, float32 weights"],
  config: { layers: 4, width: 192, heads: 4, context: 128, vocab: 256 },
  training: { steps: 500, maxLr: 3e-3 },
  every: 5,
  testBytes: Number.POSITIVE_INFINITY,
};

/** For continuous integration: the same steps with a model that only learns which bytes are frequent. */
export const SHORT: Plan = {
  name: "gpt-fp8-short",
  ways: WAYS,
  config: { layers: 2, width: 64, heads: 2, context: 64, vocab: 256 },
  training: { steps: 60, maxLr: 3e-3 },
  every: 5,
  testBytes: 16 * 1024,
};

/** Scales come from the last 16 steps. */
export const HISTORY = 16;

/** A Fabric that trains in this way. */
export function fabricFor(way: Way): Fabric {
  const place = { accelerator: "cpu", devices: 1 } as const;
  if (way === "bf16-mixed") return new Fabric({ ...place, precision: way });
  const plugin = new TransformerEnginePrecision({
    weightsDtype: way === "transformer-engine" ? "bfloat16" : "float32",
    fallbackComputeDtype: "bfloat16",
    recipe: { kind: "delayed", amaxHistoryLen: HISTORY },
  });
  return new Fabric({ ...place, plugins: [plugin] });
}

/** How one of the trainings went; a type, so that it can be saved in a checkpoint. */
export type Training = {
  readonly way: Way;
  readonly seconds: number;
  /** Of each step, nats a byte. */
  readonly losses: readonly number[];
  /** Mean of the last 50 steps. */
  readonly loss: number;
  /** Mean over the held-out text. */
  readonly heldOut: number;
  /** A number that was drawn after the last step: the same if the trainings drew the same weights and batches. */
  readonly nextDraw: number;
};

/** Everything that a run found out. */
export type Figures = {
  readonly parameters: number;
  readonly plan: Plan;
  readonly trainings: readonly Training[];
  /** Of the training with float32 weights. */
  readonly history: ScaleHistory;
};

/** Trains in each way, tells the losses, and writes `<name>.json` to `out`. */
export function run(
  plan: Plan,
  { out, tell }: { out: string; tell: (line: string) => void },
): Figures {
  const novel = loadNovel();
  const recorder = new ScaleRecorder(plan.every);
  let parameters = 0;
  const trainings = plan.ways.map((way) => {
    const { model, training } = train(plan, way, novel, tell, (step, gpt) => {
      if (way === "transformer-engine, float32 weights") recorder.record(step, gpt);
    });
    parameters = model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
    return training;
  });
  const figures = { parameters, plan, trainings, history: recorder.history() };
  tell(`\n${lossTable(trainings)}`);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, `${plan.name}.json`), `${JSON.stringify(figures)}\n`);
  return figures;
}

function train(
  { config, training, testBytes }: Plan,
  way: Way,
  novel: Text,
  tell: (line: string) => void,
  onStep: (step: number, model: Gpt) => void,
): { model: Gpt; training: Training } {
  tell(`\n${way}:`);
  const fabric = fabricFor(way);
  Fabric.seedEverything(1, { verbose: false });
  const losses: number[] = [];
  const start = performance.now();
  const model = trainGpt(fabric, novel.train, {
    config,
    ...training,
    onStep: (step, loss, gpt) => {
      losses.push(loss);
      onStep(step, gpt);
      if (step % Math.ceil(training.steps / 10) === 0)
        tell(`step ${step}: loss ${mean(losses.slice(-50)).toFixed(4)}`);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const nextDraw = torch.randint(1_000_000, [1]).item<number>();
  const text = novel.test.narrow(0, 0, Math.min(testBytes, novel.test.size(0)));
  const heldOut = Math.log(perplexity(model, text, config.context));
  const loss = mean(losses.slice(-50));
  return { model, training: { way, seconds, losses, loss, heldOut, nextDraw } };
}

/** The losses as a table in Markdown, with what they are above the first one's. */
export function lossTable(trainings: readonly Training[]): string {
  const first = trainings[0] as Training;
  const rise = (value: number, base: number): string =>
    value === base ? "" : `${value < base ? "−" : "+"}${percent(value, base).toFixed(2)} %`;
  return [
    `| training | loss, last 50 steps | difference | held-out loss | difference |`,
    "| --- | ---: | ---: | ---: | ---: |",
    ...trainings.map(({ way, loss, heldOut }) =>
      [
        `| ${way}`,
        loss.toFixed(4),
        rise(loss, first.loss),
        heldOut.toFixed(4),
        `${rise(heldOut, first.heldOut)} |`,
      ].join(" | "),
    ),
  ].join("\n");
}

/** How far a loss is from another, in percent of that. */
export function percent(value: number, base: number): number {
  return 100 * Math.abs(value / base - 1);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function main(): void {
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      out: { type: "string", default: "runs/gpt-fp8" },
    },
  });
  run(values.short ? SHORT : FULL, { out: values.out, tell: (line) => console.log(line) });
}

// Runs as a script, and can be imported without running.
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  main();
