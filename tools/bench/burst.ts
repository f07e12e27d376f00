// Timing in short alternating bursts, so that both sides meet the same moments of a noisy machine.

/** Runs something `calls` times. */
export type Burst = (calls: number) => void;

/** Nanoseconds a call on our side and on the peer's, one pair a burst; the peer's is null when it cannot run the case. */
export interface Pair {
  readonly ours: number;
  readonly peer: number | null;
}

/** Nanoseconds a call, after a tenth of the calls as warm-up. */
export function perCallNs(run: Burst, calls: number): number {
  run(Math.max(1, Math.floor(calls / 10)));
  const start = process.hrtime.bigint();
  run(calls);
  return Number(process.hrtime.bigint() - start) / calls;
}

/** The middle value; the mean of the two middle ones when their number is even. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** `bursts` pairs, ours and the peer's taking turns at going first. */
export async function alternate(
  bursts: number,
  ours: () => Promise<number> | number,
  peer: (() => Promise<number | null>) | null,
): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let i = 0; i < bursts; i++) {
    if (i % 2 === 0) {
      const own = await ours();
      pairs.push({ ours: own, peer: peer === null ? null : await peer() });
    } else {
      const theirs = peer === null ? null : await peer();
      pairs.push({ ours: await ours(), peer: theirs });
    }
  }
  return pairs;
}
