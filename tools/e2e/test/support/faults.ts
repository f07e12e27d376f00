// A job of three processes that exchange and save without end, and what becomes of it when one of them, or the launcher, has an accident.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { Fabric, type Tensor } from "@fabric/core";
import { expect } from "vitest";

const core = join(import.meta.dirname, "../../../../packages/core/dist");
const RANKS = 3;
/** Time-out of a collective. */
const TIMEOUT_MS = 2_000;
/** Beyond the time-out, in which the job must have ended and be told. */
const LATEST_MS = 10_000;

/** Every step: a sum over all ranks, then a checkpoint in shards, then rank 0's file. `fault` happens in `rank` at the start of step `at`. */
const SCRIPT = `import { writeSync } from "node:fs";
import { Fabric, finishShards, newShardSave, torch, writeShard } from ${JSON.stringify(pathToFileURL(join(core, "index.js")).href)};
const { distributed } = torch;
const [folder, fault, faulty, at] = process.argv.slice(2);
const rank = Number(process.env.RANK), RANKS = ${RANKS}, EACH = 20_000;
await distributed.initProcessGroup({ timeoutMs: 60_000 });
const group = await distributed.newGroup(undefined, { timeoutMs: ${TIMEOUT_MS} });
const meta = torch.empty([EACH * RANKS], { device: "meta" });
for (let step = 1; ; step++) {
  if (rank === Number(faulty) && step === Number(at)) {
    if (fault === "exit") process.exit(5);
    if (fault === "throw") throw new Error("an accident");
    if (fault === "busy") for (;;);
    if (fault === "asleep") { setInterval(() => {}, 1000); await new Promise(() => {}); }
  }
  const sum = torch.full([EACH], step);
  const work = distributed.allReduce(sum, { group });
  // Waiting in the event loop and waiting in the thread, in turn.
  if (step % 2 === 0) await work; else work.wait();
  const [save] = await distributed.allGatherObject(newShardSave(), { group });
  const shard = { tensor: sum, shape: [EACH * RANKS], offsets: [EACH * rank] };
  const indexes = await distributed.allGatherObject(writeShard(folder, save, rank, { sum: shard }), { group });
  if (rank === 0) finishShards(folder, indexes, { step, sum: meta }, { precision: "32-true" });
  await distributed.barrier({ group });
  sum.dispose();
  writeSync(1, "step " + step + " " + process.pid + "\\n");
}`;

/** What can happen. */
export const FAULTS = [
  "rank killed",
  "rank exits",
  "rank throws",
  "rank stopped",
  "rank computes for ever",
  "rank sleeps for ever",
  "SIGINT to the launcher",
  "SIGTERM to the launcher",
  "launcher killed",
] as const;

/** One of them. */
export type Fault = (typeof FAULTS)[number];

/** Has `fault` happen `count` times, each at a random moment to a random rank, and checks the end of the job. @returns the longest end, in ms. */
export async function haveFaults(fault: Fault, count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "fabric-faults-"));
  try {
    let longest = 0;
    for (let i = 0; i < count; i++) longest = Math.max(longest, await haveFault(fault, folder));
    return longest;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const INSIDE: Partial<Record<Fault, string>> = {
  "rank exits": "exit",
  "rank throws": "throw",
  "rank computes for ever": "busy",
  "rank sleeps for ever": "asleep",
};
const TO_RANK: Partial<Record<Fault, NodeJS.Signals>> = {
  "rank killed": "SIGKILL",
  "rank stopped": "SIGSTOP",
};
const TO_LAUNCHER: Partial<Record<Fault, NodeJS.Signals>> = {
  "SIGINT to the launcher": "SIGINT",
  "SIGTERM to the launcher": "SIGTERM",
  "launcher killed": "SIGKILL",
};

async function haveFault(fault: Fault, folder: string): Promise<number> {
  const rank = Math.floor(Math.random() * RANKS);
  const at = 3 + Math.floor(Math.random() * 8);
  const job = await startJob(folder, [INSIDE[fault] ?? "none", String(rank), String(at)]);
  const pids = await job.steps(INSIDE[fault] === undefined ? 2 : at - 1);
  const signal = TO_RANK[fault] ?? TO_LAUNCHER[fault];
  if (signal !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    process.kill(
      TO_RANK[fault] === undefined ? (job.child.pid as number) : (pids[rank] as number),
      signal,
    );
  }
  const start = performance.now();
  const code = await job.end();
  await gone(pids);
  const took = performance.now() - start;
  const told = `${fault}, rank ${rank}, step ${at}\n${job.text}`;
  expect(took, told).toBeLessThan(TIMEOUT_MS + LATEST_MS);
  expectVerdict(fault, rank, pids[rank] as number, code, job.errors, told);
  await expectWhole(join(folder, "ckpt"), told);
  return took;
}

/** The rank and the cause are named, and the exit code is the cause's. */
function expectVerdict(
  fault: Fault,
  rank: number,
  pid: number,
  code: number | null,
  errors: string,
  told: string,
): void {
  const stuck = (state: string): [number, string] => [
    1,
    `perhaps hung: rank ${rank} (process ${pid}, ${state})`,
  ];
  const [expected, text]: [number | null, string | null] = {
    "rank killed": [137, `[fabric] rank ${rank} was ended by SIGKILL`] as [number, string],
    "rank exits": [5, `[fabric] rank ${rank} failed with exit code 5`] as [number, string],
    "rank throws": [1, `[fabric] rank ${rank} failed with exit code 1`] as [number, string],
    "rank stopped": stuck("stopped by a signal"),
    "rank computes for ever": stuck("computing"),
    "rank sleeps for ever": stuck("waiting"),
    "SIGINT to the launcher": [130, null] as [number, null],
    "SIGTERM to the launcher": [143, null] as [number, null],
    "launcher killed": [null, null] as [null, null],
  }[fault];
  expect(code, told).toBe(expected);
  if (text !== null) expect(errors, told).toContain(text);
  if (fault === "rank throws") expect(errors, told).toContain("  Error: an accident");
}

/** The checkpoint that is found is one whole step. */
async function expectWhole(path: string, told: string): Promise<void> {
  const found = (await new Fabric({ accelerator: "cpu" }).load(path)) as {
    step: number;
    sum: Tensor;
  };
  const value = found.step * RANKS;
  expect([found.sum.min().item(), found.sum.max().item()], told).toEqual([value, value]);
  found.sum.dispose();
}

interface Job {
  readonly child: ChildProcess;
  readonly text: string;
  readonly errors: string;
  /** The processes by rank, once all have made so many steps. */
  steps(count: number): Promise<number[]>;
  end(): Promise<number | null>;
}

async function startJob(folder: string, args: readonly string[]): Promise<Job> {
  const script = join(folder, "job.mjs");
  writeFileSync(script, SCRIPT);
  const command = [
    "run",
    `--devices=${RANKS}`,
    `--main-port=${await freePort()}`,
    script,
    "--",
    join(folder, "ckpt"),
    ...args,
  ];
  const child = spawn(process.execPath, [join(core, "cli/main.js"), ...command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  let [text, errors] = ["", ""];
  child.stdout.on("data", (chunk) => (text += String(chunk)));
  child.stderr.on("data", (chunk) => (errors += String(chunk)));
  const closed = once(child, "close");
  return {
    child,
    get text() {
      return text + errors;
    },
    get errors() {
      return errors;
    },
    async steps(count) {
      const reached = (rank: number): RegExpExecArray | null =>
        new RegExp(`^\\[rank ${rank}\\] step ${count} (\\d+)$`, "m").exec(text);
      const ranks = Array.from({ length: RANKS }, (_, rank) => rank);
      await until(
        () => ranks.every((rank) => reached(rank) !== null),
        () => `step ${count} in\n${text}${errors}`,
        60_000,
      );
      return ranks.map((rank) => Number(reached(rank)?.[1]));
    },
    async end() {
      const [code] = (await closed) as [number | null];
      return code;
    },
  };
}

async function gone(pids: readonly number[]): Promise<void> {
  await until(
    () => !pids.some(isAlive),
    () => `the end of ${pids}`,
    20_000,
  );
}

async function until(probe: () => boolean, what: () => string, timeoutMs: number): Promise<void> {
  for (const start = performance.now(); !probe(); ) {
    if (performance.now() - start > timeoutMs) throw new Error(`waited in vain for ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process runs; one that only waits to be collected does not. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" && process.platform !== "linux";
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
