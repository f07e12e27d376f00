// Three steps of a training that goes on where the checkpoint ends, in as many processes as there are; batches are those of all together.
import { functional as F, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";

import { report } from "../../../../../packages/torch/test/support/processes.js";

const [folder, from] = process.argv.slice(2) as [string, string];
const size = Number(process.env["WORLD_SIZE"]);
const ROWS = 8;
const STEPS = 3;

const fabric = new Fabric({ accelerator: "cpu", devices: size, strategy: "ddp" });
await fabric.launch();
torch.manualSeed(fabric.globalRank);
const net = new nn.Sequential(new nn.Linear(6, 16), new nn.Tanh(), new nn.Linear(16, 2));
const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 0.01 }));
const state = { model, optimizer, step: 0 };
if (from === "checkpoint") await fabric.load(folder, state);
torch.manualSeed(7);
const batches = Array.from({ length: 2 * STEPS }, () => [
  torch.randn([ROWS, 6]),
  torch.randn([ROWS, 2]),
]) as [Tensor, Tensor][];
const share = ROWS / size;
const mine = (t: Tensor): Tensor => t.narrow(0, fabric.globalRank * share, share);
const losses: number[] = [];
for (const [x, y] of batches.slice(state.step, state.step + STEPS)) {
  optimizer.zeroGrad();
  const loss = F.mseLoss(model.forward(mine(x)) as Tensor, mine(y));
  fabric.backward(loss);
  optimizer.step();
  losses.push((((await fabric.allReduce(loss.detach())) as Tensor).item() as number) ?? 0);
  state.step++;
}
if (from === "start") await fabric.save(folder, state);
report({ losses, step: state.step });
