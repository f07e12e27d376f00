// Data parallel training by hand: `elastic-train.mjs FOLDER [RANK EPOCH HOW]...`. Saves each epoch, and goes on from there. In start number i
// of the job the i-th accident happens, in the middle of an epoch.
import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";

import { functional as F, Fabric, nn, optim, SingleDeviceStrategy, torch } from "@fabric/core";

const { distributed } = torch;
const EPOCHS = 5;
const STEPS = 6;

/** Meets the others; everything else is one device's. */
class Meeting extends SingleDeviceStrategy {
  async barrier() {
    await distributed.barrier();
  }
}

const [folder, ...accidents] = process.argv.slice(2);
const attempt = Number(process.env.TORCHELASTIC_RESTART_COUNT);
const [faulty, faultyEpoch, how] = accidents.slice(3 * attempt);

const fabric = new Fabric({
  accelerator: "cpu",
  strategy: new Meeting(),
  devices: 2,
  numNodes: Number(process.env.WORLD_SIZE) / 2,
});
await distributed.initProcessGroup({ timeoutMs: 30_000 });
const { globalRank: rank, worldSize } = fabric;

torch.manualSeed(7);
const net = new nn.Sequential(new nn.Linear(6, 16), new nn.Tanh(), new nn.Linear(16, 1));
const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 0.02 }));
const path = join(folder, "last");
const state = { model, optimizer, epoch: 0 };
if (existsSync(path)) await fabric.load(path, state);

for (; state.epoch < EPOCHS; ) {
  const { epoch } = state;
  let loss;
  for (let step = 0; step < STEPS; step++) {
    if (rank === Number(faulty) && epoch === Number(faultyEpoch) && step === 3) {
      if (how === "kill") process.kill(process.pid, "SIGKILL");
      throw new Error("an accident");
    }
    torch.manualSeed(1000 * epoch + 10 * step + 100_000 * rank);
    const x = torch.randn([8, 6]);
    optimizer.zeroGrad();
    loss = F.mseLoss(model.forward(x), x.sum([1], { keepdim: true }));
    fabric.backward(loss);
    for (const { grad } of net.parameters()) await distributed.allReduce(grad, { op: "avg" });
    optimizer.step();
  }
  const mean = loss.detach();
  await distributed.allReduce(mean, { op: "avg" });
  state.epoch++;
  await fabric.save(path, state);
  if (rank === 0)
    appendFileSync(join(folder, "losses"), `${attempt} ${worldSize} ${epoch} ${mean.item()}\n`);
}
await distributed.destroyProcessGroup();
