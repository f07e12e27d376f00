// All-reduce between two processes of this machine by size, beside Python's torch.distributed. Both pairs of processes live for the whole table and take
// turns by bursts of a few tens of milliseconds, so that both meet the same moments of the machine.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { alternate, median } from "./burst.js";
import { columns } from "./columns.js";
import { type Peer, peerScript } from "./peer.js";

const KIB = [4, 64, 1024, 4096, 16_384, 65_536];

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Two ranks of a command, which all-reduce on demand. */
class Ranks {
  readonly #children: readonly ChildProcessWithoutNullStreams[];
  readonly #lines: readonly AsyncIterator<string>[];

  private constructor(children: readonly ChildProcessWithoutNullStreams[]) {
    this.#children = children;
    this.#lines = children.map((child) =>
      createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    );
  }

  static async start(command: string, args: readonly string[]): Promise<Ranks> {
    const port = String(await freePort());
    const children = [0, 1].map((rank) => {
      const env = {
        ...process.env,
        ...{ RANK: String(rank), WORLD_SIZE: "2", MASTER_ADDR: "127.0.0.1", MASTER_PORT: port },
        OMP_NUM_THREADS: "1",
      };
      const child = spawn(command, args, { env });
      child.stderr.pipe(process.stderr);
      return child;
    });
    const ranks = new Ranks(children);
    await ranks.#answers();
    return ranks;
  }

  async #answers(): Promise<string[]> {
    const all = await Promise.all(this.#lines.map((lines) => lines.next()));
    return all.map((line) => {
      if (line.done === true) throw new Error("a rank of the all-reduce table ended");
      return line.value;
    });
  }

  /** Seconds a call on rank 0. */
  async burst(kib: number, mode: "wait" | "await", scale = 1): Promise<number> {
    const calls = Math.max(2, Math.min(100, Math.round(16_384 / kib))) * scale;
    for (const child of this.#children) child.stdin.write(`${kib} ${calls} ${mode}\n`);
    return Number((await this.#answers())[0]);
  }

  async end(): Promise<void> {
    const ends = this.#children.map(
      (child) => new Promise((resolve) => child.on("close", resolve)),
    );
    for (const child of this.#children) child.stdin.end();
    await Promise.all(ends);
  }
}

const OURS = fileURLToPath(new URL("./cases/all-reduce-rank.ts", import.meta.url));

/** One row a size: bytes of the float32 tensor over the time of a call. Python's call blocks, so the ratio is that of our blocking call. */
export async function allReduceTable(peer: Peer | null, bursts: number): Promise<string> {
  const ours = await Ranks.start(process.execPath, ["--import", "tsx/esm", OURS]);
  const theirs =
    peer === null
      ? null
      : await Ranks.start(peer.versions.python, [peerScript("all_reduce_peer.py")]);
  const lines = [
    ["all-reduce, 2 processes", "wait()", "a call", "await", "Python", "a call", "rate ratio"],
  ];
  for (const kib of KIB) {
    // Both sides before: V8's compilers, which run beside for the first thousand calls, allocators and caches.
    const scale = kib < 1024 ? 10 : 1;
    await ours.burst(kib, "wait", scale);
    await ours.burst(kib, "await", scale);
    await theirs?.burst(kib, "wait", scale);
    const pairs = await alternate(
      bursts,
      () => ours.burst(kib, "wait"),
      theirs && (() => theirs.burst(kib, "wait")),
    );
    const awaited: number[] = [];
    for (let i = 0; i < bursts; i++) awaited.push(await ours.burst(kib, "await"));
    const rate = (s: number): string =>
      Number.isNaN(s) ? "-" : `${((kib * 1024) / s / 1e9).toFixed(3)} GB/s`;
    const call = (s: number): string => (Number.isNaN(s) ? "-" : `${(s * 1e6).toFixed(0)} us`);
    const wait = median(pairs.map((pair) => pair.ours));
    const other = median(pairs.flatMap(({ peer }) => (peer === null ? [] : [peer])));
    const promise = median(awaited);
    lines.push([
      `${kib} KiB`,
      rate(wait),
      call(wait),
      call(promise),
      rate(other),
      call(other),
      Number.isNaN(other) ? "-" : (other / wait).toFixed(2),
    ]);
  }
  await Promise.all([ours.end(), theirs?.end()]);
  return columns(lines);
}
