// Starts one process of `fabric run`, with the streams that tag its output.

import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { LastLines } from "../../launcher/last-lines.js";
import { PARENT_PIPE, PARENT_PIPE_VARIABLE, WATCH_PARENT } from "../../launcher/parent-pipe.js";
import { TagLines } from "../../launcher/tag-lines.js";

/** A started process. @internal */
export interface Started {
  readonly child: ChildProcess;
  readonly rank: number;
  /** What it wrote to standard error last; empty if it has the terminal to itself. */
  readonly lastErrors: LastLines;
  readonly outputs: readonly TagLines[];
}

/** Starts node with `args`; `tagged` puts the rank before each line of output. @internal */
export function startProcess(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  rank: number,
  tagged: boolean,
): Started {
  const options: SpawnOptions = {
    env: { ...environment, [PARENT_PIPE_VARIABLE]: String(PARENT_PIPE) },
    // One process talks to the terminal itself. Of several, the first has the input.
    stdio: tagged
      ? [environment["LOCAL_RANK"] === "0" ? "inherit" : "ignore", "pipe", "pipe", "pipe"]
      : ["inherit", "inherit", "inherit", "pipe"],
    // A group of its own: Ctrl-C in a terminal reaches only this process, which passes it on once.
    detached: process.platform !== "win32",
  };
  const child = spawn(
    process.execPath,
    [...process.execArgv, "--import", WATCH_PARENT, ...args],
    options,
  );
  // The pipe is only ever closed; how it closes means nothing.
  child.stdio[PARENT_PIPE]?.on("error", () => {});
  const lastErrors = new LastLines();
  child.stderr?.on("data", (chunk: Buffer) => lastErrors.add(chunk));
  if (!tagged) return { child, rank, lastErrors, outputs: [] };
  const outputs = [
    [child.stdout, process.stdout] as const,
    [child.stderr, process.stderr] as const,
  ].map(([source, target]) => {
    // Each process adds a few listeners to the same two streams.
    target.setMaxListeners(0);
    const tag = new TagLines(`[rank ${rank}] `);
    source?.pipe(tag).pipe(target, { end: false });
    return tag;
  });
  return { child, rank, lastErrors, outputs };
}

/** Waits until what a process wrote has been passed on, at most `timeoutMs`: its own children may hold the pipe for longer. @internal */
export async function drained({ outputs }: Started, timeoutMs: number): Promise<void> {
  const open = outputs.filter((stream) => !stream.closed);
  const timeout = new AbortController();
  await Promise.race([
    Promise.all(open.map((stream) => once(stream, "close"))),
    wait(timeoutMs, undefined, { signal: timeout.signal }).catch(() => {}),
  ]);
  timeout.abort();
}
