// FABRIC_* variables, which `fabric run` sets: they win over the constructor, and disagreement is an error.

import { infoOnce } from "../messages.js";
import { FabricError } from "../torch.js";
import { canonicalPrecision } from "./precision-values.js";

/** The options that a variable can override. @internal */
export interface OverridableOptions {
  accelerator: unknown;
  strategy: unknown;
  devices: unknown;
  numNodes: unknown;
  precision: unknown;
}

interface Override {
  readonly option: keyof OverridableOptions;
  readonly variable: string;
  /** What the constructor has when nothing was passed. */
  readonly fallback: unknown;
  /** Forms that mean the same compare equal. */
  canonical(value: unknown): unknown;
  parse(text: string): unknown;
}

const identity = (value: unknown): unknown => value;

const OVERRIDES: readonly Override[] = [
  {
    option: "accelerator",
    variable: "FABRIC_ACCELERATOR",
    fallback: "auto",
    canonical: identity,
    parse: identity,
  },
  {
    option: "strategy",
    variable: "FABRIC_STRATEGY",
    fallback: "auto",
    canonical: (v) => (typeof v === "string" ? v.toLowerCase() : v),
    parse: identity,
  },
  {
    option: "devices",
    variable: "FABRIC_DEVICES",
    fallback: "auto",
    canonical: canonicalDevices,
    parse: identity,
  },
  {
    option: "numNodes",
    variable: "FABRIC_NUM_NODES",
    fallback: 1,
    canonical: (v) => Number(v),
    parse: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  },
  {
    option: "precision",
    variable: "FABRIC_PRECISION",
    fallback: undefined,
    canonical: canonicalPrecision,
    parse: identity,
  },
];

/** Whether `fabric run` started this process. */
export function startedByCli(): boolean {
  return process.env["FABRIC_CLI_USED"] === "1";
}

/**
 * Lays the variables over the constructor's options.
 *
 * @throws FabricError `FABRIC_CONFIG_CONFLICT` if `fabric run` set a variable and the code says something else. @internal
 */
export function applyEnvironment(options: OverridableOptions): OverridableOptions {
  const result = { ...options };
  for (const { option, variable, fallback, canonical, parse } of OVERRIDES) {
    const text = process.env[variable];
    if (text === undefined || text === "") continue;
    const given = options[option];
    const value = parse(text);
    const isDefault = given === undefined || given === null || given === fallback;
    const agrees = Object.is(canonical(given), canonical(value));
    if (startedByCli() && !isDefault && !agrees) {
      throw new FabricError(
        "FABRIC_CONFIG_CONFLICT",
        `The command line says ${option} = ${JSON.stringify(value)} (variable ${variable}), but the code says \`${option}: ${show(given)}\`. Remove one of the two.`,
      );
    }
    if (!startedByCli()) {
      infoOnce(
        `${variable}=${text} from the environment is used as \`${option}\`${isDefault || agrees ? "" : `, instead of ${show(given)} in the code`}.`,
      );
    }
    result[option] = value;
  }
  return result;
}

function canonicalDevices(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? `${value[0]},` : value.join(",");
  return String(value).replaceAll(" ", "");
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? (typeof value === "object" ? "an object" : typeof value);
}
