// The worker threads of one loader, seen from the thread that trains.

import { Worker } from "node:worker_threads";

import { FabricError } from "../../errors.js";
import { unscoped } from "../../scope.js";
import { dropShared } from "../../share.js";
import { decode, encode } from "./encode.js";
import { unpackError } from "./errors.js";
import type { Answer, JobOrder, Order, WorkerSetup } from "./protocol.js";
import { workerSeed } from "./seeds.js";

/** What a worker made for one job: a batch, or the end of its stream. @internal */
export type Fetched = { readonly batch: unknown } | null;

/** What a pool is made with. @internal */
export interface PoolOptions extends Omit<WorkerSetup, "id"> {
  /** Seconds to wait for a batch; 0 for ever. */
  readonly timeout: number;
  /** Mixed into seeds, so that the processes of a job differ. */
  readonly rank: number;
}

interface Job {
  readonly what: string;
  readonly done: (fetched: Fetched) => void;
  readonly failed: (error: Error) => void;
  /** Nobody waits any more: what comes is freed. */
  isDropped: boolean;
}

/** How long a worker may finish what it is doing, in ms, before it is ended in the middle. */
const PATIENCE = 2000;

class WorkerThread {
  readonly id: number;
  readonly #worker: Worker;
  readonly #jobs = new Map<number, Job>();
  readonly #ended: Promise<void>;
  #failure: FabricError | undefined;

  constructor(id: number, options: PoolOptions) {
    this.id = id;
    const { numWorkers, dataset, collate, init, iterable, batchSize, dropLast } = options;
    const setup: WorkerSetup = {
      id,
      numWorkers,
      dataset,
      collate,
      init,
      iterable,
      batchSize,
      dropLast,
    };
    const { value, tokens } = encode(setup);
    this.#worker = new Worker(new URL("./worker-main.js", import.meta.url), {
      workerData: value,
      ...threadOptions(),
    });
    // An idle worker does not keep the process alive; one with a job does.
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => this.#settle(answer));
    let cause: unknown;
    this.#worker.on("error", (error) => {
      cause = error;
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on("exit", (code) => {
        for (const token of tokens) dropShared(token); // if it ended before it took them
        this.#fail(code, cause);
        resolve();
      });
    });
  }

  get isAlive(): boolean {
    return this.#failure === undefined;
  }

  send(order: Order): void {
    this.#worker.postMessage(order);
  }

  /** Orders a job and waits for it. */
  ask(order: JobOrder, what: string): Promise<Fetched> {
    return new Promise((done, failed) => {
      if (this.#failure !== undefined) {
        failed(this.#failure);
        return;
      }
      this.#jobs.set(order.job, { what, done, failed, isDropped: false });
      this.#worker.ref();
      this.send(order);
    });
  }

  /** Frees what is under way; what is queued is not begun. */
  drop(): void {
    for (const job of this.#jobs.values()) {
      job.isDropped = true;
      job.done(null);
    }
    if (this.#jobs.size > 0) this.send({ kind: "stop" });
  }

  /** Ends the thread, after the job that it is at. */
  async end(): Promise<void> {
    this.drop();
    this.send({ kind: "end" });
    const timer = setTimeout(() => void this.#worker.terminate(), PATIENCE);
    await this.#ended;
    clearTimeout(timer);
  }

  #settle(answer: Answer): void {
    const job = this.#jobs.get(answer.job);
    this.#jobs.delete(answer.job);
    if (this.#jobs.size === 0) this.#worker.unref();
    if (job === undefined || job.isDropped) {
      if ("tokens" in answer) for (const token of answer.tokens) dropShared(token);
    } else if ("error" in answer) {
      job.failed(unpackError(answer.error, `in worker ${this.id} of the data loader, ${job.what}`));
    } else if ("value" in answer) {
      job.done({ batch: unscoped(() => decode(answer.value)) });
    } else job.done(null);
  }

  #fail(code: number, cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : `it ended with code ${code}`;
    this.#failure = new FabricError(
      "FABRIC_USAGE_WORKER_EXITED",
      `Worker ${this.id} of the data loader ended before its work: ${reason}. Look for process.exit, an uncaught error or too little memory in the data set.`,
      { cause },
    );
    for (const job of this.#jobs.values()) if (!job.isDropped) job.failed(this.#failure);
    this.#jobs.clear();
  }
}

/** Worker threads that fetch in turn. @internal */
export class WorkerPool {
  readonly #threads: WorkerThread[];
  readonly #options: PoolOptions;
  #job = 0;
  #seed: number | bigint = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#threads = Array.from(
      { length: options.numWorkers },
      (_, id) => new WorkerThread(id, options),
    );
  }

  /** Starts an epoch: workers are seeded, streams begin anew. */
  begin(seed: number | bigint): void {
    this.#seed = seed;
    for (const thread of this.#threads)
      thread.send({ kind: "epoch", seed: workerSeed(seed, thread.id, this.#options.rank) });
  }

  /** Batch `number` of the epoch; the seed of its randomness depends on that number alone. */
  fetch(number: number, item: number | readonly number[]): Promise<Fetched> {
    const thread = this.#threadOf(number);
    // 2^32: no batch shares the place of a worker in the mixing.
    const seed = workerSeed(this.#seed, 2 ** 32 + number, this.#options.rank);
    const what = typeof item === "number" ? `for sample ${item}` : `for samples ${list(item)}`;
    return thread.ask({ kind: "fetch", job: this.#job++, seed, item }, what);
  }

  /** The next batch of the stream of worker `id`; null at its end. */
  next(id: number): Promise<Fetched> {
    const thread = this.#threads[id] as WorkerThread;
    return thread.ask({ kind: "next", job: this.#job++ }, "reading its stream");
  }

  /** Whether every thread could go on. */
  get isAlive(): boolean {
    return this.#threads.every((thread) => thread.isAlive);
  }

  /** Frees what is under way, and keeps the threads. */
  drop(): void {
    for (const thread of this.#threads) thread.drop();
  }

  /** Ends all threads. */
  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }

  #threadOf(number: number): WorkerThread {
    return this.#threads[number % this.#threads.length] as WorkerThread;
  }

  /** Waits for a job no longer than `timeout`. @throws FabricError `FABRIC_USAGE_WORKER_TIMEOUT`. */
  async within(fetched: Promise<Fetched>): Promise<Fetched> {
    const { timeout } = this.#options;
    if (timeout === 0) return fetched;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(
          new FabricError(
            "FABRIC_USAGE_WORKER_TIMEOUT",
            `DataLoader: no batch came within \`timeout: ${timeout}\` seconds. Give it longer, or look at what the data set waits for.`,
          ),
        );
      }, timeout * 1000);
    });
    try {
      return await Promise.race([fetched, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * Options for the threads: Node's own are inherited, but a process that was started with the text of a script (`node -e`) has some that a
 * thread refuses; of those only what loads modules is passed on.
 */
function threadOptions(): { execArgv?: string[] } {
  const { execArgv } = process;
  if (!execArgv.some((argument) => /^(-e|-p|-pe|--eval|--print|--input-type)\b/.test(argument)))
    return {};
  const loading = /^(--import|--require|-r|--loader|--experimental-loader|--conditions|-C)(=|$)/;
  const kept = execArgv.flatMap((argument, i) => {
    if (!loading.test(argument)) return [];
    return argument.includes("=") ? [argument] : execArgv.slice(i, i + 2);
  });
  return { execArgv: kept };
}

function list(indices: readonly number[]): string {
  const shown = indices.slice(0, 8).join(", ");
  return indices.length > 8 ? `${shown}, ... (${indices.length})` : shown;
}
