// Writes checkpoints in a thread of their own, so that training goes on meanwhile.

import { resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { warnOnce } from "../messages.js";
import { FabricError, torch } from "../torch.js";
import type { CheckpointHeader } from "./checkpoint-io.js";
import { snapshotTensor } from "./snapshot.js";
import { encodeTree } from "./tree.js";

/** What is posted to the thread. @internal */
export interface WriteJob {
  readonly id: number;
  readonly path: string;
  readonly json: unknown;
  /** Tensors by name: tokens of `torch.shareTensor`. */
  readonly tensors: readonly (readonly [name: string, token: number])[];
  readonly header: CheckpointHeader;
}

/** What comes back. @internal */
export interface WriteResult {
  readonly id: number;
  readonly error?: {
    readonly code: string | null;
    readonly message: string;
    readonly stack: string;
  };
}

interface Waiting {
  readonly job: WriteJob;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** One thread writes for the whole process: checkpoints are stored in the order in which they were asked for. */
class BackgroundWriter {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  /** How many jobs the thread has ended. */
  readonly #ended = new Int32Array(new SharedArrayBuffer(4));
  #posted = 0;

  constructor(onEnd: () => void) {
    this.#worker = new Worker(new URL("./background-thread.js", import.meta.url), {
      workerData: { ended: this.#ended },
      execArgv: [],
    });
    this.#worker.on("message", (result: WriteResult) => this.#settle(result));
    this.#worker.on("error", (error: Error) => {
      onEnd();
      this.#abandon(error);
    });
    this.#worker.on("exit", (code) => {
      onEnd();
      this.#abandon(new Error(`the thread ended with code ${code}`));
    });
    // An idle thread does not keep the process alive; one that writes does.
    this.#worker.unref();
  }

  write(path: string, state: Record<string, unknown>, header: CheckpointHeader): Promise<void> {
    const { json, tensors } = encodeTree(state);
    this.#waitForRoom();
    const job: WriteJob = {
      id: ++this.#posted,
      path: resolve(path),
      json,
      tensors: [...tensors].map(([name, tensor]) => {
        using copy = snapshotTensor(tensor);
        return [name, torch.shareTensor(copy)] as const;
      }),
      header,
    };
    return new Promise<void>((done, failed) => {
      this.#waiting.set(job.id, { job, done, failed });
      this.#worker.ref();
      this.#worker.postMessage(job);
    });
  }

  /** At most one copy of the state waits: a disk that is slower than the saves slows them down, and memory stays bounded. */
  #waitForRoom(): void {
    for (;;) {
      const ended = Atomics.load(this.#ended, 0);
      if (this.#posted - ended < 1) return;
      warnOnce(
        "FABRIC_CHECKPOINT_SLOW",
        "saveAsync: the checkpoint before is still being written; waiting for it, so that at most one copy of the state is held. Save less often.",
      );
      Atomics.wait(this.#ended, 0, ended);
    }
  }

  #settle({ id, error }: WriteResult): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (error === undefined) waiting?.done();
    else waiting?.failed(remake(error));
  }

  #abandon(cause: Error): void {
    for (const { job, failed } of this.#waiting.values()) {
      for (const [, token] of job.tensors) torch.dropShared(token);
      failed(
        new FabricError(
          "FABRIC_CHECKPOINT_WRITE",
          `The checkpoint "${job.path}" was not written: ${cause.message}. One that was there before is unharmed.`,
          { cause },
        ),
      );
    }
    this.#waiting.clear();
  }
}

let writer: BackgroundWriter | undefined;

/** Copies a state's tensors now and stores them in the background; the promise ends when they are on the disk. @internal */
export async function writeInBackground(
  path: string,
  state: Record<string, unknown>,
  header: CheckpointHeader,
): Promise<void> {
  writer ??= new BackgroundWriter(() => {
    writer = undefined;
  });
  await writer.write(path, state, header);
}

/** An error crosses threads as its parts. */
function remake({ code, message, stack }: NonNullable<WriteResult["error"]>): Error {
  const error = code === null ? new Error(message) : new FabricError(code, message);
  error.stack = stack;
  return error;
}
