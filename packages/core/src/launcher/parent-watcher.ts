// The thread that waits for the pipe from a launcher to close, and then ends the process.

import { Socket } from "node:net";
import { workerData } from "node:worker_threads";

/** Time that a script has for its own SIGTERM handler. */
const GRACE_MS = 5_000;

const pipe = new Socket({ fd: workerData as number, readable: true, writable: false });
let ended = false;

function parentGone(): void {
  if (ended) return;
  ended = true;
  // Without a handler of the script this ends the process at once, in whatever native code it is.
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => process.kill(process.pid, "SIGKILL"), GRACE_MS);
}

pipe.on("end", parentGone).on("error", parentGone).on("close", parentGone).resume();
