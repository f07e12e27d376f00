// No launcher that is known: the strategy starts the processes, or something set LOCAL_RANK.

import {
  type ClusterEnvironment,
  type ProcessLayout,
  readInteger,
  type Variables,
} from "./cluster-environment.js";

/** Ranks from `LOCAL_RANK` and `NODE_RANK` or `GROUP_RANK`; the sizes from Fabric's options. @internal */
export function defaultEnvironment(
  variables: Variables,
  { devices, numNodes }: ProcessLayout,
): ClusterEnvironment {
  const localRank = readInteger(variables, "LOCAL_RANK", 0);
  const nodeRank = readInteger(
    variables,
    variables["NODE_RANK"] === undefined ? "GROUP_RANK" : "NODE_RANK",
    0,
  );
  return {
    name: "default",
    worldSize: () => devices * numNodes,
    globalRank: () => nodeRank * devices + localRank,
    localRank: () => localRank,
    nodeRank: () => nodeRank,
    mainAddress: variables["MASTER_ADDR"] ?? "127.0.0.1",
    mainPort: readInteger(variables, "MASTER_PORT", 0),
    createsProcessesExternally: variables["LOCAL_RANK"] !== undefined,
  };
}
