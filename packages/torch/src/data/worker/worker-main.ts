// A worker thread of a data loader: makes its data set, then batches, one after another as they are ordered.

import { parentPort, workerData } from "node:worker_threads";
import { runtime } from "../../runtime.js";
import { unscoped } from "../../scope.js";
// All of the package: the data set that is made here uses it.
import "../../index.js";

import { dropShared } from "../../share.js";
import { isTensor } from "../../tensor.js";
import type { DataSource } from "../dataset.js";
import { type Collate, fetchBatch, fetchSample, streamBatches } from "../fetch.js";
import { decode, encode } from "./encode.js";
import { packError } from "./errors.js";
import { setWorkerInfo } from "./info.js";
import type { Answer, JobOrder, Order, WorkerSetup } from "./protocol.js";
import { importFunction, make } from "./recipe.js";

const setup = decode(workerData) as WorkerSetup;
const port = parentPort as NonNullable<typeof parentPort>;
const queue: Order[] = [];
let running = false;
let dataset: DataSource<unknown> | undefined;
let collate: Collate | undefined;
/** What kept the worker from starting; every job is answered with it. */
let broken: unknown;
let stream: AsyncIterator<unknown> | undefined;

// One thread an operator: the parallelism is in the workers.
runtime().ownThreads(1);

port.on("message", (order: Order) => {
  if (order.kind === "stop") dropQueue();
  else queue.push(order);
  void work();
});

function dropQueue(): void {
  for (const order of queue.splice(0))
    if ("job" in order) port.postMessage({ job: order.job, dropped: true } satisfies Answer);
    else if (order.kind === "end") queue.push(order);
}

async function work(): Promise<void> {
  if (running) return;
  running = true;
  for (let order = queue.shift(); order !== undefined; order = queue.shift()) {
    if (order.kind === "end") {
      // Whatever the data set holds open must not keep the thread.
      setImmediate(() => process.exit(0));
      return;
    }
    if (order.kind === "epoch") await beginEpoch(order.seed);
    else if (order.kind !== "stop") post(await answer(order));
  }
  running = false;
}

async function beginEpoch(seed: number): Promise<void> {
  // libtorch's default generator is the process's; this thread draws from one of its own.
  runtime().ownGenerator(seed);
  try {
    if (dataset === undefined && broken === undefined) await start(seed);
    setWorkerInfo({ id: setup.id, numWorkers: setup.numWorkers, seed, dataset });
    if (setup.iterable && broken === undefined)
      stream = streamBatches(dataset as AsyncIterable<unknown>, collate, setup, 0);
  } catch (error) {
    broken = error;
  }
}

async function start(seed: number): Promise<void> {
  const { id, numWorkers } = setup;
  if (setup.collate !== undefined) collate = await importFunction<Collate>(setup.collate);
  dataset = await make(setup.dataset);
  setWorkerInfo({ id, numWorkers, seed, dataset });
  if (setup.init !== undefined)
    await (await importFunction<(id: number) => unknown>(setup.init))(id);
}

async function answer(order: JobOrder): Promise<Answer> {
  const { job } = order;
  try {
    if (broken !== undefined) throw broken;
    if (order.kind === "next") {
      const { done, value } = await (stream as AsyncIterator<unknown>).next();
      return done === true ? { job, done } : { job, ...handOver(value) };
    }
    // The same numbers for a batch whichever worker makes it.
    runtime().generatorSeed(null, order.seed);
    const source = dataset as DataSource<unknown>;
    const { item } = order;
    const batch =
      typeof item === "number"
        ? await unscoped(() => fetchSample(source, item))
        : await fetchBatch(source, collate, item);
    return { job, ...handOver(batch) };
  } catch (error) {
    return { job, error: packError(error) };
  }
}

function handOver(batch: unknown): { value: unknown; tokens: readonly number[] } {
  const encoded = encode(batch);
  // What was just stacked is nobody's here: freed now, not when this thread's collector comes to it.
  const isStacked =
    collate === undefined &&
    setup.batchSize !== null &&
    (dataset as { getBatch?: unknown }).getBatch === undefined;
  if (isStacked) disposeAll(batch);
  return encoded;
}

function disposeAll(batch: unknown): void {
  if (isTensor(batch)) batch.dispose();
  else if (Array.isArray(batch)) batch.forEach(disposeAll);
  else if (batch instanceof Map) for (const item of batch.values()) disposeAll(item);
  else if (typeof batch === "object" && batch !== null) Object.values(batch).forEach(disposeAll);
}

function post(reply: Answer): void {
  try {
    port.postMessage(reply);
  } catch (error) {
    if ("tokens" in reply) for (const token of reply.tokens) dropShared(token);
    port.postMessage({ job: reply.job, error: packError(error) } satisfies Answer);
  }
}
