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
import { Gpt, type GptConfig, gptLoss } from "../../gpt/model.js";
import type { Burst } from "../burst.js";

/** 3.2 million parameters; 65 characters, as the corpora of such examples have. */
export const GPT: GptConfig = { layers: 4, width: 256, heads: 4, context: 128, vocab: 65 };
export const GPT_BATCH = 8;
const MLP_BATCH = 128;

/** The perceptron of 784-512-512-10. */
export class Mlp extends nn.Module {
  fc1 = new nn.Linear(784, 512);
  fc2 = new nn.Linear(512, 512);
  fc3 = new nn.Linear(512, 10);

  override forward(images: Tensor): Tensor {
    let x = F.relu(this.fc1.forward(images)); // [B, 512]
    x = F.relu(this.fc2.forward(x)); // [B, 512]
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

/** One call is one step: zero the gradients, forward, loss, backward, AdamW, read the loss. */
function steps(precision: string, net: nn.Module, loss: (model: nn.Module) => Tensor): Burst {
  const fabric = fabricFor(precision);
  const [model, optimizer] = fabric.setup(
    net,
    new optim.AdamW(net.parameters(), { lr: 1e-4, eps: 1e-6 }),
  );
  const step = (): number =>
    torch.scope(() => {
      optimizer.zeroGrad();
      const value = loss(model);
      fabric.backward(value);
      optimizer.step();
      return value.item();
    });
  return (calls) => {
    for (let i = 0; i < calls; i++) step();
  };
}

/** 784-512-512-10 on a batch of 128. */
export function mlpCase(precision = "32-true"): Burst {
  torch.manualSeed(1);
  const images = torch.randn([MLP_BATCH, 784]);
  const labels = torch.randint(0, 10, [MLP_BATCH]);
  return steps(precision, new Mlp(), (model) =>
    F.crossEntropy((model as Mlp).forward(images), labels),
  );
}

/** {@link GPT} on a batch of {@link GPT_BATCH} whole contexts. */
export function gptCase(precision = "32-true"): Burst {
  torch.manualSeed(1);
  const shape = [GPT_BATCH, GPT.context];
  const [tokens, next] = [torch.randint(0, GPT.vocab, shape), torch.randint(0, GPT.vocab, shape)];
  return steps(precision, new Gpt(GPT), (model) => gptLoss((model as Gpt).forward(tokens), next));
}
