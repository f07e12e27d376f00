// The variables that each process of `fabric run` gets.

import { rankVariables, sharedThreads } from "../../launcher/rank-variables.js";
import type { RunOptions } from "./options.js";

/** What reaches `new Fabric()`, by option: only what was typed is exported. */
const VARIABLES = {
  accelerator: "FABRIC_ACCELERATOR",
  strategy: "FABRIC_STRATEGY",
  devices: "FABRIC_DEVICES",
  numNodes: "FABRIC_NUM_NODES",
  precision: "FABRIC_PRECISION",
} as const satisfies Partial<Record<keyof RunOptions, string>>;

/** A start of all processes; elastic runs have several. @internal */
export interface AttemptVariables {
  /** The same for all starts of a job. */
  readonly runId: string;
  /** Starts before this one. */
  readonly attempt: number;
  /** Port of rank 0, another for each start. */
  readonly port: number;
}

/** The environment of one process: this one's, with options, ranks, and torchrun's account of restarts. @internal */
export function childEnvironment(
  options: RunOptions,
  localRank: number,
  processes: number,
  { runId, attempt, port }: AttemptVariables,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const { nodeRank, numNodes = 1, mainAddress } = options;
  const environment: NodeJS.ProcessEnv = {
    ...base,
    FABRIC_CLI_USED: "1",
    ...rankVariables({
      localRank,
      localWorldSize: processes,
      nodeRank,
      numNodes,
      mainAddress,
      mainPort: port,
    }),
    TORCHELASTIC_RUN_ID: runId,
    TORCHELASTIC_RESTART_COUNT: String(attempt),
    TORCHELASTIC_MAX_RESTARTS: String(options.maxRestarts),
  };
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const value = options[option as keyof typeof VARIABLES];
    if (value !== undefined) environment[variable] = String(value);
  }
  // One process may use every core, as without `fabric run`; several share them. A user's own value stays.
  const threads = sharedThreads(processes);
  if (threads !== undefined) environment["OMP_NUM_THREADS"] ??= String(threads);
  return environment;
}

/** Says which variables act although no option was typed: under `fabric run` the script's process stays silent about them. @internal */
export function mentionStrayVariables(options: RunOptions): void {
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const value = process.env[variable];
    if (value === undefined || value === "") continue;
    if (options[option as keyof typeof VARIABLES] !== undefined) continue;
    process.stderr.write(`[fabric] ${variable}=${value} from the environment is used.\n`);
  }
}
