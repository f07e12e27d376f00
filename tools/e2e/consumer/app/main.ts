// The consumer's program: one training step under the third party's precision and one under bf16-mixed.
import { readFileSync } from "node:fs";
import { functional as F, Fabric, nn, optim, torch } from "@fabric/core";

class Net extends nn.Module {
  fc = new nn.Linear(4, 2);

  override forward(x: torch.Tensor): torch.Tensor {
    return this.fc.forward(x); // [B, 2]
  }
}

function trainOneStep(precision: "rounded" | "bf16-mixed"): number {
  torch.manualSeed(0);
  const fabric = new Fabric({ accelerator: "cpu", precision });
  const net = new Net();
  const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 0.1 }));
  const x = torch.tensor([[0.1, 0.2, 0.3, 0.4]]); // [1, 4]
  const loss = F.mseLoss(model.forward(x), torch.zeros([1, 2]));
  fabric.backward(loss);
  optimizer.step();
  return loss.item();
}

const losses = { rounded: trainOneStep("rounded"), mixed: trainOneStep("bf16-mixed") };
const seen: unknown[] = [];
class Probe extends nn.Module {
  override forward(x: torch.Tensor): torch.Tensor {
    seen.push(x.toArray());
    return x;
  }
}
new Fabric({ accelerator: "cpu", precision: "rounded" })
  .setup(new Probe())
  .forward(torch.tensor([0.1, 0.2, 0.3, 0.4]));
const mapped = readFileSync("/proc/self/maps", "utf8").split("\n");
const libraries = mapped
  .filter((line) => /libtorch_cpu|fabric_torch/.test(line))
  .map((line) => line.replace(/^.* /, ""));
console.log(JSON.stringify({ losses, seen: seen[0], libraries: [...new Set(libraries)] }));
