// Codes and advice for what can go wrong between processes.
import { FabricError } from "../errors.js";

const CODES: Readonly<Record<string, { code: string; advice: string }>> = {
  timeout: {
    code: "FABRIC_DISTRIBUTED_TIMEOUT",
    advice:
      "See what that rank does (a longer step, a hang, an error of its own); raise timeoutMs if it is only slow; FABRIC_DISTRIBUTED_DEBUG=detail names who did not come and what the others called.",
  },
  peer_lost: {
    code: "FABRIC_DISTRIBUTED_PEER_LOST",
    advice:
      "That process ended or its machine cannot be reached: read its own output for the cause, and start the job again.",
  },
  mismatch: {
    code: "FABRIC_DISTRIBUTED_MISMATCH",
    advice:
      "Every rank has to call the same operations in the same order, with the same shapes and dtypes.",
  },
  destroyed: {
    code: "FABRIC_USAGE_GROUP_DESTROYED",
    advice: "Await what is pending before destroyProcessGroup().",
  },
  address_in_use: {
    code: "FABRIC_CONFIG_PORT_IN_USE",
    advice: "Choose another MASTER_PORT, or end the process that has this one.",
  },
};

/** The typed error of a failed job. @param what - the operation and who called it. */
export function failure(what: string, kind: string, text: string): FabricError {
  const { code, advice } = CODES[kind] ?? {
    code: "FABRIC_DISTRIBUTED_FAILED",
    advice: "",
  };
  const sentence = text.trim().replace(/\.$/, "");
  return new FabricError(code, `${what}: ${sentence}.${advice === "" ? "" : ` ${advice}`}`, {
    cause: text,
  });
}
