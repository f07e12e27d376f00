// Two processes, of which rank 1 does not take part in the fourth backward pass: it is killed, hangs, or is done with its data.
import { DDPStrategy, Fabric, nn, optim, type Tensor, torch } from "@fabric/core";

import { report } from "../../../../../packages/torch/test/support/processes.js";

const [kind, timeoutMs] = process.argv.slice(2) as ["kill" | "hang" | "uneven" | "throw", string];
const strategy = new DDPStrategy({ timeoutMs: Number(timeoutMs) });
const fabric = new Fabric({ accelerator: "cpu", devices: 2, strategy });
await fabric.launch();
const net = new nn.Linear(64, 64);
const [model, optimizer] = fabric.setup(net, new optim.SGD(net.parameters(), { lr: 0.1 }));
for (let step = 0; step < 8; step++) {
  if (step === 3 && fabric.globalRank === 1) {
    report("leaving");
    if (kind === "kill") process.kill(process.pid, "SIGKILL");
    if (kind === "hang") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000);
    if (kind === "throw") throw new Error("mine");
    break;
  }
  optimizer.zeroGrad();
  fabric.backward((model.forward(torch.ones([4, 64])) as Tensor).square().mean());
  optimizer.step();
}
report("trained");
await fabric.barrier();
report("met");
