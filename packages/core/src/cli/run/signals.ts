// What signals to `fabric run` do to its processes.

import type { ChildProcess } from "node:child_process";

/** Those that ask to end. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** A terminal sends these to the whole group, so the script's own programs get them too. */
const FROM_TERMINAL: readonly string[] = ["SIGINT", "SIGHUP"];
/** Package managers and `timeout` pass on what the terminal sent already: the second of such a pair means nothing. */
const ECHO_MS = 500;

/** Passes signals on until it is stopped. @internal */
export interface Signals {
  /** Whether one that asks to end has come. */
  readonly received: boolean;
  /** Asks the processes to end; SIGKILL follows for those that do not. */
  end(signal: NodeJS.Signals): void;
  /** Takes the handlers away. */
  stop(): void;
}

/** Passes SIGINT, SIGTERM and SIGHUP on to each running process; a second one, or `graceMs`, makes it SIGKILL. @internal */
export function forwardSignals(running: ReadonlySet<ChildProcess>, graceMs: number): Signals {
  let receivedAt: number | null = null;
  let timer: NodeJS.Timeout | null = null;
  const handlers = new Map<NodeJS.Signals, () => void>();
  const toAll = (signal: NodeJS.Signals): void => {
    for (const child of running) signalProcess(child, signal);
  };
  const end = (signal: NodeJS.Signals): void => {
    toAll(signal);
    timer ??= setTimeout(() => toAll("SIGKILL"), graceMs);
  };
  for (const signal of ENDING) {
    handlers.set(signal, () => {
      const now = performance.now();
      if (receivedAt === null) {
        receivedAt = now;
        end(signal);
      } else if (now - receivedAt > ECHO_MS) toAll("SIGKILL");
    });
  }
  if (process.platform !== "win32") {
    // Ctrl-Z. In a session of their own the processes would ignore SIGTSTP.
    handlers.set("SIGTSTP", () => {
      toAll("SIGSTOP");
      process.kill(process.pid, "SIGSTOP");
    });
    handlers.set("SIGCONT", () => toAll("SIGCONT"));
    handlers.set("SIGWINCH", () => toAll("SIGWINCH"));
  }
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return {
    get received() {
      return receivedAt !== null;
    },
    end,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      for (const [signal, handler] of handlers) process.off(signal, handler);
    },
  };
}

/** Sends a signal to a process, with the programs that it started where a terminal would reach them or nothing may be left. */
function signalProcess({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  const group =
    process.platform !== "win32" &&
    (FROM_TERMINAL.includes(signal) || ["SIGKILL", "SIGSTOP", "SIGCONT"].includes(signal));
  try {
    process.kill(group ? -pid : pid, signal);
  } catch (error) {
    // It has just ended.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
