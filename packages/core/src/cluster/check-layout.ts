// Whether a launcher's processes are those that Fabric's options mean.

import { FabricError } from "../torch.js";
import {
  type ClusterEnvironment,
  clusterError,
  type ProcessLayout,
} from "./cluster-environment.js";

/**
 * Processes that a Fabric knows nothing of would each train a model of their own.
 *
 * @param anyLayout - the strategy counts its processes itself, so that options need not match.
 * @throws FabricError `FABRIC_CONFIG_CLUSTER` for ranks that cannot be, `FABRIC_CONFIG_WORLD_SIZE` if the launcher started other
 * processes than `devices` on each of `numNodes` machines. @internal
 */
export function checkLayout(
  cluster: ClusterEnvironment,
  { devices, numNodes }: ProcessLayout,
  anyLayout: boolean,
): void {
  const who = cluster.name ?? cluster.constructor.name;
  const worldSize = integer(who, "worldSize", cluster.worldSize());
  const globalRank = integer(who, "globalRank", cluster.globalRank());
  const localRank = integer(who, "localRank", cluster.localRank());
  const nodeRank = integer(who, "nodeRank", cluster.nodeRank());
  if (!anyLayout && worldSize !== devices * numNodes)
    throw mismatch(`${who} started ${plural(worldSize, "process", "es")}`, devices, numNodes);
  if (!anyLayout && localRank >= devices)
    throw mismatch(`${who} started a process of local rank ${localRank}`, devices, numNodes);
  if (!anyLayout && nodeRank >= numNodes)
    throw mismatch(`${who} started a process on machine ${nodeRank}`, devices, numNodes);
  if (globalRank >= worldSize)
    throw clusterError(`${who} says rank ${globalRank} of ${plural(worldSize, "process", "es")}`);
}

function integer(who: string, what: string, value: unknown): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw clusterError(
    `${what}() of ${who} returned ${JSON.stringify(value) ?? typeof value}; expected an integer >= 0`,
  );
}

function mismatch(found: string, devices: number, numNodes: number): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_WORLD_SIZE",
    `${found}, but devices x machines is ${devices} x ${numNodes} here (ranks count from 0). Make \`devices\` and \`numNodes\` agree with the launcher.`,
  );
}

function plural(count: number, noun: string, ending: string): string {
  return `${count} ${noun}${count === 1 ? "" : ending}`;
}
