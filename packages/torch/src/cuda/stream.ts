// Streams: queues of work on a device that may run beside each other.
import { FabricError, show } from "../errors.js";
import { runtime } from "../runtime.js";
import { withContext } from "../with-context.js";
import { type CudaDevice, call, deviceIndex } from "./available.js";
import { Event } from "./event.js";

/** Options of {@link Stream}. */
export interface StreamOptions {
  /** Default: the current device. */
  device?: CudaDevice | undefined;
  /** Work of a stream with a lower number goes first: 0 (default) or -1. */
  priority?: number | undefined;
}

/**
 * A queue of work on a device. Operators go to the current stream; {@link stream} changes it for a while.
 *
 * Streams come from a pool of libtorch and need not be freed; two objects may be the same stream when many were made.
 */
export class Stream {
  /** Number of its device. */
  readonly deviceIndex: number;
  /** libtorch's id of the stream; 0 is the default stream. */
  readonly id: number | bigint;

  /** @throws FabricError `FABRIC_MISSING_DEVICE` if there is no such device, `FABRIC_TENSOR_ARGUMENT` for a priority that is no integer. */
  constructor(options: StreamOptions = {}) {
    const { priority = 0 } = options;
    if (!Number.isInteger(priority))
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `cuda.Stream: expected an integer \`priority\`, 0 or -1, but received ${show(priority)}.`,
      );
    const index = deviceIndex("Stream", options.device);
    [this.deviceIndex, this.id] = call("Stream", [index], () =>
      runtime().cudaStreamNew(index, priority),
    );
  }

  /** Its device. */
  get device(): `cuda:${number}` {
    return `cuda:${this.deviceIndex}`;
  }
  /** Whether it has done everything it was given. */
  query(): boolean {
    return call("Stream.query", [], () => runtime().cudaStreamQuery(this.deviceIndex, this.id));
  }
  /** Waits until it has done everything it was given. */
  synchronize(): void {
    call("Stream.synchronize", [], () =>
      runtime().cudaStreamSynchronize(this.deviceIndex, this.id),
    );
  }
  /** What it is given from now on waits for what `other` was given so far; the caller does not wait. */
  waitStream(other: Stream): void {
    call("Stream.waitStream", [], () =>
      runtime().cudaStreamWaitsFor(this.deviceIndex, this.id, other.deviceIndex, other.id),
    );
  }
  /** What it is given from now on waits for an event; the caller does not wait. */
  waitEvent(event: Event): void {
    event.wait(this);
  }
  /** Records an event, a new one by default, after what the stream was given so far. */
  recordEvent(event: Event = new Event()): Event {
    event.record(this);
    return event;
  }
  /** Whether both are the same stream of the same device. */
  equals(other: Stream): boolean {
    return this.deviceIndex === other.deviceIndex && this.id === other.id;
  }
}

/** The constructor would take a new one from the pool. */
function existing([deviceIndex, id]: [number, number | bigint]): Stream {
  return Object.assign(Object.create(Stream.prototype) as Stream, { deviceIndex, id });
}

/** The stream that operators on a device go to now. @param device - default: the current one. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function currentStream(device?: CudaDevice): Stream {
  const index = deviceIndex("currentStream", device);
  return existing(call("currentStream", [index], () => runtime().cudaStreamCurrent(index)));
}

/** The stream that operators on a device go to unless told otherwise. @param device - default: the current one. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function defaultStream(device?: CudaDevice): Stream {
  const index = deviceIndex("defaultStream", device);
  return existing(call("defaultStream", [index], () => runtime().cudaStreamDefault(index)));
}

/** Makes a stream, and its device, the current one from now on; {@link stream} does it for a while. */
export function setStream(to: Stream): void {
  call("setStream", [], () => {
    runtime().cudaSetDevice(to.deviceIndex);
    runtime().cudaStreamExchange(to.deviceIndex, to.id);
  });
}

/**
 * Operators inside go to `to`, and its device is the current one; both are put back afterwards. Like every context it belongs to the thread: `fn`
 * must not return a promise.
 */
export function stream<T>(to: Stream, fn: () => T): T;
export function stream(to: Stream): Disposable;
export function stream<T>(to: Stream, fn?: () => T): T | Disposable {
  if (!(to instanceof Stream))
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `cuda.stream: expected a cuda.Stream but received ${show(to)}.`,
    );
  return withContext("cuda.stream", () => enter(to), fn);
}

function enter(to: Stream): () => void {
  return call("stream", [], () => {
    const binding = runtime();
    const device = binding.cudaCurrentDevice();
    binding.cudaSetDevice(to.deviceIndex);
    const before = binding.cudaStreamExchange(to.deviceIndex, to.id);
    return () => {
      binding.cudaStreamExchange(...before);
      binding.cudaSetDevice(device);
    };
  });
}
