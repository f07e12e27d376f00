// Starts the missing processes of a strategy: copies of this process's own command line, one for each further local rank.

import { once } from "node:events";
import { isMainThread, Worker } from "node:worker_threads";

import type { ClusterEnvironment, ProcessLayout } from "../cluster/cluster-environment.js";
import { registry } from "../registry.js";
import { FabricError, torch } from "../torch.js";
import { ALL_ENDED, type CopiesToWatch, ONE_FAILED } from "./copies-to-watch.js";
import { rankVariables, sharedThreads } from "./rank-variables.js";

/** Asks that the lines of copies be tagged by rank. */
const TAG_VARIABLE = "FABRIC_TAG_OUTPUT";
/** How long a process that ends by an error waits to hear whether another failed before it. */
const HEARSAY_MS = 500;

/**
 * Starts the processes of local ranks 1 and up: this process's Node, Node options, script and arguments again, with the variables that
 * tell each its rank. This process becomes local rank 0. Nothing is started if a launcher did so already.
 *
 * From then on all end together. A copy that fails is named on standard error, and all processes, this one included, get SIGTERM, then
 * SIGKILL after 5 s; if this process ends, in whatever way, so do the copies. One that ends well waits for its copies.
 *
 * `OMP_NUM_THREADS` is the cores divided by the processes, unless it is set. `FABRIC_TAG_OUTPUT=1` tags the lines of copies by rank.
 *
 * @throws FabricError `FABRIC_USAGE_LAUNCH` in a process that is not local rank 0, in a worker thread, without a script (`node -e`), or if
 * copies for another layout were started before; `FABRIC_CONFIG_CLUSTER` if several machines have no port to agree on.
 */
export async function launchCopies(
  cluster: ClusterEnvironment,
  layout: ProcessLayout,
): Promise<void> {
  if (cluster.createsProcessesExternally !== false || areStarted(layout)) return;
  const script = checkMain(cluster);
  const { devices, numNodes } = layout;
  const { mainAddress, mainPort } = cluster;
  const place = {
    localWorldSize: devices,
    nodeRank: cluster.nodeRank(),
    numNodes,
    mainAddress,
    mainPort,
  };
  const environments = Array.from(
    { length: devices },
    (_, localRank): NodeJS.ProcessEnv => ({
      ...process.env,
      ...rankVariables({ ...place, localRank }),
    }),
  );
  const threads = process.env["OMP_NUM_THREADS"] === undefined ? sharedThreads(devices) : undefined;
  if (threads !== undefined) {
    for (const environment of environments) environment["OMP_NUM_THREADS"] = String(threads);
    torch.setNumThreads(threads);
  }
  const [own, ...copies] = environments;
  registry().launched = { ...layout };
  Object.assign(process.env, own);
  if (copies.length === 0) return;
  await watchCopies({
    args: [...withoutInspector(process.execArgv), script, ...process.argv.slice(2)],
    environments: copies,
    tagged: process.env[TAG_VARIABLE] === "1",
    over: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
  });
}

/** Whether an earlier Fabric of this process has started the same copies; their script makes the same Fabrics. */
function areStarted({ devices, numNodes }: ProcessLayout): boolean {
  const { launched } = registry();
  if (launched === null) return false;
  if (launched.devices === devices && launched.numNodes === numNodes) return true;
  throw usageError(
    `the processes of this script were started for ${launched.devices} devices on each of ${launched.numNodes} machines, and another Fabric asks for ${devices} on ${numNodes}. Give both the same \`devices\` and \`numNodes\``,
  );
}

/** The script, if this process may start copies of it. */
function checkMain(cluster: ClusterEnvironment): string {
  if (cluster.localRank() !== 0)
    throw usageError(
      `only local rank 0 starts processes, and this is local rank ${cluster.localRank()}. A ClusterEnvironment whose processes exist already has createsProcessesExternally = true`,
    );
  if (!isMainThread)
    throw usageError(
      "a worker thread cannot start copies of its process. Call launch() in the main thread",
    );
  const [, script] = process.argv;
  if (script !== undefined) return script;
  throw usageError(
    "there is no script that other processes could run (node -e, or the prompt). Put the program into a file",
  );
}

/** Several processes cannot listen on one inspector's port. */
function withoutInspector(options: readonly string[]): string[] {
  return options.filter((option) => !option.startsWith("--inspect"));
}

/** Starts a thread that starts the copies and watches them: this one may be stuck in a collective when one of them fails. */
async function watchCopies(copies: CopiesToWatch): Promise<void> {
  const watcher = new Worker(new URL("./copies-watcher.js", import.meta.url), {
    workerData: copies,
    execArgv: [],
    env: {},
  });
  const over = new Int32Array(copies.over);
  process.on("exit", (code) => {
    if (code === 0) {
      // No handler of the script can run any more: signals end this process, and with it the copies.
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(signal);
      Atomics.wait(over, 0, 0);
    } else if (Atomics.wait(over, 0, 0, HEARSAY_MS) === "timed-out") {
      // No other failed before this one, which therefore takes them along.
      watcher.postMessage("failed");
      Atomics.wait(over, 0, 0, HEARSAY_MS);
    }
    // Whatever the script makes of SIGTERM, the job has failed.
    if (code === 0 && Atomics.load(over, 0) === ONE_FAILED) process.exitCode = 1;
  });
  await once(watcher, "message");
  // A watcher that dies leaves copies that nobody watches.
  watcher.on("error", (error) => {
    Atomics.store(over, 0, ALL_ENDED);
    throw error;
  });
}

function usageError(problem: string): FabricError {
  return new FabricError("FABRIC_USAGE_LAUNCH", `launch: ${problem}.`);
}
