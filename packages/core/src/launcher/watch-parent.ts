// Loaded before the script in each process of a launcher: ends the process when its parent is gone, and keeps its output whole.

import { isMainThread, Worker } from "node:worker_threads";

import { PARENT_PIPE_VARIABLE } from "./parent-pipe.js";

const descriptor = process.env[PARENT_PIPE_VARIABLE];
// Programs that the script starts inherit environment and node's options, but not the pipe.
delete process.env[PARENT_PIPE_VARIABLE];
if (descriptor !== undefined && isMainThread) {
  // A thread of its own: the main one may compute for minutes without looking at events.
  new Worker(new URL("./parent-watcher.js", import.meta.url), {
    workerData: Number(descriptor),
    execArgv: [],
    env: {},
  }).unref();
}

// With a pipe to the parent, node would write in the background, and a script that calls process.exit would lose its last lines.
if (descriptor !== undefined && isMainThread && process.env["LOCAL_WORLD_SIZE"] !== "1") {
  for (const stream of [process.stdout, process.stderr] as unknown as WithHandle[])
    stream._handle?.setBlocking?.(true);
}

interface WithHandle {
  readonly _handle?: { setBlocking?(blocking: boolean): void };
}
