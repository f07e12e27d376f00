// Processes that torchrun, or a launcher like it, started.

import { warnOnce } from "../messages.js";
import { FabricError } from "../torch.js";
import {
  type ClusterEnvironment,
  fixedEnvironment,
  type ProcessLayout,
  readInteger,
  type Variables,
} from "./cluster-environment.js";

const DEFAULT_PORT = 12910;

/** Null unless torchrun's run id is there. @throws FabricError `FABRIC_CONFIG_WORLD_SIZE` if it started another number of processes. @internal */
export function torchElastic(
  variables: Variables,
  { devices, numNodes }: ProcessLayout,
): ClusterEnvironment | null {
  if (variables["TORCHELASTIC_RUN_ID"] === undefined) return null;
  const worldSize = readInteger(variables, "WORLD_SIZE");
  if (worldSize !== devices * numNodes) {
    // Processes that Fabric knows nothing of would each train a model of their own.
    throw new FabricError(
      "FABRIC_CONFIG_WORLD_SIZE",
      `The launcher started ${worldSize} processes (WORLD_SIZE), but devices x machines is ${devices} x ${numNodes} here. Make the two agree.`,
    );
  }
  const environment = fixedEnvironment({
    name: "torchelastic",
    worldSize,
    globalRank: readInteger(variables, "RANK"),
    localRank: readInteger(variables, "LOCAL_RANK"),
    nodeRank: readInteger(variables, "GROUP_RANK", 0),
    mainAddress: variables["MASTER_ADDR"] ?? "127.0.0.1",
    mainPort: readInteger(variables, "MASTER_PORT", DEFAULT_PORT),
  });
  const missing = ["MASTER_ADDR", "MASTER_PORT"].filter((name) => variables[name] === undefined);
  if (missing.length > 0) {
    warnOnce(
      "FABRIC_CONFIG_CLUSTER_ADDRESS",
      `torchrun did not set ${missing.join(" and ")}; using 127.0.0.1 and ${DEFAULT_PORT} where it is missing.`,
    );
  }
  return environment;
}
