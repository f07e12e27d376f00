// Events: marks in a stream's queue.
import type { NativeBox } from "../binding.js";
import { FabricError } from "../errors.js";
import { runtime } from "../runtime.js";
import { call, requireCuda } from "./available.js";
import { currentStream, type Stream } from "./stream.js";

/** Options of {@link Event}. */
export interface EventOptions {
  /** Let {@link Event.elapsedTime} be asked. Default false, which is quicker. */
  enableTiming?: boolean | undefined;
}

/** A mark in a stream's queue, reached when everything before it is done. */
export class Event {
  /** Whether it takes the time. */
  readonly enableTiming: boolean;
  readonly #native: NativeBox;

  /** @throws FabricError `FABRIC_MISSING_DEVICE`. */
  constructor({ enableTiming = false }: EventOptions = {}) {
    requireCuda("Event");
    this.enableTiming = enableTiming;
    this.#native = call("Event", [], () => runtime().cudaEventNew(enableTiming));
  }

  /** Puts the mark behind what a stream, by default the current one, was given so far. */
  record(stream: Stream = currentStream()): void {
    call("Event.record", [], () =>
      runtime().cudaEventRecord(this.#native, stream.deviceIndex, stream.id),
    );
  }
  /** What a stream, by default the current one, is given from now on waits for the mark; the caller does not wait. */
  wait(stream: Stream = currentStream()): void {
    call("Event.wait", [], () =>
      runtime().cudaEventBlock(this.#native, stream.deviceIndex, stream.id),
    );
  }
  /** Whether the mark was reached; true for one that was never recorded. */
  query(): boolean {
    return call("Event.query", [], () => runtime().cudaEventQuery(this.#native));
  }
  /** Waits until the mark is reached. */
  synchronize(): void {
    call("Event.synchronize", [], () => runtime().cudaEventSynchronize(this.#native));
  }
  /**
   * Milliseconds from this mark to `end`; both must have been reached.
   * @throws FabricError `FABRIC_USAGE_EVENT_TIMING` unless both were made with `enableTiming`.
   */
  elapsedTime(end: Event): number {
    if (!this.enableTiming || !end.enableTiming)
      throw new FabricError(
        "FABRIC_USAGE_EVENT_TIMING",
        "cuda.Event.elapsedTime: both events must take the time; make them with new cuda.Event({ enableTiming: true }).",
      );
    return call("Event.elapsedTime", [], () =>
      runtime().cudaEventElapsed(this.#native, end.#native),
    );
  }
}
