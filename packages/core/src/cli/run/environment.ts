// The variables that each process of `fabric run` gets.

import { availableParallelism } from "node:os";

import type { RunOptions } from "./options.js";

/** What reaches `new Fabric()`, by option: only what was typed is exported. */
const VARIABLES = {
  accelerator: "FABRIC_ACCELERATOR",
  strategy: "FABRIC_STRATEGY",
  devices: "FABRIC_DEVICES",
  numNodes: "FABRIC_NUM_NODES",
  precision: "FABRIC_PRECISION",
} as const satisfies Partial<Record<keyof RunOptions, string>>;

/** The environment of one process: this one's, with options and ranks. @internal */
export function childEnvironment(
  options: RunOptions,
  localRank: number,
  processes: number,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...base,
    FABRIC_CLI_USED: "1",
    RANK: String(options.nodeRank * processes + localRank),
    LOCAL_RANK: String(localRank),
    WORLD_SIZE: String((options.numNodes ?? 1) * processes),
    LOCAL_WORLD_SIZE: String(processes),
    GROUP_RANK: String(options.nodeRank),
    MASTER_ADDR: options.mainAddress,
    MASTER_PORT: String(options.mainPort),
  };
  for (const [option, variable] of Object.entries(VARIABLES)) {
    const value = options[option as keyof typeof VARIABLES];
    if (value !== undefined) environment[variable] = String(value);
  }
  // One process may use every core, as without `fabric run`; several share them. A user's own value stays.
  if (processes > 1)
    environment["OMP_NUM_THREADS"] ??= String(threadsPerProcess(availableParallelism(), processes));
  return environment;
}

/** Cores for each process, at least one. @internal */
export function threadsPerProcess(cores: number, processes: number): number {
  return Math.max(1, Math.floor(cores / processes));
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
