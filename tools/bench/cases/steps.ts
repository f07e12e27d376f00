// Training steps of the perceptron and of the small GPT in one precision, through Fabric.
import {
  functional as F,
  Fabric,
  nn,
  optim,
  type Precision,
  type Tensor,
  torch,
} from "@fabric/core";
import { MixedPrecision } from "@fabric/precision-mixed";
import { Gpt, type GptConfig, gptLoss } from "../../../docs/examples/gpt-model.js";
import type { Burst } from "../burst.js";

/** 3.2 million parameters; 65 characters, as the corpora of such examples have. */
export const GPT: GptConfig = { layers: 4, width: 256, heads: 4, context: 128, vocab: 65 };
export const GPT_BATCH = 8;
const MLP_BATCH = 128;

/** A perceptron with two hidden layers and ten outputs. */
export class Mlp extends nn.Module {
  fc1: nn.Linear;
  fc2: nn.Linear;
  fc3: nn.Linear;

  constructor(inputs: number, width: number) {
    super();
    this.fc1 = new nn.Linear(inputs, width);
    this.fc2 = new nn.Linear(width, width);
    this.fc3 = new nn.Linear(width, 10);
  }

  override forward(images: Tensor): Tensor {
    let x = F.relu(this.fc1.forward(images)); // [B, width]
    x = F.relu(this.fc2.forward(x)); // [B, width]
    return this.fc3.forward(x); // [B, 10]
  }
}

/** By its name "16-mixed" means bf16-mixed on a CPU. */
function fabricFor(precision: string): Fabric {
  const plugins: Precision[] =
    precision === "16-mixed" ? [new MixedPrecision({ precision, device: "cpu" })] : [];
  return new Fabric({
    accelerator: "cpu",
    devices: 1,
    ...(plugins.length > 0 ? { plugins } : { precision }),
  });
}

const adamw = (net: nn.Module): optim.AdamW =>
  new optim.AdamW(net.parameters(), { lr: 1e-4, eps: 1e-6 });

/** One call is one step: zero the gradients, forward, loss, backward, the optimizer, read the loss. */
function burstOf(
  model: nn.Module,
  optimizer: optim.AdamW,
  loss: (model: nn.Module) => Tensor,
  backward: (loss: Tensor) => void,
): Burst {
  const step = (): number =>
    torch.scope(() => {
      optimizer.zeroGrad();
      const value = loss(model);
      backward(value);
      optimizer.step();
      return value.item();
    });
  return (calls) => {
    for (let i = 0; i < calls; i++) step();
  };
}

/** Steps through Fabric. */
function steps(precision: string, net: nn.Module, loss: (model: nn.Module) => Tensor): Burst {
  const fabric = fabricFor(precision);
  const [model, optimizer] = fabric.setup(net, adamw(net));
  return burstOf(model, optimizer, loss, (value) => fabric.backward(value));
}

/** Steps without Fabric. */
function plainSteps(net: nn.Module, loss: (model: nn.Module) => Tensor): Burst {
  return burstOf(net, adamw(net), loss, (value) => value.backward());
}

/** Sizes at which kernels take next to no time, so that what is left is the way to them and back. */
const TINY_GPT: GptConfig = { layers: 4, width: 8, heads: 2, context: 8, vocab: 65 };

/** 8-8-8-10 on a batch of 8. */
export function tinyMlpCase(): Burst {
  torch.manualSeed(1);
  const [x, labels] = [torch.randn([8, 8]), torch.randint(0, 10, [8])];
  return steps("32-true", new Mlp(8, 8), (model) =>
    F.crossEntropy((model as Mlp).forward(x), labels),
  );
}

/** Four layers of width 8 on two sequences of 8. */
export function tinyGptCase(): Burst {
  torch.manualSeed(1);
  const [tokens, next] = [torch.randint(0, 65, [2, 8]), torch.randint(0, 65, [2, 8])];
  return steps("32-true", new Gpt(TINY_GPT), (model) =>
    gptLoss((model as Gpt).forward(tokens), next),
  );
}

/** 784-512-512-10 on a batch of 128. */
export function mlpCase(precision = "32-true"): Burst {
  torch.manualSeed(1);
  const images = torch.randn([MLP_BATCH, 784]);
  const labels = torch.randint(0, 10, [MLP_BATCH]);
  return steps(precision, new Mlp(784, 512), (model) =>
    F.crossEntropy((model as Mlp).forward(images), labels),
  );
}

/** Through the Fabric, or as plain calls of torch: the same step, which differs by what Fabric adds. */
export type Way = "plain" | "fabric";

/** 192-256-256-10 on a batch of 64: about 1 ms a step on one core. */
export function millisecondCase(way: Way): Burst {
  torch.manualSeed(1);
  const [x, labels] = [torch.randn([64, 192]), torch.randint(0, 10, [64])];
  const net = new Mlp(192, 256);
  const loss = (model: nn.Module): Tensor => F.crossEntropy((model as Mlp).forward(x), labels);
  return way === "fabric" ? steps("32-true", net, loss) : plainSteps(net, loss);
}

/** {@link GPT} on a batch of {@link GPT_BATCH} whole contexts. */
export function gptCase(precision = "32-true"): Burst {
  torch.manualSeed(1);
  const shape = [GPT_BATCH, GPT.context];
  const [tokens, next] = [torch.randint(0, GPT.vocab, shape), torch.randint(0, GPT.vocab, shape)];
  return steps(precision, new Gpt(GPT), (model) => gptLoss((model as Gpt).forward(tokens), next));
}
