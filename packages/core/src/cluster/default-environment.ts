// No launcher that is known: the strategy starts the processes, or something set LOCAL_RANK.

import {
  type ClusterEnvironment,
  clusterError,
  type ProcessLayout,
  readInteger,
  type Variables,
} from "./cluster-environment.js";
import { freePort } from "./free-port.js";

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
  // Read now: a strategy sets it for the processes that it starts.
  const isExternal = variables["LOCAL_RANK"] !== undefined;
  const globalRank = nodeRank * devices + localRank;
  // A launcher that sets more than it must has to mean the same.
  if (isExternal && devices * numNodes > 1) {
    agree(variables, "RANK", globalRank, "NODE_RANK (or GROUP_RANK), `devices` and LOCAL_RANK");
    agree(variables, "WORLD_SIZE", devices * numNodes, "`devices` and `numNodes`");
  }
  const fixedPort =
    variables["MASTER_PORT"] === undefined ? null : readInteger(variables, "MASTER_PORT");
  let ownPort: number | null = null;
  return {
    name: "default",
    createsProcessesExternally: isExternal,
    worldSize: () => devices * numNodes,
    globalRank: () => globalRank,
    localRank: () => localRank,
    nodeRank: () => nodeRank,
    mainAddress: variables["MASTER_ADDR"] ?? "127.0.0.1",
    get mainPort() {
      if (fixedPort !== null) return fixedPort;
      // Ports that processes choose for themselves differ.
      if ((isExternal && devices > 1) || numNodes > 1)
        throw clusterError(
          `the variable MASTER_PORT is not set, and ${devices * numNodes} processes must agree on one`,
        );
      ownPort ??= freePort();
      return ownPort;
    },
  };
}

function agree(variables: Variables, name: string, expected: number, source: string): void {
  const found = readInteger(variables, name, expected);
  if (found === expected) return;
  throw clusterError(`the variable ${name} is ${found}, but ${source} make it ${expected}`);
}
