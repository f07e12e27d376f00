// A byte-level GPT: trained on a novel in bf16-mixed, loaded in all modes of 4 and 8 bits, then taught another text with LoRA on nf4-dq.
//   node --import tsx/esm docs/examples/gpt-quantised.ts            about a quarter of an hour on two cores
//   node --import tsx/esm docs/examples/gpt-quantised.ts --short    a tiny model, a few seconds
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Fabric } from "@fabric/core";
import { type Adapted, type Adapting, adapt } from "./gpt-adapt.js";
import { Gpt, type GptConfig } from "./gpt-model.js";
import { compareModes, type ModeResult, PLACE } from "./gpt-modes.js";
import { type GptTraining, trainGpt } from "./gpt-train.js";
import { loadDeclarations, loadNovel } from "./novel.js";

/** Sizes of a run. */
export interface Plan {
  /** Of the checkpoint and of the figures. */
  readonly name: string;
  readonly config: GptConfig;
  readonly training: Pick<GptTraining, "steps" | "maxLr">;
  /** Timings of each mode. */
  readonly rounds: number;
  /** Held-out bytes of the novel, at most. */
  readonly testBytes: number;
  readonly adapting: Omit<Adapting, "onMeasured">;
}

/** 4.9 million weights; as many bytes are read as the novel has twice over. */
export const FULL: Plan = {
  name: "novel-gpt",
  config: { layers: 6, width: 256, heads: 4, context: 128, vocab: 256 },
  training: { steps: 2200, maxLr: 2e-3 },
  rounds: 15,
  testBytes: Number.POSITIVE_INFINITY,
  adapting: { steps: 400, every: 50, testBytes: 32 * 1024, maxLr: 3e-3 },
};

/** For continuous integration: the same steps with a model that only learns which bytes are frequent. */
export const SHORT: Plan = {
  name: "novel-gpt-short",
  config: { layers: 2, width: 64, heads: 2, context: 64, vocab: 256 },
  training: { steps: 30, maxLr: 5e-3 },
  rounds: 3,
  testBytes: 16 * 1024,
  adapting: { steps: 30, every: 10, testBytes: 16 * 1024, maxLr: 1e-2 },
};

/** Everything that a run found out; a type, so that it can be saved in a checkpoint. */
export type Figures = {
  readonly parameters: number;
  readonly training: Training;
  readonly modes: readonly ModeResult[];
  readonly adapted: Adapted;
};

/** How the training went. */
type Training = {
  readonly steps: number;
  readonly seconds: number;
  /** Mean loss of the last 50 steps, in nats a byte. */
  readonly loss: number;
};

/** Trains, or takes the checkpoint that an earlier run left in `out`; measures; adapts; writes `<name>.json`. */
export async function run(
  plan: Plan,
  { out, retrain, tell }: { out: string; retrain: boolean; tell: (line: string) => void },
): Promise<Figures> {
  mkdirSync(out, { recursive: true });
  const checkpoint = join(out, plan.name);
  const novel = loadNovel();
  if (retrain || !existsSync(checkpoint)) await train(plan, checkpoint, tell);
  else tell(`Using ${checkpoint}; --retrain trains anew.`);
  const { training } = await new Fabric(PLACE).load(checkpoint);

  const heldOut = Math.min(plan.testBytes, novel.test.size(0));
  const test = novel.test.narrow(0, 0, heldOut);
  tell(`\nThe held-out ${heldOut.toLocaleString("en")} bytes, in each mode:`);
  const modes = await compareModes(checkpoint, plan.config, test, plan.rounds);
  tell(`\n${modeTable(modes)}\n\nLoRA on nf4-dq, on declarations of TypeScript:`);
  const adapted = await adapt(checkpoint, plan.config, loadDeclarations(), {
    ...plan.adapting,
    onMeasured: (step, value) => tell(`step ${step}: held-out perplexity ${value.toFixed(2)}`),
  });

  const parameters = new Gpt(plan.config).parameters().reduce((sum, p) => sum + p.numel(), 0);
  const figures = { parameters, training: training as Training, modes, adapted };
  writeFileSync(join(out, `${plan.name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
  return figures;
}

/** Trains in bf16-mixed and saves the model, with how it went. */
async function train(
  { config, training }: Plan,
  checkpoint: string,
  tell: (line: string) => void,
): Promise<void> {
  const fabric = new Fabric({ ...PLACE, precision: "bf16-mixed" });
  Fabric.seedEverything(1, { verbose: false });
  const losses: number[] = [];
  const recent = (): number => mean(losses.slice(-50));
  const start = performance.now();
  const model = trainGpt(fabric, loadNovel().train, {
    config,
    ...training,
    onStep: (step, loss) => {
      losses.push(loss);
      if (step % Math.ceil(training.steps / 20) === 0)
        tell(`step ${step}: loss ${recent().toFixed(3)}`);
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const how: Training = { steps: training.steps, seconds, loss: recent() };
  await fabric.save(checkpoint, { model, training: how });
}

/** The modes as a table in Markdown; a token is a byte. */
export function modeTable(modes: readonly ModeResult[]): string {
  const full = modes[0]?.perplexity ?? Number.NaN;
  return [
    "| mode | perplexity | over 32-true | linear layers | whole model | tokens/s, batch | tokens/s, one by one |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ...modes.map(({ mode, perplexity, layerBytes, bytes, batchRate, singleRate }) => {
      const rise = `${(100 * (perplexity / full - 1)).toFixed(2)} %`;
      const cells = [mode, perplexity.toFixed(4), rise, megabytes(layerBytes), megabytes(bytes)];
      const rates = [batchRate, singleRate].map((rate) => Math.round(rate).toLocaleString("en"));
      return `| ${[...cells, ...rates].join(" | ")} |`;
    }),
  ].join("\n");
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      short: { type: "boolean", default: false },
      retrain: { type: "boolean", default: false },
      out: { type: "string", default: "runs/gpt-quantised" },
    },
  });
  const { out, retrain } = values;
  await run(values.short ? SHORT : FULL, { out, retrain, tell: (line) => console.log(line) });
}

// Runs as a script, and can be imported without running.
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main();
