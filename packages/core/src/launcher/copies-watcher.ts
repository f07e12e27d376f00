// The thread that starts the copies of a script, and ends all processes when one fails. Run as a worker by launch-copies.ts.

import { type ChildProcess, spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { Writable } from "node:stream";
import { parentPort, workerData } from "node:worker_threads";

import { ALL_ENDED, type CopiesToWatch, ONE_FAILED } from "./copies-to-watch.js";
import { type Exit, exitOf } from "./exit-of.js";
import { PARENT_PIPE, PARENT_PIPE_VARIABLE, WATCH_PARENT } from "./parent-pipe.js";
import { TagLines } from "./tag-lines.js";

/** Time between SIGTERM and SIGKILL. */
const GRACE_MS = 5_000;

/** Threads share the descriptors; what goes through the main thread waits until that looks at its events. */
const write = (descriptor: 1 | 2) =>
  new Writable({
    write(chunk: Buffer, _encoding, done) {
      writeWhole(descriptor, chunk);
      done();
    },
  });

watch(workerData as CopiesToWatch);

function watch({ args, environments, tagged, over }: CopiesToWatch): void {
  const running = new Set<ChildProcess>();
  let failed = false;
  const isOver = (how: number): void => {
    Atomics.store(new Int32Array(over), 0, how);
    Atomics.notify(new Int32Array(over), 0);
  };
  const copies = environments.map((environment) => {
    const child = start(args, environment, tagged);
    running.add(child);
    return { child, rank: environment["RANK"] };
  });
  for (const { child, rank } of copies) {
    void exitOf(child).then((exit) => {
      running.delete(child);
      if (exit.code === 0 && running.size === 0) isOver(ALL_ENDED);
      if (exit.code === 0 || failed) return;
      failed = true;
      endAll(rank, exit, running, () => isOver(ONE_FAILED));
    });
  }
  parentPort?.on("message", () => {
    // This process ends by an error of its own, which it has told.
    failed = true;
    askToEnd(running);
    isOver(ALL_ENDED);
  });
  parentPort?.postMessage("started");
  // From here on only the copies keep this thread, and with it the process, alive.
  parentPort?.unref();
}

function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  tagged: boolean,
): ChildProcess {
  const output = tagged ? "pipe" : "inherit";
  const child = spawn(process.execPath, ["--import", WATCH_PARENT, ...args], {
    env: { ...environment, [PARENT_PIPE_VARIABLE]: String(PARENT_PIPE) },
    stdio: ["ignore", output, output, "pipe"],
  });
  // The pipe is only ever closed; how it closes means nothing.
  child.stdio[PARENT_PIPE]?.on("error", () => {});
  const tag = `[rank ${environment["RANK"]}] `;
  child.stdout?.pipe(new TagLines(tag)).pipe(write(1));
  child.stderr?.pipe(new TagLines(tag)).pipe(write(2));
  return child;
}

/** Names the copy that failed, and asks all others and this process to end; SIGKILL follows, which no collective can hold up. */
function endAll(
  rank: string | undefined,
  exit: Exit,
  running: ReadonlySet<ChildProcess>,
  named: () => void,
): void {
  writeWhole(2, Buffer.from(`[fabric] rank ${rank} ${exit.how}; ending all processes.\n`));
  named();
  setTimeout(() => {
    for (const child of running) child.kill("SIGKILL");
    process.kill(process.pid, "SIGKILL");
  }, GRACE_MS);
  // Ctrl-C has reached every process.
  if (exit.signal === "SIGINT") return;
  askToEnd(running);
  process.kill(process.pid, "SIGTERM");
}

function askToEnd(running: ReadonlySet<ChildProcess>): void {
  for (const child of running) {
    child.kill("SIGTERM");
    // One that is stopped would not hear it.
    if (process.platform !== "win32") child.kill("SIGCONT");
  }
}

/** A pipe that is full takes a part, or nothing yet. */
function writeWhole(descriptor: number, chunk: Buffer): void {
  for (let written = 0; written < chunk.length; ) {
    try {
      written += writeSync(descriptor, chunk, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
