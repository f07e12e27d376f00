// One start of all processes on this machine, to their end.

import { exitOf } from "../../launcher/exit-of.js";
import { type Failure, judge, type Verdict } from "./failure.js";
import type { Signals } from "./signals.js";
import { drained, startProcess } from "./start-process.js";

/** What to start. @internal */
export interface ProcessesToStart {
  /** Arguments of node: its options, the script, the script's arguments. */
  readonly args: readonly string[];
  /** One for each process. */
  readonly environments: readonly NodeJS.ProcessEnv[];
  /** Rank of the first process. */
  readonly firstRank: number;
}

/** Running processes. @internal */
export interface Attempt {
  /** Null if all ended well; else the failure that the others followed, once all have ended. A failure of what was ended on request is none. */
  readonly result: Promise<{ readonly verdict: Verdict | null; readonly code: number }>;
  /** The same, as soon as it is known; others may still run. Never resolves if there is none. */
  readonly failed: Promise<Verdict>;
  /** Asks all to end. */
  end(): void;
}

/** Time for output that is still on its way when a process has ended. */
const OUTPUT_MS = 2_000;

/** Starts the processes. When one fails, it is named, and the others are asked to end. @internal */
export function startAttempt(
  { args, environments, firstRank }: ProcessesToStart,
  signals: Signals,
  graceMs: number,
): Attempt {
  const single = environments.length === 1;
  const processes = environments.map((environment, i) =>
    startProcess(args, environment, firstRank + i, !single),
  );
  const running = new Set(processes);
  const failures: Failure[] = [];
  let code = 0;
  let ending = false;
  let onFailure: (verdict: Verdict) => void;
  const failed = new Promise<Verdict>((resolve) => {
    onFailure = resolve;
  });
  const end = (): void => {
    if (ending) return;
    ending = true;
    signals.end("SIGTERM", graceMs);
  };
  const judged = async (): Promise<Verdict> => {
    const verdict = await judge(failures, running, single);
    code = verdict.code;
    // A script that has just told its own error needs no other message.
    if (!single || (failures[0] as Failure).exit.unexpected)
      process.stderr.write(`[fabric] ${verdict.what}${othersEnd(running.size)}.\n`);
    onFailure(verdict);
    end();
    return verdict;
  };
  const whole = async () => {
    let verdict: Promise<Verdict> | null = null;
    await Promise.all(
      processes.map(async (started) => {
        signals.running.add(started.child);
        const exit = await exitOf(started.child);
        signals.running.delete(started.child);
        running.delete(started);
        if (exit.code === 0) return;
        // What was asked for needs no message.
        if (signals.received !== null || ending) {
          if (code === 0) code = exit.code;
          return;
        }
        failures.push({ process: started, exit });
        verdict ??= judged();
      }),
    );
    const named = await verdict;
    signals.ended();
    await Promise.all(processes.map((started) => drained(started, OUTPUT_MS)));
    for (const { child } of processes) for (const stream of child.stdio) stream?.destroy();
    return { verdict: named, code };
  };
  return { result: whole(), failed, end };
}

function othersEnd(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "; ending the other process" : `; ending the other ${count} processes`;
}
