// Loaded before the script in each process of `fabric run`: ends the process when its parent is gone.

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
