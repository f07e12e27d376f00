// Trains the small GPT on sums in one precision.
import { Fabric, optim, type Precision, torch } from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import { createPrecision as createFp8 } from "@fabric/precision-te";
import { HalfPrecision } from "@fabric/precision-true";
import { Gpt, type GptConfig, gptLoss } from "../../docs/examples/gpt-model.js";
import { ALPHABET, Corpus } from "./corpus.js";

/** What to train, and how. */
export interface TrainOptions {
  /** An alias that core or an installed plugin serves. */
  readonly precision: string;
  readonly masterWeights: boolean;
  readonly stochasticRounding: boolean;
  readonly steps: number;
  /** Highest learning rate, after a tenth of the steps; it falls to nothing along a cosine. */
  readonly lr: number;
  readonly seed: number;
}

/** How a run went. */
export interface TrainResult {
  /** Training loss by step, nats a character. */
  readonly losses: number[];
  /** Mean loss on text of another seed after the last step. */
  readonly heldOut: number;
  /** Median over the steps after the first ten. */
  readonly tokensPerSecond: number;
}

export const CONFIG: GptConfig = {
  layers: 3,
  width: 96,
  heads: 4,
  context: 64,
  vocab: ALPHABET.length,
};
export const BATCH = 32;

/** The plugin object where an alias alone would not do. */
function pluginOf(options: TrainOptions): { precision: string } | { plugins: Precision[] } {
  const { precision, masterWeights, stochasticRounding } = options;
  if (precision === "16-mixed")
    return { plugins: [new MixedPrecision({ precision, device: "cpu" })] };
  if (precision === "bf16-true" || precision === "16-true")
    return { plugins: [new HalfPrecision({ precision, masterWeights, stochasticRounding })] };
  if (masterWeights || stochasticRounding)
    throw new Error(
      `--master-weights and --stochastic-rounding belong to bf16-true and 16-true, not to ${precision}.`,
    );
  if (precision.startsWith("transformer-engine"))
    return { plugins: [createFp8(precision, { accelerator: "cpu", device: "cpu" })] };
  return { precision };
}

/** The rate at a step: up in a straight line, then down a cosine. */
function rateAt(step: number, { steps, lr }: TrainOptions): number {
  const warm = Math.max(1, Math.round(steps / 10));
  if (step < warm) return (lr * (step + 1)) / warm;
  return (lr * (1 + Math.cos((Math.PI * (step - warm)) / (steps - warm)))) / 2;
}

/** Trains, telling each step's loss. */
export function train(
  options: TrainOptions,
  tell: (step: number, loss: number) => void = () => {},
): TrainResult {
  torch.manualSeed(options.seed);
  const fabric = new Fabric({ accelerator: "cpu", devices: 1, ...pluginOf(options) });
  const net = new Gpt(CONFIG);
  const [model, optimizer] = fabric.setup(
    net,
    new optim.AdamW(net.parameters(), {
      lr: options.lr,
      betas: [0.9, 0.95],
      weightDecay: 0.01,
      eps: 1e-6,
    }),
  );
  const corpus = new Corpus(options.seed);
  const losses: number[] = [];
  const times: number[] = [];
  for (let step = 0; step < options.steps; step++) {
    const start = performance.now();
    const loss = torch.scope(() => {
      for (const group of optimizer.paramGroups)
        (group as { lr: number }).lr = rateAt(step, options);
      const { tokens, next } = corpus.batch(BATCH, CONFIG.context);
      optimizer.zeroGrad();
      const value = gptLoss(model.forward(tokens), next);
      fabric.backward(value);
      fabric.clipGradients(model, optimizer, { maxNorm: 1 });
      optimizer.step();
      return value.item<number>();
    });
    losses.push(loss);
    times.push(performance.now() - start);
    tell(step, loss);
  }
  const heldOut = torch.noGrad(() =>
    torch.scope(() => {
      const { tokens, next } = new Corpus(options.seed + 1000).batch(256, CONFIG.context);
      return gptLoss(model.forward(tokens), next).item<number>();
    }),
  );
  const sorted = times.slice(10).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return { losses, heldOut, tokensPerSecond: (BATCH * CONFIG.context * 1000) / median };
}
