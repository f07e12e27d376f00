// Processes that SLURM's srun started.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { warnOnce } from "../messages.js";
import {
  type ClusterEnvironment,
  clusterError,
  fixedEnvironment,
  jobPort,
  type ProcessLayout,
  readInteger,
  type Variables,
} from "./cluster-environment.js";

/** Jobs in which one types; their tasks are not ours. */
const INTERACTIVE: readonly (string | undefined)[] = ["bash", "interactive"];
const FIRST_PORT = 15000;

/** Null unless srun started this process. @throws FabricError `FABRIC_CONFIG_CLUSTER` if the allocation does not match the options. @internal */
export function slurm(
  variables: Variables,
  { devices, numNodes }: ProcessLayout,
): ClusterEnvironment | null {
  if (
    variables["SLURM_NTASKS"] === undefined ||
    INTERACTIVE.includes(variables["SLURM_JOB_NAME"])
  ) {
    warnOfUnusedSrun(variables);
    return null;
  }
  const tasks = readInteger(variables, "SLURM_NTASKS");
  const perNode = variables["SLURM_NTASKS_PER_NODE"];
  if (tasks > 1 && perNode === undefined) {
    throw clusterError(
      `SLURM runs ${tasks} tasks, but how many of them on a machine is not set: add --ntasks-per-node=${devices}`,
    );
  }
  if (perNode !== undefined && readInteger(variables, "SLURM_NTASKS_PER_NODE") !== devices) {
    throw clusterError(
      `SLURM runs ${perNode} tasks on each machine (--ntasks-per-node), but \`devices\` is ${devices}`,
    );
  }
  const nodes = variables["SLURM_NNODES"];
  if (nodes !== undefined && readInteger(variables, "SLURM_NNODES") !== numNodes)
    throw clusterError(`SLURM gave ${nodes} machines (--nodes), but \`numNodes\` is ${numNodes}`);
  const list = variables["SLURM_JOB_NODELIST"] ?? variables["SLURM_NODELIST"];
  return fixedEnvironment({
    name: "slurm",
    worldSize: tasks,
    globalRank: readInteger(variables, "SLURM_PROCID"),
    localRank: readInteger(variables, "SLURM_LOCALID"),
    nodeRank: readInteger(variables, "SLURM_NODEID"),
    mainAddress: variables["MASTER_ADDR"] ?? (list === undefined ? "127.0.0.1" : firstHost(list)),
    mainPort: readInteger(variables, "MASTER_PORT", jobPort(FIRST_PORT, variables["SLURM_JOB_ID"])),
  });
}

/** The first host of a list in SLURM's notation: `gpu[07-09,12],login` is gpu07, gpu08, gpu09, gpu12 and login. */
function firstHost(list: string): string {
  // Up to the first comma outside brackets; of each pair of brackets the first number, zeros included.
  const item = /^\s*((?:[^,[\]\s]|\[[^\]]*\])*)/.exec(list)?.[1] ?? "";
  const host = item.replace(/\[\s*([^\],-]*)[^\]]*\]/g, "$1");
  if (host === "") throw clusterError(`the node list ${JSON.stringify(list)} names no machine`);
  return host;
}

function warnOfUnusedSrun(variables: Variables): void {
  if (variables["SLURM_NTASKS"] !== undefined) return;
  const folders = (variables["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  if (!folders.some((folder) => existsSync(join(folder, "srun")))) return;
  warnOnce(
    "FABRIC_CONFIG_SRUN",
    "This machine has srun, but the script was started without it. In a job of SLURM start it with srun, so that every task runs it.",
  );
}
