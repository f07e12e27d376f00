// How a process ended, in the words of messages.

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

/** The end of a process. @internal */
export interface Exit {
  /** The exit code; 128 + number of the signal. */
  readonly code: number;
  readonly signal: NodeJS.Signals | null;
  /** What follows its name in a sentence. */
  readonly how: string;
  /** True if the program itself had no say. */
  readonly unexpected: boolean;
}

/** Waits for the end of a process, also of one that cannot be started. @internal */
export async function exitOf(child: ChildProcess): Promise<Exit> {
  try {
    const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    if (signal === null)
      return { code: code ?? 1, signal, how: `failed with exit code ${code}`, unexpected: false };
    const reason = signal === "SIGKILL" ? " (by hand, or by the system where memory ran out)" : "";
    const how = `was ended by ${signal}${reason}`;
    return { code: codeOfSignal(signal), signal, how, unexpected: true };
  } catch (error) {
    const how = `could not be started: ${(error as Error).message}`;
    return { code: 1, signal: null, how, unexpected: true };
  }
}

/** The exit code that stands for a signal. @internal */
export function codeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
