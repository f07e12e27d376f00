// What ddp adds to a training step where there is nobody to exchange gradients with.
import {
  DDPStrategy,
  functional as F,
  Fabric,
  type nn,
  optim,
  type Tensor,
  torch,
} from "@fabric/core";
import { Gpt, gptLoss } from "../../docs/examples/gpt-model.js";
import { type Burst, median, perCallNs } from "./burst.js";
import { GPT, GPT_BATCH, Mlp } from "./cases/steps.js";
import { columns } from "./columns.js";

/** Of a step, at world size 1. */
const SHARE_BOUND = 0.05;

interface Model {
  readonly make: () => nn.Module;
  /** Draws a batch once; the loss of a model on it. */
  readonly loss: () => (model: nn.Module) => Tensor;
  readonly calls: number;
}

const MODELS = {
  "GPT of 3.2 million": {
    make: () => new Gpt(GPT),
    loss: () => {
      const shape = [GPT_BATCH, GPT.context];
      const [tokens, next] = [
        torch.randint(0, GPT.vocab, shape),
        torch.randint(0, GPT.vocab, shape),
      ];
      return (model) => gptLoss((model as Gpt).forward(tokens), next);
    },
    calls: 6,
  },
  "MLP of 3.8 million": {
    make: () => new Mlp(784, 1600),
    loss: () => {
      const [images, labels] = [torch.randn([128, 784]), torch.randint(0, 10, [128])];
      return (model) => F.crossEntropy((model as Mlp).forward(images), labels);
    },
    calls: 10,
  },
} as const satisfies Record<string, Model>;

type ModelName = keyof typeof MODELS;

async function stepsOf(name: ModelName, strategy: DDPStrategy | undefined): Promise<Burst> {
  const fabric = new Fabric({ accelerator: "cpu", devices: 1, strategy: strategy ?? "auto" });
  await fabric.launch();
  torch.manualSeed(1);
  const { make, loss }: Model = MODELS[name];
  const net = make();
  const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-4 }));
  const value = loss();
  return (calls) => {
    for (let i = 0; i < calls; i++)
      torch.scope(() => {
        optimizer.zeroGrad();
        fabric.backward(value(model));
        optimizer.step();
      });
  };
}

/** Steps through a single device, and through ddp with one process, in turns. */
export async function ddpTable(bursts: number, scale: number): Promise<string> {
  const rows = [
    ["a step of", "one device", "ddp, one process", "added", `bound ${100 * SHARE_BOUND} %`],
  ];
  for (const name of Object.keys(MODELS) as ModelName[]) {
    const sides = [await stepsOf(name, undefined), await stepsOf(name, new DDPStrategy())];
    const calls = Math.max(2, Math.round(MODELS[name].calls * scale));
    const times: number[][] = sides.map(() => []);
    for (let burst = 0; burst < bursts * 2; burst++)
      for (let i = 0; i < sides.length; i++) {
        const side = (i + burst) % sides.length;
        times[side]?.push(perCallNs(sides[side] as Burst, calls));
      }
    const [single, ddp] = times.map((list) => median(list) / 1e6) as [number, number];
    rows.push([
      name,
      ...[single, ddp].map((ms) => `${ms.toFixed(1)} ms`),
      `${((ddp / single - 1) * 100).toFixed(1)} %`,
      ddp <= single * (1 + SHARE_BOUND) ? "met" : "MISSED",
    ]);
  }
  return columns(rows);
}
