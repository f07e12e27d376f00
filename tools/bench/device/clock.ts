// Times launches on a device: by its own events where it is a GPU, so that the host's part counts only where it is too slow.
import type * as torch from "@fabric/torch";

/** Does launch `i`. */
export type Launch = (i: number) => void;

/** Some launches, ready to be timed. */
export interface Timed {
  /** `"graph"`: recorded and replayed; `"launches"`: called one by one; `"host"`: the CPU does the work. */
  readonly how: "graph" | "launches" | "host";
  /** Nanoseconds a launch, in one burst. */
  burst(): number;
}

/** Prepares launches for timing. */
export interface Clock {
  prepare(launch: Launch, launches: number, record: boolean): Timed;
}

/** The clock of the host, for the CPU. */
export const hostClock: Clock = {
  prepare(launch, launches) {
    repeat(launch, 1);
    return {
      how: "host",
      burst() {
        const start = process.hrtime.bigint();
        repeat(launch, launches);
        return Number(process.hrtime.bigint() - start) / launches;
      },
    };
  },
};

/** What is needed of `torch.cuda`. */
export type CudaTiming = Pick<typeof torch.cuda, "CUDAGraph" | "Event" | "graph" | "synchronize">;

/** The clock of a GPU: events around all launches, recorded into a graph where that is possible. */
export function cudaClock(cuda: CudaTiming): Clock {
  return {
    prepare(launch, launches, record) {
      // Kernels are loaded, and libraries make their workspaces, with the first calls.
      repeat(launch, 2);
      cuda.synchronize();
      const recorded = record ? recordGraph(cuda, launch, launches) : null;
      const [start, end] = [
        new cuda.Event({ enableTiming: true }),
        new cuda.Event({ enableTiming: true }),
      ];
      const run = recorded ?? (() => repeat(launch, launches));
      return {
        how: recorded === null ? "launches" : "graph",
        burst() {
          start.record();
          run();
          end.record();
          end.synchronize();
          return (start.elapsedTime(end) * 1e6) / launches;
        },
      };
    },
  };
}

/** A replay of the launches, or null if they read something back, or do what cannot be recorded; the table says which way was taken. */
function recordGraph(cuda: CudaTiming, launch: Launch, launches: number): (() => void) | null {
  const graph = new cuda.CUDAGraph();
  try {
    cuda.graph(graph, () => repeat(launch, launches));
  } catch {
    graph.reset();
    return null;
  }
  graph.replay();
  cuda.synchronize();
  return () => graph.replay();
}

function repeat(launch: Launch, launches: number): void {
  for (let i = 0; i < launches; i++) launch(i);
}
