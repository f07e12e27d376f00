// What collectives cost, computed: bytes that each process sends, and time, from the number of processes and the links between them.
//
// The usual model of a message: latency + bytes / bandwidth. A ring over all processes uses each link once in each direction, so that the
// slowest link on it decides; on machines with several processes that is the network card.

/** What a process sends its neighbour through. */
export interface Link {
  readonly name: string;
  /** In one direction, as an application sees it, bytes a second. */
  readonly bytesPerSecond: number;
  /** Of one message between neighbours, seconds. */
  readonly latency: number;
}

const gigabits = (n: number): number => (n * 1e9) / 8;

/** Line rates; latencies are typical for small messages through the usual software, not measured here. */
export const LINKS: readonly Link[] = [
  { name: "10 Gbit/s Ethernet", bytesPerSecond: gigabits(10), latency: 30e-6 },
  { name: "25 Gbit/s Ethernet", bytesPerSecond: gigabits(25), latency: 20e-6 },
  { name: "100 Gbit/s RDMA", bytesPerSecond: gigabits(100), latency: 5e-6 },
  { name: "400 Gbit/s RDMA", bytesPerSecond: gigabits(400), latency: 3e-6 },
];

/** Bytes that each process sends for a collective over tensors of `bytes` in all. */
export const sentBytes = {
  /** Reduce-scatter, then all-gather. */
  allReduce: (bytes: number, ranks: number): number => (2 * bytes * (ranks - 1)) / ranks,
  /** `bytes` is the whole result. */
  allGather: (bytes: number, ranks: number): number => (bytes * (ranks - 1)) / ranks,
  /** `bytes` is the whole input. */
  reduceScatter: (bytes: number, ranks: number): number => (bytes * (ranks - 1)) / ranks,
} as const;

/** The collectives of the model. */
export type Collective = keyof typeof sentBytes;

/** Messages that follow one another on a ring. */
export function ringSteps(collective: Collective, ranks: number): number {
  return collective === "allReduce" ? 2 * (ranks - 1) : ranks - 1;
}

/** Time of a collective on a ring, seconds. */
export function ringTime(collective: Collective, bytes: number, ranks: number, link: Link): number {
  return (
    ringSteps(collective, ranks) * link.latency +
    sentBytes[collective](bytes, ranks) / link.bytesPerSecond
  );
}

/** Time of an all-reduce by halving and doubling: as many bytes, but only logarithmically many messages. */
export function doublingTime(bytes: number, ranks: number, link: Link): number {
  return (
    2 * Math.ceil(Math.log2(ranks)) * link.latency +
    sentBytes.allReduce(bytes, ranks) / link.bytesPerSecond
  );
}

/** A training step of one process, and what it exchanges. */
export interface Step {
  readonly gradientBytes: number;
  /** Gradients are exchanged in pieces, each as soon as it is complete. */
  readonly bucketBytes: number;
  readonly forwardSeconds: number;
  readonly backwardSeconds: number;
}

/**
 * Time of a step of data parallel training: buckets become complete at even distances during backward and are reduced one after the other
 * meanwhile; the optimizer waits for the last.
 */
export function dataParallelStep(step: Step, ranks: number, link: Link): number {
  const { gradientBytes, forwardSeconds, backwardSeconds } = step;
  if (ranks === 1) return forwardSeconds + backwardSeconds;
  const count = Math.ceil(gradientBytes / step.bucketBytes);
  let busyUntil = 0;
  for (let i = 1; i <= count; i++) {
    const complete = (backwardSeconds * i) / count;
    busyUntil =
      Math.max(busyUntil, complete) + ringTime("allReduce", gradientBytes / count, ranks, link);
  }
  return forwardSeconds + Math.max(backwardSeconds, busyUntil);
}

/** Share of the time in which processes compute: 1 is perfect scaling. */
export function efficiency(step: Step, ranks: number, link: Link): number {
  return (step.forwardSeconds + step.backwardSeconds) / dataParallelStep(step, ranks, link);
}

/**
 * Bytes that each process sends in a step of fully sharded training: parameters are gathered for forward and again for backward, gradients
 * reduce-scattered. Without resharding after forward the second gathering is left out.
 */
export function shardedBytes(
  parameterBytes: number,
  gradientBytes: number,
  ranks: number,
  reshardAfterForward = true,
): number {
  return (
    (reshardAfterForward ? 2 : 1) * sentBytes.allGather(parameterBytes, ranks) +
    sentBytes.reduceScatter(gradientBytes, ranks)
  );
}
