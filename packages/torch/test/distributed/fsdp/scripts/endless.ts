// Trains until it is ended.
import * as torch from "../../../../src/index.js";
import { report } from "../../../support/processes.js";
import { Net, train } from "./models.js";

await torch.distributed.initProcessGroup({ timeoutMs: 15_000 });
const rank = torch.distributed.getRank();
const size = torch.distributed.getWorldSize();
const net = new Net();
torch.distributed.fsdp.fullyShardByPolicy(net);
const optimizer = new torch.optim.SGD(net.parameters(), { lr: 0.01 });
for (let step = 0; ; step++) {
  train(net, optimizer, { steps: 1, rank, size });
  if (step === 2) report("training");
  await new Promise((resolve) => setTimeout(resolve, 5));
}
