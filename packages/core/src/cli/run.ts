// `fabric run`: starts a script with Fabric's options in the environment, as one process or several.

import { randomUUID } from "node:crypto";

import type { Command } from "./command.js";
import { childEnvironment, mentionStrayVariables } from "./run/environment.js";
import { launch } from "./run/launch.js";
import { RUN_OPTIONS, readRunOptions } from "./run/options.js";
import { countProcesses } from "./run/processes.js";
import { nodeArguments } from "./run/script.js";

/** `fabric run`. @internal */
export const runCommand: Command = {
  name: "run",
  summary: "run a script, in one process or several",
  usage: "[options] SCRIPT [options] [-- script arguments]",
  options: RUN_OPTIONS,
  complete: { kind: "files" },
  details: [
    "",
    "SCRIPT is JavaScript (.js, .mjs, .cjs) or TypeScript (.ts, .mts). What follows -- goes to the script.",
    "Options reach `new Fabric()` in the script; where the code says something else, it fails and names both.",
    "With several processes each line of output is tagged by its rank; if one fails, the others are ended.",
    "With --max-restarts all are started again, on all machines; the script goes on from its last checkpoint.",
  ],
  examples: [
    ["fabric run train.ts", "as the code says"],
    ["fabric run train.ts --precision=bf16-mixed -- --epochs 3", "the script gets --epochs 3"],
    ["fabric run --devices 2 train.ts", "two processes on this machine"],
    [
      "fabric run --num-nodes 2 --node-rank 1 --main-address 10.0.0.1 train.ts",
      "the second of two machines",
    ],
    ["fabric run --devices 4 --max-restarts 3 train.ts", "up to three failures are survived"],
  ],
  exitCodes: [
    ["2", "wrong usage: an unknown option, an illegal value, no such script"],
    ["1", "TypeScript without tsx, on a Node that cannot strip types; or the script's own 1"],
    ["N", "the script's own exit code; with several processes that of the first failure"],
    ["128+N", "the script was ended by signal N, for example 130 by Ctrl-C"],
  ],
  async run(args) {
    const options = readRunOptions(args);
    const processes = countProcesses(options);
    const command = nodeArguments(options.script);
    mentionStrayVariables(options);
    const { nodeRank, numNodes = 1, mainAddress, mainPort, maxRestarts } = options;
    return launch({
      args: [...command, options.script, ...options.scriptArguments],
      processes,
      environment: (localRank, attempt) => childEnvironment(options, localRank, processes, attempt),
      nodeRank,
      numNodes,
      mainAddress,
      mainPort,
      maxRestarts,
      runId: randomUUID(),
    });
  },
};
