// Training steps of a 784-512-512-10 perceptron on a batch of 128, float32, AdamW, through Fabric.
import { functional as F, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";
import type { Burst } from "../burst.js";

class Mlp extends nn.Module {
  fc1 = new nn.Linear(784, 512);
  fc2 = new nn.Linear(512, 512);
  fc3 = new nn.Linear(512, 10);

  override forward(images: Tensor): Tensor {
    let x = F.relu(this.fc1.forward(images)); // [B, 512]
    x = F.relu(this.fc2.forward(x)); // [B, 512]
    return this.fc3.forward(x); // [B, 10]
  }
}

/** One call is one step: zero the gradients, forward, loss, backward, AdamW, read the loss. */
export function mlpCase(): Burst {
  torch.manualSeed(1);
  const fabric = new Fabric({ accelerator: "cpu", devices: 1 });
  const net = new Mlp();
  const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 1e-3 }));
  const images = torch.randn([128, 784]);
  const labels = torch.randint(0, 10, [128]);
  const step = (): number =>
    torch.scope(() => {
      optimizer.zeroGrad();
      const loss = F.crossEntropy(model.forward(images), labels);
      fabric.backward(loss);
      optimizer.step();
      return loss.item();
    });
  return (calls) => {
    for (let i = 0; i < calls; i++) step();
  };
}
