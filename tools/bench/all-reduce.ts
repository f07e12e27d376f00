// All-reduce between two processes of this machine by size, beside Python's torch.distributed. Both pairs of processes live for the whole table and take
// turns by bursts of a few tens of milliseconds, so that both meet the same moments of the machine.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { median } from "./burst.js";
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

/** A pair of processes and how it is to be asked. */
interface Side {
  readonly ranks: Ranks;
  readonly mode: "wait" | "await";
}

/** Seconds a call of each side, in bursts that take turns; each side goes first as often as any other. */
async function takeTurns(sides: readonly Side[], kib: number, bursts: number): Promise<number[][]> {
  // Before: V8's compilers, which run beside for the first thousand calls, allocators and caches.
  for (const { ranks, mode } of sides) await ranks.burst(kib, mode, kib < 1024 ? 10 : 1);
  const seconds: number[][] = sides.map(() => []);
  for (let burst = 0; burst < bursts; burst++) {
    for (let turn = 0; turn < sides.length; turn++) {
      const side = (burst + turn) % sides.length;
      const { ranks, mode } = sides[side] as Side;
      seconds[side]?.push(await ranks.burst(kib, mode));
    }
  }
  return seconds;
}

/**
 * One row a size: bytes of the float32 tensor over the time of a call. Python's call blocks, so its ratio is to our blocking call. Two pairs of Python
 * processes run: the ratio of one to the other, which would be 1 on a quiet machine, says what a ratio here can tell.
 */
export async function allReduceTable(peer: Peer | null, bursts: number): Promise<string> {
  const ours = await Ranks.start(process.execPath, ["--import", "tsx/esm", OURS]);
  const sides: Side[] = [
    { ranks: ours, mode: "wait" },
    { ranks: ours, mode: "await" },
  ];
  for (const python of peer === null ? [] : [peer.versions.python, peer.versions.python])
    sides.push({
      ranks: await Ranks.start(python, [peerScript("all_reduce_peer.py")]),
      mode: "wait",
    });
  const lines = [
    [
      "all-reduce, 2 processes",
      ...["wait()", "a call", "await", "Python", "a call"],
      ...["rate, ours over Python", "Python over Python"],
    ],
  ];
  for (const kib of KIB) {
    // Small calls vary most.
    const turns = kib < 4096 ? bursts * 3 : bursts;
    const [wait = [], awaited = [], python = [], again = []] = await takeTurns(sides, kib, turns);
    const rate = (s: number): string =>
      Number.isNaN(s) ? "-" : `${((kib * 1024) / s / 1e9).toFixed(3)} GB/s`;
    const call = (s: number): string => (Number.isNaN(s) ? "-" : `${(s * 1e6).toFixed(0)} us`);
    const ratio = (one: number, other: number): string =>
      Number.isNaN(other) ? "-" : (other / one).toFixed(2);
    const [own, theirs] = [median(wait), median([...python, ...again])];
    lines.push([
      `${kib} KiB`,
      rate(own),
      call(own),
      call(median(awaited)),
      rate(theirs),
      call(theirs),
      ratio(own, theirs),
      ratio(median(python), median(again)),
    ]);
  }
  await Promise.all([...new Set(sides.map(({ ranks }) => ranks))].map((ranks) => ranks.end()));
  return columns(lines);
}
