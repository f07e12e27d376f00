// Trains the small GPT on a text, through Fabric, and tells how well a model predicts another.
import { type Fabric, optim, type Tensor, torch } from "@fabric/core";
import { Gpt, type GptConfig, gptLoss } from "./gpt-model.js";
import { everyBatch, randomBatch } from "./novel.js";

/** Rows of `config.context` bytes a step. */
export const BATCH = 8;

/** How to train. */
export interface GptTraining {
  readonly config: GptConfig;
  readonly steps: number;
  /** The one-cycle schedule's highest rate. */
  readonly maxLr: number;
  /** Called after each step with its number, from 1, its loss, and the set-up model. */
  readonly onStep?: (step: number, loss: number, model: Gpt) => void;
}

/** Trains a new {@link Gpt} on `text`, uint8 `[N]`, in the precision of `fabric`. @returns the set-up model. */
export function trainGpt(fabric: Fabric, text: Tensor, training: GptTraining): Gpt {
  const { config, steps, maxLr, onStep } = training;
  const net = new Gpt(config);
  const adamw = new optim.AdamW(net.parameters(), { lr: maxLr, betas: [0.9, 0.95] });
  const oneCycle = new optim.lrScheduler.OneCycleLR(adamw, maxLr, { totalSteps: steps });
  const [model, optimizer, schedule] = fabric.setup(net, adamw, { scheduler: oneCycle });
  for (let step = 1; step <= steps; step++) {
    // The scope frees the step's temporaries at once; weights, gradients and optimizer state outlive it.
    const loss = torch.scope(() => {
      const { tokens, next } = randomBatch(text, BATCH, config.context);
      optimizer.zeroGrad();
      const loss = gptLoss(model.forward(tokens), next);
      fabric.backward(loss);
      fabric.clipGradients(model, optimizer, { maxNorm: 1 });
      optimizer.step();
      schedule.step();
      return loss.item<number>();
    });
    onStep?.(step, loss, model);
  }
  return model;
}

/** How many bytes a model hesitates between: exp of the mean cross-entropy over `text`, uint8 `[N]`. 256 for a guess, 1 at best. */
export function perplexity(model: Gpt, text: Tensor, context: number): number {
  let nats = 0;
  let count = 0;
  torch.noGrad(() => {
    for (const batch of everyBatch(text, 32, context))
      torch.scope(() => {
        const { tokens, next } = batch;
        // In float32 whatever the model computes in.
        const loss = gptLoss(model.forward(tokens).to("float32"), next);
        nats += loss.item<number>() * next.numel();
        count += next.numel();
      });
  });
  return Math.exp(nats / count);
}
