import * as torch from "../../../src/index.js";
import { runProcesses } from "../../support/processes.js";
import { Net, train } from "./scripts/models.js";
torch.manualSeed(1); const net = new Net(); const opt = new torch.optim.AdamW(net.parameters(), { lr: 1e-2 });
const losses = train(net, opt, { steps: 6, rank: 0, size: 1 });
console.log(losses);
for (const count of [2, 4]) {
  const r = await runProcesses(new URL("./scripts/train.ts", import.meta.url), { count });
  for (const p of r) console.log(p.rank, p.code, p.output, p.ms, p.reports[0]?.units);
  console.log(losses.map((l, s) => r.reduce((a, p) => a + p.reports[0].losses[s] / count, 0) - l));
  const st = r[0]!.reports[0].state; let worst = 0; 
  for (const [k, v] of Object.entries(net.stateDict())) worst = Math.max(worst, v.sub(torch.tensor(st[k])).abs().max().item());
  console.log("state", worst, Object.keys(st).join() === Object.keys(net.stateDict()).join(), Object.keys(r[1]!.reports[0].state));
  const os = opt.stateDict(); let w = 0;
  for (const [k, v] of Object.entries(os.state)) w = Math.max(w, (v["exp_avg"] as torch.Tensor).sub(torch.tensor(r[0]!.reports[0].moments[k])).abs().max().item());
  console.log("moments", w, Object.keys(os.state).length);
}
