// Samples and batches out of a data set, in whichever thread.

import { isThenable, unscoped } from "../scope.js";
import { defaultCollate } from "./collate.js";
import type { DataSource, MapDataset } from "./dataset.js";

/** Makes a batch of samples. */
export type Collate = (samples: never[]) => unknown;

/** One sample of a data set that is read by index. @internal */
export function fetchSample(dataset: DataSource<unknown>, index: number): unknown {
  return Array.isArray(dataset) ? dataset[index] : (dataset as MapDataset<unknown>).get(index);
}

/** One batch: the data set's own `getBatch` if there is no `collate`. @internal */
export async function fetchBatch(
  dataset: DataSource<unknown>,
  collate: Collate | undefined,
  indices: readonly number[],
): Promise<unknown> {
  const { getBatch } = dataset as MapDataset<unknown>;
  if (getBatch !== undefined && collate === undefined)
    return unscoped(() => getBatch.call(dataset, indices));
  const samples = unscoped(() => indices.map((i) => fetchSample(dataset, i)));
  return collateNow(collate, samples.some(isThenable) ? await Promise.all(samples) : samples);
}

/** Batches of a stream, without the first `skip`. @internal */
export async function* streamBatches(
  dataset: AsyncIterable<unknown>,
  collate: Collate | undefined,
  { batchSize, dropLast }: { readonly batchSize: number | null; readonly dropLast: boolean },
  skip: number,
): AsyncGenerator<unknown, void, undefined> {
  let left = skip * (batchSize ?? 1);
  let samples: unknown[] = [];
  for await (const sample of dataset) {
    if (left-- > 0) continue;
    if (batchSize === null) {
      yield sample;
      continue;
    }
    samples.push(sample);
    if (samples.length < batchSize) continue;
    yield await collateNow(collate, samples);
    samples = [];
  }
  if (samples.length > 0 && !dropLast) yield await collateNow(collate, samples);
}

function collateNow(collate: Collate | undefined, samples: readonly unknown[]): unknown {
  return unscoped(() => (collate ?? (defaultCollate as Collate))(samples as never[]));
}
