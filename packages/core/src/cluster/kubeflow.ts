// Kubeflow's PyTorchJob, one process a pod. Its variables look like other launchers', so it is passed by hand.

import { type ClusterEnvironment, fixedEnvironment, readInteger } from "./cluster-environment.js";

/**
 * The environment of a Kubeflow PyTorchJob: `new Fabric({ plugins: [kubeflowEnvironment()] })`.
 *
 * @throws FabricError `FABRIC_CONFIG_CLUSTER` if `RANK` or `WORLD_SIZE` is missing.
 */
export function kubeflowEnvironment(): ClusterEnvironment {
  const { env } = process;
  const globalRank = readInteger(env, "RANK");
  return fixedEnvironment({
    name: "kubeflow",
    worldSize: readInteger(env, "WORLD_SIZE"),
    globalRank,
    localRank: 0,
    nodeRank: globalRank,
    mainAddress: env["MASTER_ADDR"] ?? "127.0.0.1",
    mainPort: readInteger(env, "MASTER_PORT", 12910),
  });
}
