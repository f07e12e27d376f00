// One of the two processes of the all-reduce table: blocks on each call, as Python's does, then awaits each. Rank 0 writes seconds a call by bytes.
import * as torch from "@fabric/torch";

const d = torch.distributed;
await d.initProcessGroup();
const blocking: Record<string, number> = {};
const awaited: Record<string, number> = {};
for (const kib of [4, 64, 1024, 4096, 16_384, 65_536]) {
  const t = torch.zeros([kib * 256]);
  const calls = Math.max(3, Math.min(400, Math.round(65_536 / kib)));
  for (let i = 0; i < 3; i++) await d.allReduce(t);
  await d.barrier();
  let start = performance.now();
  for (let i = 0; i < calls; i++) d.allReduce(t).wait();
  blocking[kib * 1024] = (performance.now() - start) / calls / 1e3;
  await d.barrier();
  start = performance.now();
  for (let i = 0; i < calls; i++) await d.allReduce(t);
  awaited[kib * 1024] = (performance.now() - start) / calls / 1e3;
}
if (d.getRank() === 0) process.stdout.write(JSON.stringify({ blocking, awaited }));
await d.barrier();
await d.destroyProcessGroup();
