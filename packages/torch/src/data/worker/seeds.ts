// Seeds of workers and batches.

const MASK = 2n ** 64n;

/**
 * Seed of one loader worker: base seed, worker and rank mixed by hashing (the finalizer of SplitMix64, Steele et al. 2014), so that no two
 * workers of any rank agree and small numbers do not give similar streams.
 *
 * @returns an integer in `[0, 2^53)`.
 */
export function workerSeed(baseSeed: number | bigint, workerId: number, rank: number): number {
  let state = 0x9e3779b97f4a7c15n;
  for (const part of [baseSeed, workerId, rank]) {
    let x =
      (state + BigInt.asUintN(64, BigInt(part)) * 0xbf58476d1ce4e5b9n + 0x94d049bb133111ebn) % MASK;
    x = ((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n) % MASK;
    x = ((x ^ (x >> 27n)) * 0x94d049bb133111ebn) % MASK;
    state = x ^ (x >> 31n);
  }
  return Number(state >> 11n);
}
