// Teaches a model that is frozen in 4 bits another kind of text, with LoRA and an optimizer with 8-bit state.
import { Fabric, torch } from "@fabric/core";
import { BitsandbytesPrecision, optim } from "@fabric/precision-bnb";
import { Gpt, type GptConfig, gptLoss } from "./gpt-model.js";
import { IGNORED, PLACE } from "./gpt-modes.js";
import { BATCH, perplexity } from "./gpt-train.js";
import { addAdapters } from "./lora.js";
import { randomBatch, type Text } from "./novel.js";

/** How to adapt. */
export interface Adapting {
  readonly steps: number;
  /** Perplexity is measured at the start and after each of so many steps. */
  readonly every: number;
  /** So many bytes of the held-out text are used for it. */
  readonly testBytes: number;
  readonly maxLr: number;
  readonly onMeasured?: (step: number, perplexity: number) => void;
}

/** What adapting did. */
export interface Adapted {
  /** Perplexity of the held-out part of the new text. */
  readonly curve: readonly { readonly step: number; readonly perplexity: number }[];
  /** Elements that are trained. */
  readonly trained: number;
  /** Bytes of the optimizer's state. */
  readonly optimizerBytes: number;
}

/** Loads `checkpoint` in nf4-dq, adds adapters of rank 8 to its blocks and trains them on `text`. */
export async function adapt(
  checkpoint: string,
  config: GptConfig,
  text: Text,
  { steps, every, testBytes, maxLr, onMeasured }: Adapting,
): Promise<Adapted> {
  const fabric = new Fabric({
    ...PLACE,
    plugins: [
      new BitsandbytesPrecision({
        mode: "nf4-dq",
        ignoreModules: IGNORED,
        keepInDtype: { "**.lora*": "float32" },
      }),
    ],
  });
  torch.manualSeed(2); // whether or not this process trained the model as well
  const net = new Gpt(config);
  await fabric.load(checkpoint, { model: net });
  const adapters = addAdapters(net, "blocks.", { rank: 8, alpha: 16 });
  // From 1024 elements on: by default half of the matrices of a model this small would have 32-bit state.
  const adamw = new optim.AdamW8bit(adapters, { lr: maxLr, minSize8bit: 1024 });
  const [model, optimizer] = fabric.setup(net, adamw);

  const test = text.test.narrow(0, 0, Math.min(testBytes, text.test.size(0)));
  const curve: { step: number; perplexity: number }[] = [];
  const measure = (step: number): void => {
    const value = perplexity(model, test, config.context);
    curve.push({ step, perplexity: value });
    onMeasured?.(step, value);
  };
  measure(0);
  for (let step = 1; step <= steps; step++) {
    torch.scope(() => {
      for (const group of optimizer.paramGroups) group.lr = maxLr * (1 - (step - 1) / steps);
      const { tokens, next } = randomBatch(text.train, BATCH, config.context);
      optimizer.zeroGrad();
      fabric.backward(gptLoss(model.forward(tokens), next));
      fabric.clipGradients(model, optimizer, { maxNorm: 1 });
      optimizer.step();
    });
    if (step % every === 0 || step === steps) measure(step);
  }
  return {
    curve,
    trained: adapters.reduce((sum, parameter) => sum + parameter.numel(), 0),
    optimizerBytes: stateBytes(adamw),
  };
}

function stateBytes(optimizer: torch.optim.Optimizer): number {
  // A set: the tables of codes are shared by all parameters.
  const tensors = new Set(
    [...optimizer.state.values()].flatMap((state) => Object.values(state).filter(torch.isTensor)),
  );
  return [...tensors].reduce((sum, tensor) => sum + tensor.nbytes, 0);
}
