import {
  data,
  Fabric,
  registerStrategy,
  SingleDeviceStrategy,
  type Tensor,
  torch,
} from "@fabric/core";
import { describe, expect, it } from "vitest";
import { loaderOf, Net, thrown } from "./helpers.js";

const cpu = (): Fabric => new Fabric({ accelerator: "cpu" });

async function read(loader: AsyncIterable<unknown>): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of loader)
    batches.push((Array.isArray(batch) ? (batch[0] as Tensor) : (batch as Tensor)).toArray());
  return batches;
}

/** Pretends to be rank 1 of 2. */
class Second extends SingleDeviceStrategy {
  override get distributedSamplerOptions(): { numReplicas: number; rank: number } {
    return { numReplicas: 2, rank: 1 };
  }
}

function second<T>(fn: (fabric: Fabric) => T): T {
  using _registration = registerStrategy("second", () => new Second({ device: "cpu" }));
  return fn(new Fabric({ accelerator: "cpu", strategy: "second" }));
}

describe("setupDataLoaders", () => {
  it("gives one for one and an array for several, with the loader's members", async () => {
    const loader = cpu().setupDataLoaders(loaderOf(5, { batchSize: 2 }));
    expect(loader).toBeInstanceOf(data.DataLoader);
    expect([loader.length, loader.batchSize, loader.device]).toEqual([3, 2, "cpu"]);
    expect(await read(loader)).toEqual([[0, 1], [2, 3], [4]]);
    expect(cpu().setupDataLoaders(loaderOf(1), loaderOf(2))).toHaveLength(2);
    expect(cpu().setupDataLoaders(loaderOf(1), { moveToDevice: false }).device).toBeNull();
  });

  it("refuses none, one set up already, and what is no loader", () => {
    const fabric = cpu();
    thrown("FABRIC_USAGE_NO_LOADER", () =>
      fabric.setupDataLoaders(...([] as unknown as [data.DataLoader])),
    );
    thrown("FABRIC_USAGE_ALREADY_WRAPPED", () =>
      fabric.setupDataLoaders(fabric.setupDataLoaders(loaderOf(1))),
    );
    thrown("FABRIC_USAGE_NOT_LOADER", () => fabric.setupDataLoaders([1, 2] as never));
    thrown("FABRIC_USAGE_NOT_LOADER", () => fabric.setupDataLoaders(new Net() as never));
    thrown("FABRIC_CONFIG_OPTION", () =>
      fabric.setupDataLoaders(loaderOf(1), { moveToDevise: true } as never),
    );
  });

  it("moves batches to the device", async () => {
    class Meta extends SingleDeviceStrategy {}
    using _registration = registerStrategy("meta", () => new Meta({ device: "meta" }));
    const loader = new Fabric({ accelerator: "cpu", strategy: "meta" }).setupDataLoaders(
      loaderOf(4, { batchSize: 2 }),
    );
    for await (const [x] of loader as AsyncIterable<Tensor[]>) expect(x?.device).toBe("meta");
  });

  it("tells the sampler its epoch at each new iteration: 0, 1, 2", async () => {
    class Counting extends data.SequentialSampler {
      epochs: number[] = [];
      override setEpoch(epoch: number): void {
        this.epochs.push(epoch);
      }
    }
    const source = torch.arange(0, 4);
    const dataset = new data.TensorDataset(source);
    const sampler = new Counting(dataset);
    const loader = cpu().setupDataLoaders(new data.DataLoader(dataset, { sampler, batchSize: 2 }));
    for (let i = 0; i < 3; i++) for await (const _batch of loader);
    expect(sampler.epochs).toEqual([0, 1, 2]);
  });
});

it("goes on in the middle of an epoch, when its state is loaded", async () => {
  const make = (): AsyncIterable<unknown> & {
    stateDict(): unknown;
    loadStateDict(state: never): void;
  } => cpu().setupDataLoaders(loaderOf(8, { batchSize: 2, shuffle: true, seed: 3 }));
  const [whole, stopped, resumed] = [make(), make(), make()];
  const expected = await read(whole);
  const seen: unknown[] = [];
  let state: unknown;
  for await (const batch of stopped) {
    seen.push((batch as Tensor[])[0]?.toArray());
    if (seen.length < 2) continue;
    state = stopped.stateDict();
    break;
  }
  resumed.loadStateDict(state as never);
  seen.push(...(await read(resumed)));
  expect(seen).toEqual(expected);
});

describe("loaders of several processes", () => {
  it("read this process's share, in order or shuffled anew each epoch", async () => {
    const inOrder = second((fabric) => fabric.setupDataLoaders(loaderOf(8, { batchSize: 2 })));
    expect(await read(inOrder)).toEqual([
      [1, 3],
      [5, 7],
    ]);
    const shuffled = second((fabric) =>
      fabric.setupDataLoaders(loaderOf(64, { batchSize: 32, shuffle: true })),
    );
    expect(shuffled.sampler).toBeInstanceOf(data.DistributedSampler);
    const [first, next] = [(await read(shuffled))[0], (await read(shuffled))[0]];
    expect(first).not.toEqual(next);
  });

  it("leave a distributed sampler of the user's, and everything with useDistributedSampler: false", async () => {
    const dataset = new data.TensorDataset(torch.arange(0, 8));
    const sampler = new data.DistributedSampler(dataset, {
      numReplicas: 4,
      rank: 3,
      shuffle: false,
    });
    const own = second((fabric) =>
      fabric.setupDataLoaders(new data.DataLoader(dataset, { sampler, batchSize: 2 })),
    );
    expect(await read(own)).toEqual([[3, 7]]);
    const whole = second((fabric) =>
      fabric.setupDataLoaders(loaderOf(4, { batchSize: 4 }), { useDistributedSampler: false }),
    );
    expect(await read(whole)).toEqual([[0, 1, 2, 3]]);
  });

  it("shard the indices of a custom sampler, which needs a length", async () => {
    const dataset = new data.TensorDataset(torch.arange(0, 8));
    class Backwards extends data.Sampler {
      readonly length = 5;
      *[Symbol.iterator](): Generator<number> {
        for (let i = 4; i >= 0; i--) yield i;
      }
    }
    const loader = second((fabric) =>
      fabric.setupDataLoaders(
        new data.DataLoader(dataset, { sampler: new Backwards(), batchSize: 8 }),
      ),
    );
    expect(await read(loader)).toEqual([[3, 1, 4]]);
    const endless = {
      *[Symbol.iterator](): Generator<number> {
        yield 0;
      },
    };
    thrown("FABRIC_UNSUPPORTED_SAMPLER", () =>
      second((fabric) =>
        fabric.setupDataLoaders(new data.DataLoader(dataset, { sampler: endless, batchSize: 2 })),
      ),
    );
    thrown("FABRIC_UNSUPPORTED_BATCH_SAMPLER", () =>
      second((fabric) =>
        fabric.setupDataLoaders(
          new data.DataLoader(dataset, {
            batchSampler: {
              length: 1,
              *[Symbol.iterator]() {
                yield [0, 1];
              },
            },
          }),
        ),
      ),
    );
  });
});

describe("loaders with workers", () => {
  class Noise extends data.TensorDataset {}
  const noisy = (numWorkers = 2): data.DataLoader<unknown, unknown> =>
    new data.DataLoader<unknown, unknown>(
      data.fromModule(new URL("./fixtures/noise.mjs", import.meta.url), "Noise", [8]),
      { batchSize: 2, seed: 4, numWorkers },
    );
  const ranked = (rank: number): Fabric => {
    class Ranked extends SingleDeviceStrategy {
      override get globalRank(): number {
        return rank;
      }
    }
    return new Fabric({ accelerator: "cpu", strategy: new Ranked({ device: "cpu" }) });
  };

  it("are seeded by worker and rank after seedEverything, whatever the number of workers", async () => {
    Fabric.seedEverything(1, { verbose: false });
    const zero = await read(ranked(0).setupDataLoaders(noisy()));
    expect(await read(ranked(0).setupDataLoaders(noisy(1)))).toEqual(zero);
    const one = await read(ranked(1).setupDataLoaders(noisy()));
    expect(one).not.toEqual(zero);
    expect(await read(ranked(1).setupDataLoaders(noisy(3)))).toEqual(one);
    Fabric.seedEverything(1, { workers: false, verbose: false });
    expect(await read(ranked(1).setupDataLoaders(noisy()))).toEqual(zero);
  });

  it("are split over processes with their workers, and refuse a data set that workers cannot make", async () => {
    const wrapped = second((fabric) =>
      fabric.setupDataLoaders(
        new data.DataLoader(new data.TensorDataset(torch.arange(0, 7)), {
          batchSize: 2,
          numWorkers: 2,
        }),
      ),
    );
    expect(wrapped.numWorkers).toBe(2);
    expect(await read(wrapped)).toEqual([
      [1, 3],
      [5, 0],
    ]);
    thrown(
      "FABRIC_CONFIG_WORKER_DATASET",
      () => new data.DataLoader(new Noise(torch.ones([2])), { numWorkers: 1 }),
    );
  });
});
