// Starts the processes of `fabric run`, passes signals on, and ends them all when one fails.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { setTimeout as wait } from "node:timers/promises";

import { PARENT_PIPE, PARENT_PIPE_VARIABLE } from "./parent-pipe.js";
import { forwardSignals } from "./signals.js";
import { TagLines } from "./tag-lines.js";

/** What to start. @internal */
export interface Launch {
  /** Arguments of node: its options, the script, the script's arguments. */
  readonly args: readonly string[];
  /** One for each process. */
  readonly environments: readonly NodeJS.ProcessEnv[];
  /** Rank of the first process, for the tags. */
  readonly firstRank: number;
  /** Time between the request to end and SIGKILL; default 10 s. */
  readonly graceMs?: number;
}

/** Time for output that is still on its way when a process has ended; its own children may hold the pipe for longer. */
const OUTPUT_MS = 2_000;

/** A started process, with the streams that tag its output. */
interface Started {
  readonly child: ChildProcess;
  readonly outputs: readonly TagLines[];
}

interface Exit {
  readonly code: number;
  readonly how: string;
  /** True if the script itself had no say. */
  readonly unexpected: boolean;
}

/** Runs all processes to their end; returns the exit code of the first that failed, else 0. @internal */
export async function launch({
  args,
  environments,
  firstRank,
  graceMs = 10_000,
}: Launch): Promise<number> {
  const single = environments.length === 1;
  const processes = environments.map((environment, i) =>
    start(args, environment, single ? null : `[rank ${firstRank + i}] `),
  );
  const running = new Set(processes.map(({ child }) => child));
  const signals = forwardSignals(running, graceMs);
  let code = 0;
  await Promise.all(
    processes.map(async ({ child }, i) => {
      const exit = await exitOf(child);
      running.delete(child);
      if (exit.code === 0 || code !== 0) return;
      code = exit.code;
      // What was asked for needs no message, nor does a script that has just told its own error.
      if (signals.received || (single && !exit.unexpected)) return;
      process.stderr.write(
        `[fabric] ${single ? "the script" : `rank ${firstRank + i}`} ${exit.how}${othersEnd(running.size)}.\n`,
      );
      signals.end("SIGTERM");
    }),
  );
  signals.stop();
  await drain(processes);
  return code;
}

function othersEnd(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "; ending the other process" : `; ending the other ${count} processes`;
}

function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  tag: string | null,
): Started {
  const preload = new URL("./watch-parent.js", import.meta.url).href;
  const options: SpawnOptions = {
    env: { ...environment, [PARENT_PIPE_VARIABLE]: String(PARENT_PIPE) },
    // One process talks to the terminal itself. Of several, the first has the input.
    stdio:
      tag === null
        ? ["inherit", "inherit", "inherit", "pipe"]
        : [environment["LOCAL_RANK"] === "0" ? "inherit" : "ignore", "pipe", "pipe", "pipe"],
    // A group of its own: Ctrl-C in a terminal reaches only this process, which passes it on once.
    detached: process.platform !== "win32",
  };
  const child = spawn(
    process.execPath,
    [...process.execArgv, "--import", preload, ...args],
    options,
  );
  // The pipe is only ever closed; how it closes means nothing.
  child.stdio[PARENT_PIPE]?.on("error", () => {});
  if (tag === null) return { child, outputs: [] };
  const outputs = [
    [child.stdout, process.stdout] as const,
    [child.stderr, process.stderr] as const,
  ].map(([source, target]) => {
    // Each process adds a few listeners to the same two streams.
    target.setMaxListeners(0);
    const tagged = new TagLines(tag);
    source?.pipe(tagged).pipe(target, { end: false });
    return tagged;
  });
  return { child, outputs };
}

async function exitOf(child: ChildProcess): Promise<Exit> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return signal === null
      ? { code: code ?? 1, how: `failed with exit code ${code}`, unexpected: false }
      : {
          code: 128 + constants.signals[signal],
          how: `was ended by ${signal}`,
          unexpected: true,
        };
  } catch (error) {
    return {
      code: 1,
      how: `could not be started: ${(error as Error).message}`,
      unexpected: true,
    };
  }
}

/** Waits until what the processes wrote has been passed on. */
async function drain(processes: readonly Started[]): Promise<void> {
  const open = processes.flatMap(({ outputs }) => outputs).filter((stream) => !stream.closed);
  const timeout = new AbortController();
  await Promise.race([
    Promise.all(open.map((stream) => once(stream, "close"))),
    wait(OUTPUT_MS, undefined, { signal: timeout.signal }).catch(() => {}),
  ]);
  timeout.abort();
  for (const { child } of processes) for (const stream of child.stdio) stream?.destroy();
}
