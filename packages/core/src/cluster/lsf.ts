// Processes that jsrun of IBM's LSF started.

import { readFileSync } from "node:fs";
import { hostname } from "node:os";

import {
  type ClusterEnvironment,
  clusterError,
  fixedEnvironment,
  jobPort,
  readInteger,
  type Variables,
} from "./cluster-environment.js";

const NEEDED = [
  "LSB_JOBID",
  "LSB_DJOB_RANKFILE",
  "JSM_NAMESPACE_RANK",
  "JSM_NAMESPACE_LOCAL_RANK",
  "JSM_NAMESPACE_SIZE",
] as const;
const FIRST_PORT = 10000;

/** Null unless jsrun started this process. @throws FabricError `FABRIC_CONFIG_CLUSTER` for an unusable rank file. @internal */
export function lsf(variables: Variables): ClusterEnvironment | null {
  if (NEEDED.some((name) => variables[name] === undefined)) return null;
  const hosts = computeHosts(variables["LSB_DJOB_RANKFILE"] as string);
  return fixedEnvironment({
    name: "lsf",
    worldSize: readInteger(variables, "JSM_NAMESPACE_SIZE"),
    globalRank: readInteger(variables, "JSM_NAMESPACE_RANK"),
    localRank: readInteger(variables, "JSM_NAMESPACE_LOCAL_RANK"),
    nodeRank: positionAmong(hosts, hostname()),
    mainAddress: variables["MASTER_ADDR"] ?? (hosts[0] as string),
    mainPort: readInteger(variables, "MASTER_PORT", jobPort(FIRST_PORT, variables["LSB_JOBID"])),
  });
}

/** A machine's place in the list; names may have their domain on one side only. */
function positionAmong(hosts: readonly string[], host: string): number {
  const found = hosts.indexOf(host);
  if (found >= 0) return found;
  const short = (name: string): string => name.split(".")[0] as string;
  const alike = hosts.findIndex((name) => short(name) === short(host));
  if (alike >= 0) return alike;
  throw clusterError(
    `this machine, ${host}, is not in LSF's rank file, which names ${hosts.join(", ")}`,
  );
}

/** Machines in the order of the rank file, each once; its first line is where the job was launched from. */
function computeHosts(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw clusterError(
      `LSF's rank file ${JSON.stringify(path)} cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const hosts = [...new Set(lines.slice(1))];
  if (hosts.length === 0)
    throw clusterError(`LSF's rank file ${JSON.stringify(path)} names no compute machine`);
  return hosts;
}
