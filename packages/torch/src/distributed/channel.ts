// How the end of work on other threads reaches the event loop: one socket a thread of JavaScript, which keeps the process alive only while
// something is pending.
import { readSync } from "node:fs";
import { type OnReadOpts, Socket, type SocketConstructorOpts } from "node:net";

import { failure } from "./failure.js";
import { callExact, callNative } from "./library.js";

interface Channel {
  id: number;
  /** A byte arrives when the watched job is done. */
  waitFd: number;
  socket: Socket;
}

/** Whoever wants to know that a job is done. */
export interface Pending {
  settle(): void;
}

let channel: Channel | undefined;
/** Whether the socket keeps the process alive. */
let holds = false;
const pending = new Map<number, Pending>();

function open(): Channel {
  const [id, eventFd, waitFd] = callNative<[number, number, number]>("open_channel");
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd: eventFd,
    readable: true,
    writable: false,
    onread: {
      buffer: Buffer.alloc(64),
      callback: () => {
        drain(id);
        return true;
      },
    },
  };
  const socket = new Socket(options);
  socket.unref();
  return { id, waitFd, socket };
}

/** The number by which operators know this thread. */
export function channelId(): number {
  channel ??= open();
  return channel.id;
}

function drain(id: number): void {
  for (const job of callNative<number[]>("drain", id)) {
    const known = pending.get(job);
    if (known === undefined) throwLate(job);
    else known.settle();
  }
  release();
}

/** A device failed at something that was waited for already, so that its results are in use: nobody but the process can be told. */
function throwLate(id: number): void {
  const [kind, text] = callNative<[string, string]>("job_take_late", id);
  if (kind === "") return;
  queueMicrotask(() => {
    throw failure("torch.distributed", kind, text);
  });
}

/** Lets the process end when nothing is pending. */
function release(): void {
  if (!holds || pending.size > 0) return;
  holds = false;
  channel?.socket.unref();
}

/** `job.settle` is called when the job is done; until then the process stays alive. */
export function expect(id: number, job: Pending): void {
  if (!holds) {
    holds = true;
    channel?.socket.ref();
  }
  pending.set(id, job);
}

/** The job is done and needs no call any more. The event of its end is still to come, and lets the process end. */
export function forget(id: number): void {
  pending.delete(id);
}

/** The job may never be done. */
export function abandon(id: number): void {
  pending.delete(id);
  release();
}

const byte = new Uint8Array(1);

/** Blocks this thread until the job is done. */
export function block(id: number): void {
  const { id: of, waitFd } = channel as Channel;
  // Outside any operator, so that other threads of the process go on meanwhile.
  if (!callExact<boolean>("watch", of, id)) readSync(waitFd, byte, 0, 1, null);
}
