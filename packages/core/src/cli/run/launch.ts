// `fabric run`, once its options are known: starts the processes, again after failures if so asked, and returns the exit code.

import { freePortFrom } from "../../cluster/free-port.js";
import { type Attempt, startAttempt } from "./attempt.js";
import type { AttemptVariables } from "./environment.js";
import type { Verdict } from "./failure.js";
import { Coordinator } from "./rendezvous/coordinator.js";
import { takePart } from "./rendezvous/member.js";
import { forwardSignals, type Signals } from "./signals.js";

/** What to start. @internal */
export interface Launch {
  /** Arguments of node: its options, the script, the script's arguments. */
  readonly args: readonly string[];
  /** Processes on this machine. */
  readonly processes: number;
  /** The variables of a process. */
  environment(localRank: number, attempt: AttemptVariables): NodeJS.ProcessEnv;
  readonly nodeRank: number;
  readonly numNodes: number;
  readonly mainAddress: string;
  readonly mainPort: number;
  /** How often to start again after a failure. */
  readonly maxRestarts: number;
  readonly runId: string;
  /** Time between a signal to this process and SIGKILL for the others; default 10 s. */
  readonly graceMs?: number;
  /** The same after a failure; default 4 s: the others can hardly do anything useful. */
  readonly failureGraceMs?: number;
  /** Time for all machines to come; default 10 min. */
  readonly joinTimeoutMs?: number;
}

/** Runs all processes to their end; returns the exit code of the one at fault, else 0. @internal */
export async function launch(job: Launch): Promise<number> {
  const signals = forwardSignals(job.graceMs ?? 10_000);
  try {
    // Without restarts machines need not talk: a lost process shows as a broken connection on all.
    return job.numNodes > 1 && job.maxRestarts > 0
      ? await launchTogether(job, signals)
      : await launchHere(job, signals);
  } finally {
    signals.stop();
  }
}

async function launchHere(job: Launch, signals: Signals): Promise<number> {
  const { maxRestarts, runId, mainPort } = job;
  for (let attempt = 0; ; attempt++) {
    // Another port each time: what is left of the last start can then not meet the next.
    const port = attempt === 0 ? mainPort : freePortFrom(mainPort + attempt);
    const { verdict, code } = await start(job, signals, { runId, attempt, port }).result;
    if (verdict === null) return code;
    tellLastLines(verdict, job.processes);
    if (attempt >= maxRestarts || signals.received !== null) return code;
    process.stderr.write(
      `[fabric] ${verdict.what}; starting again (restart ${attempt + 1} of ${maxRestarts}).\n`,
    );
  }
}

async function launchTogether(job: Launch, signals: Signals): Promise<number> {
  const { mainAddress: host, mainPort: port, nodeRank: node, numNodes, processes } = job;
  const { maxRestarts, runId, joinTimeoutMs = 600_000 } = job;
  const place = { host, port, numNodes, processes, joinTimeoutMs };
  const coordinator =
    node > 0
      ? null
      : await Coordinator.listen({
          ...place,
          maxRestarts,
          runId,
          choosePort: (attempt) => freePortFrom(port + 1 + attempt),
        });
  try {
    return await takePart({
      ...place,
      node,
      signals,
      start: (message) => {
        const attempt = start(job, signals, message);
        void attempt.result.then(({ verdict }) => {
          if (verdict !== null) tellLastLines(verdict, processes);
        });
        return attempt;
      },
    });
  } finally {
    coordinator?.close();
  }
}

function start(job: Launch, signals: Signals, variables: AttemptVariables): Attempt {
  const { args, processes, nodeRank, failureGraceMs = 4_000 } = job;
  return startAttempt(
    {
      args,
      environments: Array.from({ length: processes }, (_, localRank) =>
        job.environment(localRank, variables),
      ),
      firstRank: nodeRank * processes,
    },
    signals,
    failureGraceMs,
  );
}

/** Repeats the error of the process at fault: those of the others have come in between. */
function tellLastLines({ rank, lastLines }: Verdict, processes: number): void {
  if (processes === 1 || lastLines.length === 0) return;
  process.stderr.write(
    `[fabric] the last lines of rank ${rank}:\n${lastLines.map((line) => `  ${line}\n`).join("")}`,
  );
}
