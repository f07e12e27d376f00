import { describe, expect, expectTypeOf, it } from "vitest";
import * as torch from "../../src/index.js";
import { codeOf } from "./code.js";
import { orders } from "./orders.js";

const { data } = torch;
type Pair = [torch.Tensor, torch.Tensor];

const pairs = (n = 10): torch.data.TensorDataset<Pair> =>
  new data.TensorDataset(torch.arange(0, n), torch.arange(n, 2 * n));

/** First tensors of the batches of one epoch. */
async function epoch(loader: AsyncIterable<Pair>): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const [x] of loader) batches.push(x.toArray());
  return batches;
}

/** As `epoch`, but stops after `count` batches. */
async function some(loader: AsyncIterable<Pair>, count: number): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const [x] of loader) {
    batches.push(x.toArray());
    if (batches.length === count) break;
  }
  return batches;
}

class Stream extends data.IterableDataset<number> {
  read = 0;
  override *[Symbol.iterator](): Iterator<number> {
    for (let i = 0; i < 7; i++) {
      this.read += 1;
      yield i;
    }
  }
}

describe("DataLoader", () => {
  it("gives batches in order, typed as what the samples become", async () => {
    const loader = new data.DataLoader(pairs(5), { batchSize: 2 });
    for await (const [x, y] of loader) {
      expectTypeOf(x).toEqualTypeOf<torch.Tensor>();
      expect(y.toArray()).toEqual(x.add(5).toArray());
    }
    expect(await epoch(loader)).toEqual([[0, 1], [2, 3], [4]]);
    expect([loader.length, loader.batchSize, loader.isStream]).toEqual([3, 2, false]);
    const dropping = new data.DataLoader(pairs(5), { batchSize: 2, dropLast: true });
    expect(await epoch(dropping)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(dropping.length).toBe(2);
  });

  it("shuffles as PyTorch does, from its generator or the default one", async () => {
    const seeded = new data.DataLoader(pairs(), { batchSize: 3, shuffle: true, seed: 7 });
    expect([await epoch(seeded), await epoch(seeded)]).toEqual(orders.loader);
    torch.manualSeed(3);
    const loader = new data.DataLoader(pairs(), { batchSize: 4, shuffle: true, dropLast: true });
    expect([await epoch(loader), await epoch(loader)]).toEqual(orders.loaderDefaultGenerator);
  });

  it("reads data sets and arrays sample by sample, promises included", async () => {
    const dataset = {
      length: 3,
      get: async (i: number): Promise<{ i: bigint; name: string }> => ({
        i: BigInt(i),
        name: `#${i}`,
      }),
    };
    const batches = [];
    for await (const batch of new data.DataLoader(dataset, { batchSize: 2 })) {
      batches.push([batch.i.toArray(), batch.name]);
    }
    expect(batches).toEqual([
      [
        [0, 1],
        ["#0", "#1"],
      ],
      [[2], ["#2"]],
    ]);
    const values = [];
    for await (const batch of new data.DataLoader([1, 2, 3], { batchSize: 2 }))
      values.push(batch.toArray());
    expect(values).toEqual([[1, 2], [3]]);
  });

  it("uses `collate` in place of the default, and no batches with `batchSize: null`", async () => {
    const sums = [];
    const collate = (samples: number[]): number => samples.reduce((a, b) => a + b);
    for await (const sum of new data.DataLoader([1, 2, 3], { batchSize: 2, collate }))
      sums.push(sum);
    expect(sums).toEqual([3, 3]);
    const plain = [];
    for await (const x of new data.DataLoader<string, string>(["a", "b"], { batchSize: null }))
      plain.push(x);
    expect(plain).toEqual(["a", "b"]);
  });

  it("follows samplers and batch samplers", async () => {
    const sampled = new data.DataLoader(pairs(), { batchSize: 2, sampler: [9, 0, 5] });
    expect(await epoch(sampled)).toEqual([[9, 0], [5]]);
    const batched = new data.DataLoader(pairs(), { batchSampler: [[1], [2, 3]] });
    expect(await epoch(batched)).toEqual([[1], [2, 3]]);
    expect(batched.length).toBe(2);
  });

  it("batches streams, synchronous or not", async () => {
    const sync = [];
    for await (const batch of new data.DataLoader(new Stream(), { batchSize: 3 }))
      sync.push(batch.toArray());
    expect(sync).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    async function* numbers(): AsyncGenerator<number> {
      yield* [1, 2, 3];
    }
    const async = [];
    for await (const batch of new data.DataLoader(numbers(), { batchSize: 2, dropLast: true }))
      async.push(batch.toArray());
    expect(async).toEqual([[1, 2]]);
    expect(codeOf(() => new data.DataLoader(new Stream()).length)).toBe("FABRIC_USAGE_NO_LENGTH");
  });

  it("closes a stream that is left early", async () => {
    let closed = false;
    async function* numbers(): AsyncGenerator<number> {
      try {
        yield* [1, 2, 3];
      } finally {
        closed = true;
      }
    }
    for await (const _ of new data.DataLoader(numbers())) break;
    expect(closed).toBe(true);
  });

  it.each([
    ["a generator of its own", { seed: 7 }],
    ["the default generator", {}],
  ])(
    "resumes an interrupted epoch at the next batch, in the same order, with %s",
    async (_, random) => {
      const make = (): torch.data.DataLoader<Pair> =>
        new data.DataLoader(pairs(), { batchSize: 2, shuffle: true, ...random });
      torch.manualSeed(1);
      const whole = make();
      await epoch(whole);
      const [second, third] = [await epoch(whole), await epoch(whole)];

      torch.manualSeed(1);
      const interrupted = make();
      await epoch(interrupted);
      const before = await some(interrupted, 2);
      const state = JSON.parse(JSON.stringify(interrupted.stateDict()));
      expect(state).toMatchObject({ version: 1, epoch: 1, batches: 2 });

      torch.manualSeed(99);
      const resumed = make();
      resumed.loadStateDict(state);
      expect(resumed.stateDict()).toEqual(state);
      const rest = await epoch(resumed);
      expect([...before, ...rest]).toEqual(second);
      expect(resumed.stateDict()).toMatchObject({ epoch: 2, batches: 0 });
      if ("seed" in random) expect(await epoch(resumed)).toEqual(third);
    },
  );

  it("goes on exactly with the default generator restored, also in the epochs after", async () => {
    const make = (): torch.data.DataLoader<unknown, unknown> =>
      new data.DataLoader<unknown, unknown>(new data.TensorDataset(torch.arange(0, 12)), {
        batchSize: 3,
        shuffle: true,
      });
    const rest = async (loader: AsyncIterable<unknown>, from: number): Promise<unknown[]> => {
      const seen: unknown[] = [];
      let n = 0;
      for await (const batch of loader) {
        if (n++ < from) continue;
        // training draws from the same generator
        seen.push([(batch as torch.Tensor[])[0]?.toArray(), torch.rand([2]).toArray()]);
      }
      return seen;
    };
    torch.manualSeed(8);
    const whole = make();
    let state: torch.data.DataLoaderState | undefined;
    let rng: torch.Tensor | undefined;
    const expected: unknown[] = [];
    let n = 0;
    for await (const batch of whole) {
      const line = [(batch as torch.Tensor[])[0]?.toArray(), torch.rand([2]).toArray()];
      if (n++ >= 2) expected.push(line);
      if (n === 2) [state, rng] = [whole.stateDict(), torch.getRngState()];
    }
    expected.push(...(await rest(whole, 0)), ...(await rest(whole, 0)));
    torch.manualSeed(99);
    const resumed = make();
    torch.setRngState(rng as torch.Tensor);
    resumed.loadStateDict(state as torch.data.DataLoaderState);
    const seen = [
      ...(await rest(resumed, 0)),
      ...(await rest(resumed, 0)),
      ...(await rest(resumed, 0)),
    ];
    expect(seen).toEqual(expected);
  });

  it("resumes twice in one epoch, and after its last batch with an empty rest", async () => {
    const make = (): torch.data.DataLoader<Pair> =>
      new data.DataLoader(pairs(), { batchSize: 2, shuffle: true, seed: 7 });
    const whole = await epoch(make());
    let loader = make();
    const seen = await some(loader, 2);
    for (const count of [1, 2]) {
      const state = loader.stateDict();
      loader = make();
      loader.loadStateDict(state);
      seen.push(...(await some(loader, count)));
    }
    expect(seen).toEqual(whole);
    const state = loader.stateDict();
    loader = make();
    loader.loadStateDict(state);
    expect(await epoch(loader)).toEqual([]);
  });

  it("resumes without reading skipped samples of a data set by index", async () => {
    const read: number[] = [];
    const dataset = {
      length: 6,
      get(i: number): number {
        read.push(i);
        return i;
      },
    };
    const loader = new data.DataLoader(dataset, { batchSize: 2 });
    loader.loadStateDict({ version: 1, epoch: 0, batches: 2 });
    for await (const _ of loader);
    expect(read).toEqual([4, 5]);
  });

  it("resumes a distributed sampler at the epoch it was in", async () => {
    const make = (): [torch.data.DistributedSampler, torch.data.DataLoader<Pair>] => {
      const sampler = new data.DistributedSampler({ length: 10 }, { numReplicas: 2, rank: 1 });
      return [sampler, new data.DataLoader(pairs(), { batchSize: 2, sampler })];
    };
    const [sampler, loader] = make();
    sampler.setEpoch(3);
    const whole = await epoch(loader);
    const before = await some(loader, 1);
    const [other, resumed] = make();
    resumed.loadStateDict(loader.stateDict());
    other.setEpoch(0); // what a wrapper does at the start of its first epoch
    expect([...before, ...(await epoch(resumed))]).toEqual(whole);
    expect(other.epoch).toBe(3);
  });

  it("resumes a stream by its own state, or by reading on", async () => {
    const plain = new Stream();
    const loader = new data.DataLoader(plain, { batchSize: 2 });
    loader.loadStateDict({ version: 1, epoch: 0, batches: 2 });
    const rest = [];
    for await (const batch of loader) rest.push(batch.toArray());
    expect([rest, plain.read]).toEqual([[[4, 5], [6]], 7]);

    class Seekable extends data.IterableDataset<number> {
      at = 0;
      override *[Symbol.iterator](): Iterator<number> {
        while (this.at < 6) yield this.at++;
        this.at = 0;
      }
      override stateDict(): number {
        return this.at;
      }
      override loadStateDict(state: number): void {
        this.at = state;
      }
    }
    const first = new data.DataLoader(new Seekable(), { batchSize: 2 });
    let state: torch.data.DataLoaderState | undefined;
    for await (const _ of first) {
      state = first.stateDict();
      break;
    }
    expect(state).toMatchObject({ batches: 1, dataset: 2 });
    const second = new data.DataLoader(new Seekable(), { batchSize: 2 });
    second.loadStateDict(state as torch.data.DataLoaderState);
    const seen = [];
    for await (const batch of second) seen.push(batch.toArray());
    expect(seen).toEqual([
      [2, 3],
      [4, 5],
    ]);
  });

  it("can be made anew with another sampler", async () => {
    const loader = new data.DataLoader(pairs(), { batchSize: 5, shuffle: true, seed: 7 });
    const sampler = new data.SequentialSampler({ length: 10 });
    const other = loader.with({ sampler });
    expect(await epoch(other)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ]);
    expect(other.generator).toBe(loader.generator);
    expect(await epoch(loader.with({ batchSampler: [[3]] }))).toEqual([[3]]);
  });

  it("makes batches that outlive a scope open at the time", async () => {
    const iterator = new data.DataLoader([1, 2], { batchSize: 2 })[Symbol.asyncIterator]();
    let pending: Promise<IteratorResult<torch.Tensor, void>> | undefined;
    torch.scope(() => {
      pending = iterator.next();
    });
    const { value } = (await pending) as { value: torch.Tensor };
    expect(value.toArray()).toEqual([1, 2]);
  });

  it("frees its batches without scopes", async () => {
    const loader = new data.DataLoader(pairs(200), { batchSize: 2, shuffle: true });
    const count = async (): Promise<number> => {
      await epoch(loader);
      await new Promise(setImmediate);
      globalThis.gc?.();
      return torch.memory().cpu.tensors;
    };
    const first = await count();
    for (let i = 0; i < 5; i++) await count();
    // A batch or two may still be on the stack that the collector scans.
    expect(await count()).toBeLessThanOrEqual(first + 8);
  });

  it("refuses options that make no sense, naming them", () => {
    const make = (options: object, dataset: unknown = pairs()): string =>
      codeOf(() => new data.DataLoader(dataset as torch.data.TensorDataset<Pair>, options));
    expect(make({ batchSize: 0 })).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({ batch: 2 })).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({ shuffle: 1 })).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({ collate: 1 })).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({ sampler: 1 })).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({}, 5)).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({}, {})).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({ shuffle: true, sampler: [0] })).toBe("FABRIC_CONFIG_CONFLICT");
    expect(make({ batchSize: 2, batchSampler: [[0]] })).toBe("FABRIC_CONFIG_CONFLICT");
    expect(make({ batchSize: null, dropLast: true })).toBe("FABRIC_CONFIG_CONFLICT");
    expect(make({ shuffle: true }, new Stream())).toBe("FABRIC_CONFIG_CONFLICT");
    expect(make({ numWorkers: 1.5 })).toBe("FABRIC_CONFIG_ARGUMENT");
    expect(make({ seed: 1, generator: new torch.Generator() })).toBe("FABRIC_CONFIG_CONFLICT");
    const loader = new data.DataLoader(pairs());
    expect(codeOf(() => loader.loadStateDict({ version: 2 } as never))).toBe(
      "FABRIC_CHECKPOINT_STATE",
    );
    expect(codeOf(() => loader.loadStateDict({ version: 1, epoch: 0, batches: -1 }))).toBe(
      "FABRIC_CHECKPOINT_STATE",
    );
  });

  it("warns once that pinned memory needs a GPU", async () => {
    const warnings: string[] = [];
    const listen = (warning: Error & { code?: string }): void =>
      void warnings.push(warning.code ?? "");
    process.on("warning", listen);
    const loader = new data.DataLoader(pairs(2), { pinMemory: true });
    await epoch(loader);
    await epoch(loader);
    await new Promise(setImmediate);
    process.off("warning", listen);
    expect(warnings.filter((code) => code === "FABRIC_PIN_MEMORY")).toHaveLength(
      torch.cuda.isAvailable() ? 0 : 1,
    );
  });
});
