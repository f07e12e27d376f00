// Processes that torchrun, or a launcher like it, started; `fabric run` is one.

import { warnOnce } from "../messages.js";
import {
  type ClusterEnvironment,
  fixedEnvironment,
  readInteger,
  type Variables,
} from "./cluster-environment.js";

const DEFAULT_PORT = 12910;

/** Null unless torchrun's run id is there, or `fabric run` set the same variables. @internal */
export function torchElastic(variables: Variables): ClusterEnvironment | null {
  const name =
    variables["FABRIC_CLI_USED"] === "1" && variables["WORLD_SIZE"] !== undefined
      ? "fabric run"
      : variables["TORCHELASTIC_RUN_ID"] !== undefined
        ? "torchelastic"
        : null;
  if (name === null) return null;
  const environment = fixedEnvironment({
    name,
    worldSize: readInteger(variables, "WORLD_SIZE"),
    globalRank: readInteger(variables, "RANK"),
    localRank: readInteger(variables, "LOCAL_RANK"),
    nodeRank: readInteger(variables, "GROUP_RANK", 0),
    mainAddress: variables["MASTER_ADDR"] ?? "127.0.0.1",
    mainPort: readInteger(variables, "MASTER_PORT", DEFAULT_PORT),
  });
  const missing = ["MASTER_ADDR", "MASTER_PORT"].filter((key) => variables[key] === undefined);
  if (missing.length > 0) {
    warnOnce(
      "FABRIC_CONFIG_CLUSTER_ADDRESS",
      `The launcher (${name}) did not set ${missing.join(" and ")}; using 127.0.0.1 and ${DEFAULT_PORT} where it is missing.`,
    );
  }
  return environment;
}
