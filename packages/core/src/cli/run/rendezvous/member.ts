// The part of every machine's agent that does what machine 0 says.

import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

import { codeOfSignal } from "../../../launcher/exit-of.js";
import type { Attempt } from "../attempt.js";
import type { Signals } from "../signals.js";
import { Channel, type CoordinatorMessage, type MemberMessage, PROTOCOL } from "./messages.js";

/** A machine of a job. @internal */
export interface MemberOptions {
  readonly host: string;
  readonly port: number;
  readonly node: number;
  readonly numNodes: number;
  /** Processes on this machine. */
  readonly processes: number;
  /** Time for machine 0 to come. */
  readonly joinTimeoutMs: number;
  readonly signals: Signals;
  /** Starts this machine's processes. */
  start(message: Extract<CoordinatorMessage, { type: "start" }>): Attempt;
}

const RETRY_MS = 300;

/** Takes part until the job is over; returns its exit code. @internal */
export async function takePart(options: MemberOptions): Promise<number> {
  const { host, port, node, numNodes, processes, signals } = options;
  const socket = await reach(options);
  if (socket === null) {
    if (signals.received !== null) return codeOfSignal(signals.received);
    say(
      `machine 0 did not answer at ${host}:${port} within ${Math.round(options.joinTimeoutMs / 1000)} s. Start fabric run there too, and check --main-address and --main-port`,
    );
    return 1;
  }
  return new Promise((resolve) => {
    let attempt: Attempt | null = null;
    let isOver = false;
    const over = async (code: number): Promise<void> => {
      if (isOver) return;
      isOver = true;
      attempt?.end();
      const own = await attempt?.result;
      channel.close();
      // A script that handled the signal has chosen a code of its own.
      resolve(signals.received !== null && own !== undefined ? own.code : code);
    };
    const channel: Channel<CoordinatorMessage, MemberMessage> = new Channel(
      socket,
      (message) => {
        if (message.type === "start") {
          if (message.attempt > 0) say(`restart ${message.attempt} of ${message.maxRestarts}`);
          attempt = options.start(message);
          report(attempt, message.attempt, channel);
        } else if (message.type === "stop") {
          if (attempt === null) return;
          say(`${message.what}; all machines start again`);
          attempt.end();
          void attempt.result.then(() =>
            channel.send({ type: "stopped", attempt: message.attempt }),
          );
        } else {
          if (message.what !== "") say(`${message.what}; ending`);
          void over(message.type === "finish" ? message.code : 1);
        }
      },
      () => {
        if (!isOver) say(`the connection to machine 0 (${host}:${port}) is lost; ending`);
        void over(1);
      },
    );
    channel.send({ type: "hello", version: PROTOCOL, node, numNodes, processes });
    void signals.onEnd.then((signal) => {
      // Ctrl-C is meant for the job; other signals take this machine away, and the others may wait for it.
      if (signal === "SIGINT")
        channel.send({
          type: "quit",
          what: `machine ${node} got ${signal}`,
          code: codeOfSignal(signal),
        });
      void over(codeOfSignal(signal));
    });
  });
}

function report(
  attempt: Attempt,
  number: number,
  channel: Channel<CoordinatorMessage, MemberMessage>,
): void {
  void attempt.failed.then(({ what, code }) =>
    channel.send({ type: "failed", attempt: number, what, code }),
  );
  void attempt.result.then(({ verdict, code }) => {
    if (verdict === null && code === 0) channel.send({ type: "succeeded", attempt: number });
  });
}

/** A connection to machine 0, which may start later than this; null if it does not come, or a signal does. */
async function reach({
  host,
  port,
  joinTimeoutMs,
  signals,
}: MemberOptions): Promise<Socket | null> {
  const until = performance.now() + joinTimeoutMs;
  while (performance.now() < until && signals.received === null) {
    const socket = connect({ host, port });
    const reached = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    if (reached) return socket;
    await Promise.race([wait(RETRY_MS), signals.onEnd]);
  }
  return null;
}

function say(what: string): void {
  process.stderr.write(`[fabric] ${what}.\n`);
}
