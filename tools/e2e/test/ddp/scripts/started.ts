// Trains two steps with ddp, however it was started, and tells where it ran.
import { Fabric, nn, optim, type Tensor, torch } from "@fabric/core";

const fabric = new Fabric({ accelerator: "cpu", devices: 2, strategy: "ddp" });
if (process.env["FABRIC_CLI_USED"] === undefined) await fabric.launch();
torch.manualSeed(fabric.globalRank);
const net = new nn.Linear(4, 4);
const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 0.1 }));
for (let step = 0; step < 2; step++) {
  optimizer.zeroGrad();
  fabric.backward((model.forward(torch.full([2, 4], fabric.globalRank)) as Tensor).square().mean());
  optimizer.step();
}
const sum = net.weight.detach().sum();
const [most, least] = [sum.clone(), sum.clone()];
await fabric.allReduce(most, { reduceOp: "max" });
await fabric.allReduce(least, { reduceOp: "min" });
await fabric.rankZeroFirst(() => {});
if (fabric.isGlobalZero)
  console.log(
    `${fabric.worldSize} processes, weights ${most.item() === least.item() ? "alike" : "apart"}`,
  );
