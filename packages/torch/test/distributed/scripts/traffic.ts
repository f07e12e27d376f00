// Bytes on the wire and memory over many collectives.
import * as torch from "@fabric/torch";
import { bytesSent } from "../../support/bytes-sent.js";
import { report } from "../../support/processes.js";

const d = torch.distributed;
const [rounds = "200"] = process.argv.slice(2);
await d.initProcessGroup({ timeoutMs: 20_000 });
const size = d.getWorldSize();

/** What a collective sends from this rank, without its few bytes of headers. */
async function sentBy(run: () => PromiseLike<void>): Promise<number> {
  // Every rank counts before any starts, and none goes on before all have counted.
  await d.barrier();
  const before = bytesSent();
  await d.barrier();
  await run();
  const after = bytesSent();
  await d.barrier();
  return after - before;
}

const N = 2 ** 20; // elements of float32: 4 MiB
const whole = torch.ones([N]);
const part = torch.ones([N / size]);
const measured: Record<string, number> = {};
try {
  measured["allReduce"] = await sentBy(() => d.allReduce(whole));
  measured["allGatherIntoTensor"] = await sentBy(() => d.allGatherIntoTensor(whole, part));
  measured["reduceScatterTensor"] = await sentBy(() => d.reduceScatterTensor(part, whole));
  measured["allToAllSingle"] = await sentBy(() => d.allToAllSingle(torch.empty([N]), whole));
  const half = torch.ones([N], { dtype: "bfloat16" });
  measured["allReduce of bfloat16"] = await sentBy(() => d.allReduce(half));
  report({ measured });
} catch (error) {
  report({ skipped: String(error) });
}

const small = torch.ones([1000]);
const strided = torch.ones([50, 20]).t();
const step = async (): Promise<void> => {
  await d.allReduce(small, { op: "avg" });
  d.allReduce(strided, { op: "max" }).wait();
};
const resident = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().rss;
};
// libtorch's flight recorder keeps the last 2000 collectives: it is full after 1000 steps.
for (let i = 0; i < Math.min(1000, Number(rounds)); i++) await step();
const before = resident();
const tensors = torch.memory().cpu.tensors;
for (let i = 0; i < Number(rounds); i++) await step();
report({ grown: resident() - before, tensors: torch.memory().cpu.tensors - tensors });
await d.destroyProcessGroup();
