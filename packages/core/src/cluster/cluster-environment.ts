// Where ranks and the address of rank 0 come from.

import { FabricError } from "../torch.js";

/** Tells a process its place among all; what a launcher left in the environment, or an object of the user's in `plugins`. */
export interface ClusterEnvironment {
  /** For messages: `"torchelastic"`, `"slurm"`, ... Default: the name of the class. */
  readonly name?: string;
  /** Whether a launcher has started all processes, default true; otherwise the strategy starts those that are missing. */
  readonly createsProcessesExternally?: boolean;
  /** Number of processes. */
  worldSize(): number;
  /** Rank among all processes. */
  globalRank(): number;
  /** Rank on this machine. */
  localRank(): number;
  /** Rank of this machine. */
  nodeRank(): number;
  /** Address of rank 0. */
  readonly mainAddress: string;
  /** Port of rank 0. Reading it may throw `FABRIC_CONFIG_CLUSTER` where several processes have nothing to agree on. */
  readonly mainPort: number;
}

/** What Fabric itself was told about the processes. */
export interface ProcessLayout {
  /** Processes on each machine. */
  readonly devices: number;
  /** Machines. */
  readonly numNodes: number;
}

/** The environment of this process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** An integer >= 0 of a variable; the fallback if it is not set. @throws FabricError `FABRIC_CONFIG_CLUSTER`. @internal */
export function readInteger(variables: Variables, name: string, fallback?: number): number {
  const text = variables[name];
  if (text !== undefined && /^\s*\d+\s*$/.test(text)) return Number(text);
  if (text === undefined && fallback !== undefined) return fallback;
  throw clusterError(
    `the variable ${name} is ${text === undefined ? "not set" : JSON.stringify(text)}; expected an integer >= 0`,
  );
}

/** Jobs of one machine have ports of their own: the last four digits of the job's number, from `first` on. @internal */
export function jobPort(first: number, job: string | undefined): number {
  return first + Number(/(\d{1,4})$/.exec(job ?? "")?.[1] ?? 0);
}

/** The error for an environment that contradicts itself, or Fabric's options. @internal */
export function clusterError(problem: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_CLUSTER",
    `The processes cannot be laid out: ${problem}. Correct the launcher's options, or pass a ClusterEnvironment in \`plugins\`.`,
  );
}

/** The environment of a launcher that has set everything. @internal */
export function fixedEnvironment(values: {
  readonly name: string;
  readonly worldSize: number;
  readonly globalRank: number;
  readonly localRank: number;
  readonly nodeRank: number;
  readonly mainAddress: string;
  readonly mainPort: number;
}): ClusterEnvironment {
  const { worldSize, globalRank, localRank, nodeRank } = values;
  return {
    name: values.name,
    createsProcessesExternally: true,
    mainAddress: values.mainAddress,
    mainPort: values.mainPort,
    worldSize: () => worldSize,
    globalRank: () => globalRank,
    localRank: () => localRank,
    nodeRank: () => nodeRank,
  };
}
