// Two threads as two ranks of one process; one is ended while it waits. JavaScript: a worker has no TypeScript loader. The argument is a free port.
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";

import * as torch from "@fabric/torch";

const d = torch.distributed;
if (isMainThread) {
  const initMethod = `tcp://127.0.0.1:${process.argv[2]}`;
  const workers = [0, 1].map(
    (rank) => new Worker(new URL(import.meta.url), { workerData: { rank, initMethod } }),
  );
  const sums = await Promise.all(workers.map((worker) => once(worker, "message")));
  console.log(`sums ${sums.join(" ")}`);
  await workers[0]?.terminate();
  await once(workers[1], "exit");
  console.log("ended");
} else {
  const { rank, initMethod } = workerData;
  // Another default dtype holds a lock in every operator: waiting must not be one.
  torch.setDefaultDtype(rank === 0 ? "bfloat16" : "float32");
  await d.initProcessGroup({ initMethod, rank, worldSize: 2, timeoutMs: 2000 });
  const t = torch.full([1], rank + 1, { dtype: "float32" });
  d.allReduce(t).wait();
  parentPort?.postMessage(t.item());
  // Rank 0 is ended while it waits; rank 1 gets its time-out.
  if (rank === 0) await d.recv(t, 1);
  else await d.recv(t, 0).then(null, () => {});
}
