// Samples a second of a data loader by the number of its workers, beside Python's in turns.
import { cpus } from "node:os";
import { data, torch } from "@fabric/core";
import { median } from "./burst.js";
import { columns } from "./columns.js";
import type { Peer } from "./peer.js";

const BATCH = 32;
const WORKERS = [0, 1, 2, 4];

interface Source {
  readonly name: string;
  readonly peer: string;
  readonly make: () => data.DataSource<unknown>;
  readonly shuffle: boolean;
  /** Batches a burst. */
  readonly batches: number;
}

const SOURCES: readonly Source[] = [
  {
    name: "tensors in memory, 784 floats",
    peer: "tensors",
    make: () => new data.TensorDataset(torch.randn([2 ** 14, 784]), torch.arange(0, 2 ** 14)),
    shuffle: true,
    batches: 100,
  },
  {
    name: "pictures, augmented",
    peer: "pictures",
    make: () =>
      data.fromModule(new URL("./cases/loader-data.mjs", import.meta.url), "Pictures", [2 ** 20]),
    shuffle: false,
    batches: 12,
  },
];

/** Nanoseconds a batch of an endless loader. */
class Endless {
  readonly #loader: data.DataLoader<unknown, unknown>;
  #iterator: AsyncIterator<unknown>;

  constructor({ make, shuffle }: Source, numWorkers: number) {
    const kept = numWorkers > 0 ? { persistentWorkers: true } : {};
    const options = { batchSize: BATCH, shuffle, numWorkers, ...kept };
    this.#loader = new data.DataLoader<unknown, unknown>(make(), options);
    this.#iterator = this.#loader[Symbol.asyncIterator]();
  }

  async perBatchNs(batches: number): Promise<number> {
    await this.#run(Math.max(1, Math.floor(batches / 10)));
    const start = process.hrtime.bigint();
    await this.#run(batches);
    return Number(process.hrtime.bigint() - start) / batches;
  }

  async end(): Promise<void> {
    await this.#iterator.return?.();
    await this.#loader.dispose();
  }

  async #run(batches: number): Promise<void> {
    for (let i = 0; i < batches; i++) {
      let next = await this.#iterator.next();
      if (next.done === true) {
        this.#iterator = this.#loader[Symbol.asyncIterator]();
        next = await this.#iterator.next();
      }
      for (const t of next.value as torch.Tensor[]) t.dispose();
    }
  }
}

/** One row a source and number of workers. */
export async function loaderTable(peer: Peer | null, bursts: number): Promise<string> {
  const lines = [
    [
      "loader, batches of 32",
      "workers",
      "ours",
      "Python",
      "rate ratio",
      "over our 0 workers",
      "bound",
    ],
  ];
  for (const source of SOURCES) {
    let alone = Number.NaN;
    for (const workers of WORKERS) {
      const ours: number[] = [];
      const theirs: number[] = [];
      const loader = new Endless(source, workers);
      const name = `loader:${source.peer}:${workers}`;
      for (let burst = 0; burst < bursts; burst++) {
        ours.push(await loader.perBatchNs(source.batches));
        if (peer !== null) theirs.push(await peer.burst(name, source.batches));
      }
      await loader.end();
      if (peer !== null) await peer.burst(`end:${name}`, 1);
      const rate = (times: readonly number[]): number => (BATCH * 1e9) / median(times);
      const [own, python] = [rate(ours), rate(theirs)];
      if (workers === 0) alone = own;
      const show = (value: number): string =>
        Number.isNaN(value) ? "-" : `${Math.round(value)} samples/s`;
      const bound = Math.min(Math.max(workers, 1), cpus().length);
      lines.push([
        source.name,
        String(workers),
        show(own),
        show(python),
        Number.isNaN(python) ? "-" : (own / python).toFixed(2),
        (own / alone).toFixed(2),
        `<= ${bound} (${cpus().length} cores)`,
      ]);
    }
  }
  return columns(lines);
}
