// Command line of the GPT example.
import { parseArgs } from "node:util";
import type { TrainOptions } from "./train.js";

/** What `npm run gpt` was asked for. */
export interface GptOptions extends TrainOptions {
  /** Train in every way that is to be compared, and draw the losses. */
  readonly compare: boolean;
  /** Folder for the picture and the figures of a comparison. */
  readonly out: string;
}

export const USAGE = `npm run gpt -- [options]
  --precision A          default bf16-true
  --master-weights       float32 copies of the weights (bf16-true, 16-true)
  --stochastic-rounding  weights rounded by chance (bf16-true, 16-true)
  --steps N              default 600
  --lr X                 highest learning rate, default 0.0005
  --seed N               default 1
  --compare              32-true, bf16-mixed, and bf16-true and 16-true with and without the options above
  --out FOLDER           of a comparison, default runs/gpt`;

/** Reads the command line. @throws Error with a message for people for a wrong option. */
export function readOptions(args: readonly string[]): GptOptions | "help" {
  const { values } = parseArgs({
    // npm passes on what stands after the first `--`; a second one is harmless.
    args: args.filter((arg) => arg !== "--"),
    options: {
      precision: { type: "string", default: "bf16-true" },
      "master-weights": { type: "boolean", default: false },
      "stochastic-rounding": { type: "boolean", default: false },
      steps: { type: "string", default: "600" },
      lr: { type: "string", default: "0.0005" },
      seed: { type: "string", default: "1" },
      compare: { type: "boolean", default: false },
      out: { type: "string", default: "runs/gpt" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  return {
    precision: values.precision,
    masterWeights: values["master-weights"],
    stochasticRounding: values["stochastic-rounding"],
    steps: numberOf(
      "--steps",
      values.steps,
      (n) => Number.isInteger(n) && n >= 1,
      "a whole number >= 1",
    ),
    lr: numberOf("--lr", values.lr, (n) => n > 0, "a number > 0"),
    seed: numberOf(
      "--seed",
      values.seed,
      (n) => Number.isInteger(n) && n >= 0,
      "a whole number >= 0",
    ),
    compare: values.compare,
    out: values.out,
  };
}

function numberOf(
  option: string,
  text: string,
  isGood: (n: number) => boolean,
  expected: string,
): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && isGood(value)) return value;
  throw new Error(`Expected ${expected} for ${option} but received "${text}".`);
}
