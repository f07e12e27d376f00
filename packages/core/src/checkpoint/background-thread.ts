// The thread behind `saveAsync`: takes tensors over by their tokens and writes them as `save` would.

import { parentPort, workerData } from "node:worker_threads";

import { FabricError, type Tensor, torch } from "../torch.js";
import type { WriteJob, WriteResult } from "./background.js";
import { writeEncoded } from "./write.js";

const { ended } = workerData as { ended: Int32Array };

parentPort?.on("message", (job: WriteJob) => {
  const result = run(job);
  Atomics.add(ended, 0, 1);
  Atomics.notify(ended, 0);
  parentPort?.postMessage(result);
});

function run({ id, path, json, tensors, header }: WriteJob): WriteResult {
  const taken: [string, Tensor][] = tensors.map(([name, token]) => [name, torch.takeShared(token)]);
  try {
    writeEncoded(path, { json, tensors: new Map(taken) }, header);
    return { id };
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const code = error instanceof FabricError ? error.code : null;
    return { id, error: { code, message: error.message, stack: error.stack ?? "" } };
  } finally {
    // Now, not at the next collection: this is as much memory as the model.
    for (const [, tensor] of taken) tensor.dispose();
  }
}
