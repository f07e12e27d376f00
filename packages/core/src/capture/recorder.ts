// What records a step: CUDA graphs, or something else that keeps to the same rules.

import { type Device, torch } from "../torch.js";

/**
 * Records the work of one function and runs it again. `fabric.capture` uses CUDA graphs; another device, or a test, gives one of its own.
 *
 * The order of calls: `warm` some times, `record` once, `replay` any number of times, `reset` at the end.
 */
export interface StepRecorder {
  /** Where recorded work runs, and static inputs are kept. */
  readonly device: Device;
  /** Runs `fn` as usual, apart from other work but ordered with it, so that everything made at first use is there before the recording. */
  warm<T>(fn: () => T): T;
  /** Runs `fn` and records what it gives the device. What it returns stays where it is; each replay writes it anew. */
  record<T>(fn: () => T): T;
  /** Runs what was recorded, in the memory it was recorded in. */
  replay(): void;
  /** Drops the recording. */
  reset(): void;
}

/** Records into a CUDA graph on a stream of its own. */
export class CudaGraphRecorder implements StepRecorder {
  readonly device: Device;
  readonly #stream: torch.cuda.Stream;
  readonly #graph: torch.cuda.CUDAGraph;

  /** @throws FabricError `FABRIC_MISSING_DEVICE`, `FABRIC_UNSUPPORTED_GRAPHS`. */
  constructor(device: Device) {
    this.device = device;
    this.#graph = new torch.cuda.CUDAGraph();
    this.#stream = new torch.cuda.Stream({ device });
  }

  warm<T>(fn: () => T): T {
    const main = torch.cuda.currentStream(this.device);
    this.#stream.waitStream(main);
    try {
      return torch.cuda.stream(this.#stream, fn);
    } finally {
      main.waitStream(this.#stream);
    }
  }

  record<T>(fn: () => T): T {
    const main = torch.cuda.currentStream(this.device);
    this.#stream.waitStream(main);
    // Worker threads may pin batches meanwhile, which would spoil a recording that watches all threads.
    const options = { stream: this.#stream, captureErrorMode: "thread_local" } as const;
    return torch.cuda.graph(this.#graph, options, fn);
  }

  replay(): void {
    this.#graph.replay();
  }

  reset(): void {
    this.#graph.reset();
  }
}
