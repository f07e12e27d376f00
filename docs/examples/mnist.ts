// A small convolutional network on handwritten digits, through Fabric: the README's model and loop, complete.
//   node --import tsx/esm docs/examples/mnist.ts
import { pathToFileURL } from "node:url";
import { data, functional as F, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";
import { type DigitSet, loadDigits } from "./digits.js";

/** Two strided convolutions and a linear layer: 28,938 weights, 97 to 98 % of the held-out digits after two epochs. */
export class DigitNet extends nn.Module {
  conv1 = new nn.Conv2d(1, 16, 5, { stride: 2, padding: 2 });
  conv2 = new nn.Conv2d(16, 32, 5, { stride: 2, padding: 2 });
  head = new nn.Linear(32 * 7 * 7, 10);

  /** Scores `[B, 10]` of images `[B, 1, 28, 28]`. */
  override forward(images: Tensor): Tensor {
    let x = F.relu(this.conv1.forward(images)); // [B, 16, 14, 14]
    x = F.relu(this.conv2.forward(x)); // [B, 32, 7, 7]
    return this.head.forward(x.flatten(1)); // [B, 10]
  }
}

/** How to train. */
export interface TrainOptions {
  /** Passes over the training set. */
  epochs: number;
  /** Samples a step. Default 32. */
  batchSize?: number;
  /** The one-cycle schedule's highest rate. Default 6e-3. */
  maxLr?: number;
  /** Called after each step with its number, from 1, and its loss. */
  onStep?: (step: number, loss: number) => void;
}

/** A trained network and what training it took. */
export interface Trained {
  model: DigitNet;
  optimizer: optim.AdamW;
  /** Loss of every step. */
  losses: number[];
  samplesPerSecond: number;
}

/** Trains a new {@link DigitNet} on `train` in whatever precision `fabric` was made with. */
export async function trainDigits(
  fabric: Fabric,
  train: DigitSet,
  options: TrainOptions,
): Promise<Trained> {
  const { epochs, batchSize = 32, maxLr = 6e-3, onStep } = options;
  const net = new DigitNet();
  const adamw = new optim.AdamW(net.parameters(), { lr: maxLr, eps: adamEps(fabric) });
  const batches = new data.DataLoader(train, { batchSize, shuffle: true, dropLast: true, seed: 1 });
  const oneCycle = new optim.lrScheduler.OneCycleLR(adamw, maxLr, {
    totalSteps: epochs * batches.length,
    divFactor: 10,
  });
  const [model, optimizer, schedule] = fabric.setup(net, adamw, { scheduler: oneCycle });
  const loader = fabric.setupDataLoaders(batches);
  const losses: number[] = [];
  const start = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) {
    for await (const [images, labels] of loader) {
      // The scope frees the step's temporaries at once; weights, gradients and optimizer state outlive it.
      const loss = torch.scope(() => {
        optimizer.zeroGrad();
        const loss = F.crossEntropy(model.forward(images), labels);
        fabric.backward(loss);
        optimizer.step();
        schedule.step();
        return loss.item();
      });
      images.dispose(); // now, not at the next garbage collection
      labels.dispose();
      losses.push(loss);
      onStep?.(losses.length, loss);
    }
  }
  const seconds = (performance.now() - start) / 1000;
  return { model, optimizer, losses, samplesPerSecond: (losses.length * batchSize) / seconds };
}

/** Share of `test` whose highest score is the right digit. */
export function accuracy(fabric: Fabric, model: DigitNet, test: DigitSet): number {
  const [images, labels] = test.tensors;
  return torch.scope(() =>
    torch.noGrad(() => {
      model.eval();
      let right = 0;
      for (let at = 0; at < test.length; at += 500) {
        const scores = model.forward(fabric.toDevice(images.at(torch.slice(at, at + 500))));
        const truth = fabric.toDevice(labels.at(torch.slice(at, at + 500)));
        right += scores.argmax(1).eq(truth).sum().item();
      }
      model.train();
      return right / test.length;
    }),
  );
}

/**
 * AdamW divides by `sqrt(v) + eps`, with `v` the mean squared gradient. Under 16-true `v` is a float16, whose smallest
 * positive value is 6e-8: gradients below 2.4e-4 leave `v = 0`, and with the usual eps of 1e-8 the step would be their
 * mean divided by 1e-8. An eps of 1e-4 keeps such steps small. bfloat16 has float32's range and needs no change.
 */
function adamEps(fabric: Fabric): number {
  return fabric.precision.precision === "16-true" ? 1e-4 : 1e-8;
}

async function main(): Promise<void> {
  const { train, test } = loadDigits();
  const fabric = new Fabric({ precision: "bf16-mixed" });
  Fabric.seedEverything(1);
  const { model, losses } = await trainDigits(fabric, train, {
    epochs: 2,
    onStep: (step, loss) => {
      if (step % 50 === 0) console.log(`step ${step}: loss ${loss.toFixed(3)}`);
    },
  });
  console.log(
    `${losses.length} steps, ${(100 * accuracy(fabric, model, test)).toFixed(2)} % of the held-out digits right`,
  );
}

// Runs as a script, and can be imported without running.
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await main();
