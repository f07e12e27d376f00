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
  /** The processes that get them. */
  readonly running: Set<ChildProcess>;
  /** The first that asked to end; null if none has come. */
  readonly received: NodeJS.Signals | null;
  /** Resolves when it comes. */
  readonly onEnd: Promise<NodeJS.Signals>;
  /** Asks the processes to end; SIGKILL follows after a time for those that do not. */
  end(signal: NodeJS.Signals, graceMs: number): void;
  /** All have ended; others may be started. */
  ended(): void;
  /** Takes the handlers away. */
  stop(): void;
}

/** Passes SIGINT, SIGTERM and SIGHUP on to each running process; a second one, or `graceMs`, makes it SIGKILL. @internal */
export function forwardSignals(graceMs: number): Signals {
  const running = new Set<ChildProcess>();
  let received: NodeJS.Signals | null = null;
  let receivedAt = 0;
  let timer: NodeJS.Timeout | null = null;
  const handlers = new Map<NodeJS.Signals, () => void>();
  let resolveEnd: (signal: NodeJS.Signals) => void;
  const onEnd = new Promise<NodeJS.Signals>((resolve) => {
    resolveEnd = resolve;
  });
  const toAll = (signal: NodeJS.Signals): void => {
    for (const child of running) signalProcess(child, signal);
  };
  const end = (signal: NodeJS.Signals, withinMs: number): void => {
    toAll(signal);
    // One that is stopped would not hear it.
    if (process.platform !== "win32") toAll("SIGCONT");
    timer ??= setTimeout(() => toAll("SIGKILL"), withinMs);
  };
  for (const signal of ENDING) {
    handlers.set(signal, () => {
      const now = performance.now();
      if (received === null) {
        received = signal;
        receivedAt = now;
        end(signal, graceMs);
        resolveEnd(signal);
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
  const ended = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    running,
    get received() {
      return received;
    },
    onEnd,
    end,
    ended,
    stop: () => {
      ended();
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
