import * as torch from "../src/index.js";
import { fullyShard, shardRows } from "../src/distributed/fsdp/index.js";
const { nn, optim } = torch; const F = torch.functional;
class Block extends nn.Module { fc1 = new nn.Linear(16, 32); ln = new nn.LayerNorm(16); fc2 = new nn.Linear(32, 16);
 forward(x: torch.Tensor) { return x.add(this.fc2.forward(torch.relu(this.fc1.forward(this.ln.forward(x))))); } }
class Net extends nn.Module { emb = new nn.Embedding(7, 16); blocks = [new Block(), new Block(), new Block()]; head = new nn.Linear(16, 7);
 forward(x: torch.Tensor) { let h = this.emb.forward(x); for (const b of this.blocks) h = b.forward(h); return this.head.forward(h); } }
function run(shard: boolean) {
  torch.manualSeed(0); const net = new Net(); 
  const opt = new optim.AdamW(net.parameters(), { lr: 1e-2 });
  if (shard) { for (const b of net.blocks) fullyShard(b); fullyShard(net); }
  const out: number[] = [];
  for (let i = 0; i < 5; i++) { torch.scope(() => {
    const x = torch.arange(7).mul(i+1).remainder(7); const loss = F.crossEntropy(net.forward(x), torch.arange(7));
    loss.backward(); opt.step(); opt.zeroGrad(); out.push(loss.item()); }); }
  return out;
}
console.log(run(false)); console.log(run(true));
{ class Leak extends nn.Module { fc = new nn.Linear(4,4); forward(x: torch.Tensor) { (this as any).hold = [this.fc.weight.t()]; return this.fc.forward(x); } }
const m = fullyShard(new Leak(), { reshardAfterForward: true }); const y = m.forward(torch.ones([1,4]));
try { console.log((m as any).hold[0].toArray()); } catch (e: any) { console.log("ok", e.code, e.message); }
try { console.log((m as any).hold[0].sum().item()); } catch (e: any) { console.log("ok", e.code, e.message); }
try { console.log(torch.ones([4,4]).matmul((m as any).hold[0])); } catch (e: any) { console.log("ok", e.code, e.message); }
y.sum().backward(); console.log(m.fc.weight.grad!.shape, m.fc.weight.requiresGrad); }
