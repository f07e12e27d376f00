// Three steps of a training that goes on where the checkpoint ends, in as many processes as there are.
import { Fabric, nn, optim, torch } from "@fabric/core";

import { report } from "../../../../../packages/torch/test/support/processes.js";
import { train } from "./train.js";

const [folder, from] = process.argv.slice(2) as [string, string];
const devices = Number(process.env["WORLD_SIZE"]);

const fabric = new Fabric({ accelerator: "cpu", devices, strategy: "ddp" });
await fabric.launch();
torch.manualSeed(fabric.globalRank);
const net = new nn.Sequential(new nn.Linear(6, 16), new nn.Tanh(), new nn.Linear(16, 2));
const [model, optimizer] = fabric.setup(net, new optim.AdamW(net.parameters(), { lr: 0.01 }));
const state = { model, optimizer, step: 0 };
if (from === "checkpoint") await fabric.load(folder, state);
const losses = await train(fabric, state, 3);
if (from === "start") await fabric.save(folder, state);
report({ losses, step: state.step });
