// Which process failed first, when several did, and why.

import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

import type { Exit } from "../../launcher/exit-of.js";
import { drained, type Started } from "./start-process.js";

/** A process that ended by an error. @internal */
export interface Failure {
  readonly process: Started;
  readonly exit: Exit;
}

/** What is said about a failure, and what the command ends with. @internal */
export interface Verdict {
  readonly rank: number;
  readonly code: number;
  /** `rank 1 failed with exit code 3`. */
  readonly what: string;
  /** The end of its error output. */
  readonly lastLines: readonly string[];
}

/** Time for a failed process's last words to arrive. */
const LAST_WORDS_MS = 500;
/** Time for the process at fault to show itself, after one that only noticed. */
const CULPRIT_MS = 1_500;
const LOOK_EACH_MS = 50;

/** Errors of a process that lost another, or waited in vain for it. */
const CONSEQUENCE = /FABRIC_DISTRIBUTED_(PEER_LOST|TIMEOUT)/;

/**
 * The failure that the others follow from. A process that was killed takes its peers down with it, in no certain order; one that hangs
 * does not end at all, and is named as well.
 *
 * @param failures - at least one; grows while processes end.
 * @param running - shrinks while processes end.
 * @param single - there is one process, which is called the script. @internal
 */
export async function judge(
  failures: readonly Failure[],
  running: ReadonlySet<Started>,
  single: boolean,
): Promise<Verdict> {
  const first = failures[0] as Failure;
  await drained(first.process, LAST_WORDS_MS);
  const until = performance.now() + CULPRIT_MS;
  while (failures.every(isConsequence) && running.size > 0 && performance.now() < until)
    await wait(LOOK_EACH_MS);
  const found = failures.find((failure) => !isConsequence(failure)) ?? first;
  await drained(found.process, LAST_WORDS_MS);
  const { rank, lastErrors } = found.process;
  const name = single ? "the script" : `rank ${rank}`;
  return {
    rank,
    code: found.exit.code,
    what: `${name} ${found.exit.how}${isConsequence(found) ? await suspects(running) : ""}`,
    lastLines: lastErrors.lines,
  };
}

function isConsequence({ process, exit }: Failure): boolean {
  return exit.signal === null && CONSEQUENCE.test(process.lastErrors.lines.join("\n"));
}

/** Processes that have not even noticed that others gave up. */
async function suspects(running: ReadonlySet<Started>): Promise<string> {
  if (running.size === 0) return "";
  const names = await Promise.all(
    [...running].map(
      async ({ rank, child }) => `rank ${rank} (process ${child.pid}${await stateOf(child.pid)})`,
    ),
  );
  return `; it waited for others, and still there, perhaps hung: ${names.join(", ")}`;
}

/** How often a process is looked at: one that waits wakes for a moment now and then, when a peer's connection ends for example. */
const LOOKS = 5;

/** What Linux tells about a process. */
async function stateOf(pid: number | undefined): Promise<string> {
  const STATES: Record<string, string> = {
    R: ", computing",
    S: ", waiting",
    D: ", waiting for a device",
    T: ", stopped by a signal",
    t: ", stopped by a debugger",
  };
  try {
    let letter = "";
    for (let look = 0; look < LOOKS && (letter === "" || letter === "R"); look++) {
      if (look > 0) await wait(LOOK_EACH_MS);
      const line = readFileSync(`/proc/${pid}/stat`, "latin1");
      letter = line.slice(line.lastIndexOf(")") + 2)[0] ?? "";
    }
    return STATES[letter] ?? "";
  } catch {
    return "";
  }
}
