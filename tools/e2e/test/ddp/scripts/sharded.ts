// Training whose checkpoint is sharded: three steps and a save, or the next three from there, in as many processes as there are.
import { DDPStrategy, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";

import { report } from "../../../../../packages/torch/test/support/processes.js";
import { makeNet } from "./sharded-net.js";
import { train } from "./train.js";

const [folder, from] = process.argv.slice(2) as [string, "start" | "checkpoint"];
const devices = Number(process.env["WORLD_SIZE"]);
const STEPS = 3;

const strategy = new DDPStrategy({ stateDictType: "sharded" });
const fabric = new Fabric({ accelerator: "cpu", devices, strategy });
await fabric.launch();
torch.manualSeed(fabric.globalRank);
const net = makeNet();
const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 0.01 }));
const frozen = fabric.setupModule(new nn.Linear(16, 16).requiresGrad_(false));
const state = { model, frozen, optimizer, step: 0, own: torch.full([3], fabric.globalRank) };
if (from === "checkpoint") await fabric.load(folder, state);
const losses = await train(fabric, state, STEPS);
const values = Object.entries(model.stateDict()).map(([name, t]) => [name, t.toArray()]);
let refused = "";
if (from === "start") {
  // Each process has its own between two passes.
  (net.buffers()[0] as Tensor).fill_(fabric.globalRank + 1);
  await fabric.save(folder, state);
  refused = await fabric
    .save(`${folder}-bad`, fabric.isGlobalZero ? { model, step: Symbol("none") } : { model })
    .then(
      () => "",
      (error: Error) => error.message,
    );
  losses.push(...(await train(fabric, state, STEPS)));
}
report({ losses, step: state.step, values, own: state.own.toArray(), refused });
