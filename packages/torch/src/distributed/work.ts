// What every collective returns.
import { type Explain, Job, type JobResult } from "./job.js";

/**
 * An operation between processes under way: `await` it, or block with {@link wait}. Its tensors stay alive until it is done, and must not be
 * written before. An error shows where it is awaited or waited for, nowhere else.
 */
export class Work implements PromiseLike<void> {
  readonly #job: Job<number>;

  /** @internal */
  constructor(id: number, explain: Explain) {
    this.#job = new Job(id, (result: JobResult) => result.number, explain);
  }

  /**
   * Blocks the thread, not only this function, until the operation is done. Of tensors on a CUDA device only the current stream waits and this returns
   * at once, unless the environment variable `TORCH_NCCL_BLOCKING_WAIT` is 1; if the device then fails, the error is thrown as an uncaught exception.
   *
   * @throws FabricError `FABRIC_DISTRIBUTED_TIMEOUT`, `FABRIC_DISTRIBUTED_PEER_LOST`, `FABRIC_DISTRIBUTED_MISMATCH`, `FABRIC_USAGE_GROUP_DESTROYED`.
   */
  wait(): void {
    this.#job.wait();
  }

  /** Whether it has ended, on a device too, well or not; also true once {@link wait} has returned. */
  isCompleted(): boolean {
    return this.#job.done;
  }

  /** What `await` calls. */
  // biome-ignore lint/suspicious/noThenProperty: a Work is meant to be awaited.
  then<A = void, B = never>(
    // biome-ignore lint/suspicious/noConfusingVoidType: as PromiseLike<void> has it.
    onDone?: ((value: void) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#job
      .promise()
      .then(() => {})
      .then(onDone, onError);
  }

  /** The number of the result, once it is done. @internal */
  async number(): Promise<number> {
    return this.#job.promise();
  }
}
