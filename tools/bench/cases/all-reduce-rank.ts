// One of the two processes of the all-reduce table. Reads lines "KIB CALLS MODE" from stdin; MODE is "wait" (blocks on each call, as Python's does)
// or "await". Writes the seconds a call of each burst.
import { createInterface } from "node:readline";
import * as torch from "@fabric/torch";

const d = torch.distributed;
await d.initProcessGroup();
process.stdout.write("ready\n");
for await (const line of createInterface({ input: process.stdin })) {
  const [kib = "", count = "", mode = ""] = line.split(" ");
  const calls = Number(count);
  const t = torch.zeros([Number(kib) * 256]);
  for (let i = 0; i < 3; i++) d.allReduce(t).wait();
  d.barrier().wait();
  const start = performance.now();
  if (mode === "wait") for (let i = 0; i < calls; i++) d.allReduce(t).wait();
  else for (let i = 0; i < calls; i++) await d.allReduce(t);
  const seconds = (performance.now() - start) / calls / 1e3;
  t.dispose();
  process.stdout.write(`${seconds}\n`);
}
await d.destroyProcessGroup();
