// CUDA graphs: the work of a stream recorded once and launched as a whole.
import type { NativeBox } from "../binding.js";
import { FabricError, show } from "../errors.js";
import { runtime } from "../runtime.js";
import { withContext } from "../with-context.js";
import { call, requireCuda } from "./available.js";
import { currentDevice, synchronize } from "./devices.js";
import { emptyCache } from "./memory.js";
import { recording } from "./recording.js";
import { stream as onStream, Stream } from "./stream.js";

/** Identifies memory that graphs share, which are replayed in the order of their recording. */
export type GraphPool = readonly [number | bigint, number | bigint];

/**
 * Which calls that could disturb a recording are refused: those of every thread (`"global"`, the default), those of the recording thread
 * (`"thread_local"`), or none (`"relaxed"`).
 */
export type CaptureErrorMode = "global" | "thread_local" | "relaxed";

const MODES: readonly CaptureErrorMode[] = ["global", "thread_local", "relaxed"];

/** Options of {@link CUDAGraph.captureBegin}. */
export interface CaptureOptions {
  /** Memory to share with other graphs; default: its own. */
  pool?: GraphPool | undefined;
  /** Default `"global"`. */
  captureErrorMode?: CaptureErrorMode | undefined;
}

/** Options of {@link graph}. */
export interface GraphOptions extends CaptureOptions {
  /** The stream that is recorded; default: one that all recordings of the device share. */
  stream?: Stream | undefined;
}

/**
 * Recorded work of a stream. Kernels read and write the same memory at each replay: copy new inputs into the tensors that were used, and copy
 * outputs out before the next replay. Random numbers go on from replay to replay.
 */
export class CUDAGraph {
  readonly #native: NativeBox;

  /** @throws FabricError `FABRIC_MISSING_DEVICE`; `FABRIC_UNSUPPORTED_GRAPHS` if the addon was built without graphs. */
  constructor() {
    requireCuda("CUDAGraph");
    this.#native = call("CUDAGraph", [], () => runtime().cudaGraphNew());
  }

  /** Begins to record the current stream, which must not be the default one. {@link graph} does all of it. */
  captureBegin({ pool, captureErrorMode = "global" }: CaptureOptions = {}): void {
    const mode = MODES.indexOf(captureErrorMode);
    if (mode < 0)
      throw new FabricError(
        "FABRIC_TENSOR_ARGUMENT",
        `cuda.CUDAGraph: expected "global", "thread_local" or "relaxed" for \`captureErrorMode\` but received ${show(captureErrorMode)}.`,
      );
    call("CUDAGraph.captureBegin", [], () =>
      runtime().cudaGraphBegin(this.#native, pool ?? null, mode),
    );
  }
  /** Ends the recording; the graph can be replayed then. @throws TorchError if something was called that cannot be recorded. */
  captureEnd(): void {
    call("CUDAGraph.captureEnd", [], () => runtime().cudaGraphEnd(this.#native));
  }
  /** Launches the recorded work on the current stream; the caller does not wait. */
  replay(): void {
    call("CUDAGraph.replay", [], () => runtime().cudaGraphReplay(this.#native));
  }
  /** Drops what was recorded, and its memory once no tensor uses it. */
  reset(): void {
    call("CUDAGraph.reset", [], () => runtime().cudaGraphReset(this.#native));
  }
  /** The memory of this graph, for another recording to share. */
  pool(): GraphPool {
    return call("CUDAGraph.pool", [], () => runtime().cudaGraphPool(this.#native));
  }
}

/** Memory for graphs to share. @throws FabricError `FABRIC_MISSING_DEVICE`. */
export function graphPoolHandle(): GraphPool {
  requireCuda("graphPoolHandle");
  return call("graphPoolHandle", [], () => runtime().cudaGraphPoolNew());
}

/** Whether the current stream is being recorded; false without a device. */
export function isCurrentStreamCapturing(): boolean {
  return call("isCurrentStreamCapturing", [], () => runtime().cudaCapturing());
}

/**
 * Records what `fn` gives the device into `into`, without running it, and returns what `fn` returned. Before that it waits for the device and
 * gives unused memory back, as PyTorch does. `fn` must not read results, and must not return a promise.
 *
 * @throws FabricError `FABRIC_CAPTURE_HOST_READ` if `fn` reads a number back, with the operator's name. After any error the graph is empty.
 */
export function graph<T>(into: CUDAGraph, fn: () => T): T;
export function graph<T>(into: CUDAGraph, options: GraphOptions, fn: () => T): T;
export function graph<T>(into: CUDAGraph, first: GraphOptions | (() => T), second?: () => T): T {
  const [options, fn] = typeof first === "function" ? [{}, first] : [first, second as () => T];
  if (!(into instanceof CUDAGraph))
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `cuda.graph: expected a cuda.CUDAGraph but received ${show(into)}.`,
    );
  if (typeof fn !== "function")
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `cuda.graph: expected a function to record but received ${show(fn)}.`,
    );
  synchronize();
  (globalThis as { gc?: () => void }).gc?.();
  emptyCache();
  const to = options.stream ?? sharedStream();
  try {
    return onStream(to, () => withContext("cuda.graph", () => enter(into, options), fn) as T);
  } catch (error) {
    into.reset();
    throw error;
  }
}

const shared = new Map<number, Stream>();

/** The stream for recordings of the current device. */
function sharedStream(): Stream {
  const index = currentDevice();
  const stream = shared.get(index) ?? new Stream();
  shared.set(index, stream);
  return stream;
}

function enter(into: CUDAGraph, options: CaptureOptions): () => void {
  into.captureBegin(options);
  const leave = recording("cuda");
  return () => {
    leave();
    into.captureEnd();
  };
}
