// All-reduce between two processes of this machine by size, beside Python's torch.distributed in turns.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

import { median } from "./burst.js";
import { columns } from "./columns.js";
import { type Peer, peerScript } from "./peer.js";

/** Seconds a call by bytes of the tensor. */
type Times = Record<string, number>;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Runs two ranks of a command; rank 0 writes its times as JSON. */
async function run(command: string, args: readonly string[]): Promise<unknown> {
  const port = String(await freePort());
  const ends = [0, 1].map((rank) => {
    const env = {
      ...process.env,
      ...{ RANK: String(rank), WORLD_SIZE: "2", MASTER_ADDR: "127.0.0.1", MASTER_PORT: port },
      OMP_NUM_THREADS: "1",
    };
    const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "inherit"] });
    return new Promise<string>((resolve, reject) => {
      let output = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.on("error", reject);
      child.on("close", (code) =>
        code === 0 ? resolve(output) : reject(new Error(`${command} ended with ${code}`)),
      );
    });
  });
  const [output = ""] = await Promise.all(ends);
  return JSON.parse(output);
}

const OURS = fileURLToPath(new URL("./cases/all-reduce-rank.ts", import.meta.url));

/** One row a size: bytes of the float32 tensor over the time of a call. Python's call blocks, so the ratio is that of our blocking call. */
export async function allReduceTable(peer: Peer | null, bursts: number): Promise<string> {
  const ours: { blocking: Times; awaited: Times }[] = [];
  const theirs: Times[] = [];
  for (let i = 0; i < bursts; i++) {
    ours.push((await run(process.execPath, ["--import", "tsx/esm", OURS])) as (typeof ours)[0]);
    if (peer !== null)
      theirs.push((await run(peer.versions.python, [peerScript("all_reduce_peer.py")])) as Times);
  }
  const lines = [
    ["all-reduce, 2 processes", "wait()", "a call", "await", "Python", "a call", "rate ratio"],
  ];
  for (const bytes of Object.keys(ours[0]?.blocking ?? {})) {
    const of = (times: readonly Times[]): number =>
      median(times.map((t) => t[bytes] ?? Number.NaN));
    const blocking = of(ours.map((run) => run.blocking));
    const python = theirs.length === 0 ? Number.NaN : of(theirs);
    const rate = (s: number): string =>
      Number.isNaN(s) ? "-" : `${(Number(bytes) / s / 1e9).toFixed(3)} GB/s`;
    const call = (s: number): string => (Number.isNaN(s) ? "-" : `${(s * 1e6).toFixed(0)} us`);
    lines.push([
      `${Number(bytes) / 1024} KiB`,
      rate(blocking),
      call(blocking),
      call(of(ours.map((run) => run.awaited))),
      rate(python),
      call(python),
      Number.isNaN(python) ? "-" : (python / blocking).toFixed(2),
    ]);
  }
  return columns(lines);
}
