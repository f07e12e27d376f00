// One piece of work on another thread, as JavaScript sees it.
import { tensorBytes } from "../mapped-file.js";
import type { Tensor } from "../tensor.js";
import { abandon, block, expect, forget } from "./channel.js";
import { callExact, callNative } from "./library.js";

/** What a job gave. */
export interface JobResult {
  number: number;
  bytes: Uint8Array | null;
}

/** Makes the error of a failed job. @param kind - as native/distributed/ops/failure.cc has it. */
export type Explain = (kind: string, text: string) => Error;

type Outcome<T> = { value: T } | { error: Error };

/** Time for a job to meet its time-out by itself. */
const GRACE_MS = 3000;
/** Of a timer. */
const LONGEST_MS = 2 ** 31 - 1;
const NO_STORE =
  "The store does not answer: the process that hosts it (rank 0, unless you gave a store) hangs or is gone";

/** A job under way or done. */
export class Job<T> {
  readonly #id: number;
  readonly #finish: (result: JobResult) => T;
  readonly #explain: Explain;
  #outcome: Outcome<T> | undefined;
  #promise: Promise<T> | undefined;
  #resolve: ((value: T) => void) | undefined;
  #reject: ((error: Error) => void) | undefined;

  constructor(id: number, finish: (result: JobResult) => T, explain: Explain) {
    this.#id = id;
    this.#finish = finish;
    this.#explain = explain;
    expect(id, this);
  }

  /** Whether it has ended, well or not. */
  get done(): boolean {
    return this.#outcome !== undefined || callNative<boolean>("job_done", this.#id);
  }

  /** Takes the result of a job that is done. */
  settle(): void {
    if (this.#outcome !== undefined) return;
    forget(this.#id);
    const plain = callExact("job_take_number", this.#id);
    if (plain >= 0) {
      this.#succeed({ number: plain, bytes: null });
      return;
    }
    const [kind, text, number, bytes] = callNative<[string, string, number, Tensor | null]>(
      "job_take",
      this.#id,
    );
    if (kind !== "") {
      const error = this.#explain(kind, text);
      this.#outcome = { error };
      this.#reject?.(error);
      return;
    }
    this.#succeed({ number, bytes: bytes && tensorBytes(bytes) });
  }

  #succeed(result: JobResult): void {
    const value = this.#finish(result);
    this.#outcome = { value };
    this.#resolve?.(value);
  }

  /** Blocks the thread until it is done. @throws the job's error. */
  wait(): T {
    if (this.#outcome === undefined) {
      block(this.#id);
      this.settle();
    }
    const outcome = this.#outcome as Outcome<T> | undefined;
    if (outcome !== undefined && "error" in outcome) throw outcome.error;
    return (outcome as { value: T }).value;
  }

  /** The promise, bounded: a store whose host is stopped never answers, since reading from its connection knows no time-out. */
  within(timeoutMs: number): Promise<T> {
    const giveUp = (): void => {
      if (this.#outcome !== undefined) return;
      abandon(this.#id);
      const error = this.#explain("timeout", NO_STORE);
      this.#outcome = { error };
      this.#reject?.(error);
    };
    const timer = setTimeout(giveUp, Math.min(timeoutMs + GRACE_MS, LONGEST_MS)).unref();
    return this.promise().finally(() => clearTimeout(timer));
  }

  /** Made on demand, so that a job that is waited for has no rejection that nobody handles. */
  promise(): Promise<T> {
    this.#promise ??= new Promise((resolve, reject) => {
      const outcome = this.#outcome;
      if (outcome === undefined) {
        this.#resolve = resolve;
        this.#reject = reject;
      } else if ("error" in outcome) reject(outcome.error);
      else resolve(outcome.value);
    });
    return this.#promise;
  }
}
