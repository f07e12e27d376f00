// Trains a sharded model, and reports losses, memory, events and state.
import * as torch from "../../../../src/index.js";
import { report } from "../../../support/processes.js";
import { Net, train } from "./models.js";

const { distributed, optim } = torch;
const { fsdp } = distributed;

await distributed.initProcessGroup({ timeoutMs: 30_000 });
const rank = distributed.getRank();
const size = distributed.getWorldSize();
torch.manualSeed(1);
const net = new Net();
const optimizer = new optim.AdamW(net.parameters(), { lr: 1e-2 });
const { units } = fsdp.fullyShardByPolicy(net);
const losses = train(net, optimizer, { steps: 6, rank, size });
const state = fsdp.fullStateDict(net);
const optimizerState = fsdp.fullOptimizerState(optimizer);
report({
  units,
  losses,
  state: Object.fromEntries(Object.entries(state).map(([k, v]) => [k, v.toArray()])),
  moments: rank === 0 ? Object.fromEntries(Object.entries(optimizerState.state).map(([k, v]) => [k, (v["exp_avg"] as torch.Tensor).toArray()])) : null,
});
await distributed.destroyProcessGroup();
