// The options of `fabric run`: what each may be. Every illegal value is a UsageError, so exit code 2.

import { statSync } from "node:fs";
import { resolve } from "node:path";

import { checkDevices } from "../../connector/devices.js";
import { canonicalPrecision, resolvePrecision } from "../../connector/precision-values.js";
import { availableStrategies, checkStrategy } from "../../connector/strategy-names.js";
import { nearest } from "../../nearest.js";
import { isFabricError } from "../../torch.js";
import { type OptionSpec, UsageError } from "../command.js";
import { type Parsed, parseCommand } from "../parse.js";

/** Device families that `--accelerator` knows; the last is refused with a reason. */
const ACCELERATORS = ["auto", "cpu", "gpu", "cuda", "mps", "tpu"] as const;

/** For the main address and port, which every process needs. */
const DEFAULTS = { mainAddress: "127.0.0.1", mainPort: 29400 } as const;

/** The table entry's options. @internal */
export const RUN_OPTIONS: readonly OptionSpec[] = [
  {
    name: "accelerator",
    value: "FAMILY",
    summary: "device family: cpu, gpu, cuda, mps or auto",
    complete: { kind: "words", words: () => ACCELERATORS.filter((name) => name !== "tpu") },
  },
  {
    name: "strategy",
    value: "NAME",
    summary: "strategy by name, for example single_device",
    complete: { kind: "words", words: availableStrategies },
  },
  {
    name: "devices",
    value: "TEXT",
    summary: "how many (2), which GPUs (0,2), all GPUs (-1), or auto; one process for each",
    complete: { kind: "words", words: () => ["auto", "1", "2", "4", "8"] },
  },
  { name: "num-nodes", value: "N", summary: "number of machines; 1 if not given" },
  { name: "node-rank", value: "N", summary: "which of the machines this is, from 0" },
  {
    name: "main-address",
    value: "HOST",
    summary: `address of machine 0; ${DEFAULTS.mainAddress} if not given`,
  },
  {
    name: "main-port",
    value: "PORT",
    summary: `port of machine 0, 1 to 65535; ${DEFAULTS.mainPort} if not given`,
  },
  {
    name: "max-restarts",
    value: "N",
    summary: "start all processes again, up to N times, when one fails; 0 if not given",
  },
  {
    name: "precision",
    value: "ALIAS",
    summary: "precision, see `fabric precisions`",
    complete: { kind: "precisions" },
  },
];

/** Checked options. What is undefined was not typed, and is not exported. @internal */
export interface RunOptions {
  readonly script: string;
  readonly scriptArguments: readonly string[];
  readonly accelerator: string | undefined;
  readonly strategy: string | undefined;
  readonly devices: string | undefined;
  readonly numNodes: number | undefined;
  readonly precision: string | undefined;
  readonly nodeRank: number;
  readonly mainAddress: string;
  readonly mainPort: number;
  readonly maxRestarts: number;
}

/** @throws UsageError */
export function readRunOptions(args: readonly string[]): RunOptions {
  const parsed = parseCommand(RUN_OPTIONS, args);
  const numNodes = integer(parsed, "num-nodes", 1, Number.MAX_SAFE_INTEGER);
  const nodeRank = integer(parsed, "node-rank", 0, Number.MAX_SAFE_INTEGER) ?? 0;
  if (nodeRank >= (numNodes ?? 1))
    throw new UsageError(
      `--node-rank ${nodeRank} needs more machines than --num-nodes ${numNodes ?? "1, the default"}: ranks count from 0.`,
    );
  const accelerator = checkedAccelerator(parsed.value("accelerator"));
  const strategy = parsed.value("strategy");
  if (strategy !== undefined) legal("strategy", strategy, () => checkStrategy(strategy));
  const devices = parsed.value("devices");
  if (devices !== undefined) legal("devices", devices, () => checkDevices(devices));
  const mainPort = integer(parsed, "main-port", 1, 65535) ?? DEFAULTS.mainPort;
  const script = checkedScript(parsed);
  const precision = parsed.value("precision");
  // The long form, since the script's own process warns about a short one; the script's project may serve it.
  if (precision !== undefined)
    legal("precision", precision, () => resolvePrecision(canonicalPrecision(precision), script));
  return {
    script,
    scriptArguments: parsed.rest ?? [],
    accelerator,
    strategy,
    devices,
    numNodes,
    precision,
    nodeRank,
    mainAddress: checkedAddress(parsed.value("main-address")),
    mainPort,
    maxRestarts: integer(parsed, "max-restarts", 0, Number.MAX_SAFE_INTEGER) ?? 0,
  };
}

function checkedScript({ positionals }: Parsed): string {
  const [given, extra] = positionals;
  if (given === undefined)
    throw new UsageError("no script. Name the file to run: fabric run train.ts");
  if (extra !== undefined)
    throw new UsageError(
      `unexpected argument \`${extra}\` after the script. The script's own arguments follow --: fabric run ${given} -- ${extra}`,
    );
  const script = resolve(given);
  const stats = statSync(script, { throwIfNoEntry: false });
  if (stats === undefined) throw new UsageError(`there is no script \`${given}\` (${script}).`);
  if (!stats.isFile()) throw new UsageError(`\`${given}\` is not a file. Name the script to run.`);
  return script;
}

function checkedAccelerator(name: string | undefined): string | undefined {
  if (name === undefined || name === "tpu") {
    if (name === undefined) return name;
    throw new UsageError(
      "--accelerator tpu is not supported: there is no XLA backend. Use another family, or leave it out.",
    );
  }
  if ((ACCELERATORS as readonly string[]).includes(name)) return name;
  const near = nearest(name, ACCELERATORS);
  throw new UsageError(
    `--accelerator \`${name}\` is not known. Expected one of ${ACCELERATORS.join(", ")}.${near === null ? "" : ` Did you mean \`${near}\`?`}`,
  );
}

function checkedAddress(address: string = DEFAULTS.mainAddress): string {
  if (/^[^\s/]+$/.test(address)) return address;
  throw new UsageError(
    `--main-address \`${address}\` is no host name or IP address. The port goes into --main-port.`,
  );
}

function integer(parsed: Parsed, name: string, least: number, most: number): number | undefined {
  const text = parsed.value(name);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `>= ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`Expected an integer ${range} for --${name} but received \`${text}\`.`);
}

/** Runs a check of the constructor; its error becomes wrong usage. @internal */
export function legal<T>(option: string, value: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!isFabricError(error)) throw error;
    throw new UsageError(`--${option} ${value}: ${error.message} (${error.code})`, {
      cause: error,
    });
  }
}
