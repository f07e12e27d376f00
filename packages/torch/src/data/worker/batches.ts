// Batches that worker threads make, in the order of the loader, a few ahead of the loop.

import type { Fetched, WorkerPool } from "./pool.js";

/** Batches by index: `items` are what each one is made of; `first` is the number of the first. @internal */
export async function* indexedBatches(
  pool: WorkerPool,
  items: Iterator<number | readonly number[]>,
  first: number,
  ahead: number,
): AsyncGenerator<unknown, void, undefined> {
  const waiting: Promise<Fetched>[] = [];
  let number = first;
  const fill = (): void => {
    while (waiting.length < ahead) {
      const { done, value } = items.next();
      if (done === true) return;
      waiting.push(quiet(pool.fetch(number++, value)));
    }
  };
  for (fill(); waiting.length > 0; ) {
    const fetched = await pool.within(waiting.shift() as Promise<Fetched>);
    // Ordered before the loop gets its batch, so that workers go on while it trains.
    fill();
    yield fetched?.batch;
  }
}

/** Batches of streams: each worker's in turn, until all have ended; without the first `skip`. @internal */
export async function* streamedBatches(
  pool: WorkerPool,
  numWorkers: number,
  skip: number,
  ahead: number,
): AsyncGenerator<unknown, void, undefined> {
  const open = Array.from({ length: numWorkers }, (_, id) => id);
  const waiting = new Map<number, Promise<Fetched>[]>(open.map((id) => [id, []]));
  const each = Math.max(1, Math.floor(ahead / numWorkers));
  const fill = (id: number): Promise<Fetched>[] => {
    const queue = waiting.get(id) as Promise<Fetched>[];
    while (queue.length < each) queue.push(quiet(pool.next(id)));
    return queue;
  };
  for (const id of open) fill(id);
  let left = skip;
  for (let turn = 0; open.length > 0; ) {
    const id = open[turn % open.length] as number;
    const fetched = await pool.within(fill(id).shift() as Promise<Fetched>);
    if (fetched === null) {
      open.splice(open.indexOf(id), 1);
      turn = open.length === 0 ? 0 : turn % open.length;
      continue;
    }
    turn = (turn + 1) % open.length;
    fill(id);
    if (left-- > 0) continue;
    yield fetched.batch;
  }
}

/** A failure is met when its batch is due, not as an unhandled rejection before. */
function quiet(fetched: Promise<Fetched>): Promise<Fetched> {
  fetched.catch(() => {});
  return fetched;
}
