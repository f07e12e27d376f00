// The names that `new Fabric({ strategy })` knows, and what becomes of each.

import { nearest } from "../nearest.js";
import { registry } from "../registry.js";
import { isStrategy, type Strategy } from "../strategy/strategy.js";
import { FabricError } from "../torch.js";
import { BUILT_IN, SYNONYMS } from "./built-in-strategies.js";

const AVAILABLE = ["auto", "single_device", ...BUILT_IN.keys()];

/** Names of Lightning that this version does not run, with what to do instead. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["ddp_fork", 'Node has no fork, and "ddp" runs the script in each process'],
  ["ddp_notebook", 'Node has no fork, and "ddp" runs the script in each process'],
  ["fsdp_cpu_offload", 'parameters stay on their device; "fsdp" shards them'],
  ["deepspeed", "DeepSpeed is a Python library"],
  ["deepspeed_stage_1", "DeepSpeed is a Python library"],
  ["deepspeed_stage_2", "DeepSpeed is a Python library"],
  ["deepspeed_stage_2_offload", "DeepSpeed is a Python library"],
  ["deepspeed_stage_3", "DeepSpeed is a Python library"],
  ["deepspeed_stage_3_offload", "DeepSpeed is a Python library"],
  ["deepspeed_stage_3_offload_nvme", "DeepSpeed is a Python library"],
  ["single_xla", "there is no XLA backend"],
  ["xla", "there is no XLA backend"],
  ["xla_fsdp", "there is no XLA backend"],
]);

/**
 * Lower-cases a name and checks that it can be used; a Strategy passes as it is.
 *
 * @throws FabricError `FABRIC_CONFIG_STRATEGY` for an unknown name or another type, `FABRIC_UNSUPPORTED_STRATEGY` for one
 * that exists in Lightning but not here. @internal
 */
export function checkStrategy(value: unknown): string | Strategy {
  if (isStrategy(value)) return value;
  const name = typeof value === "string" ? value.toLowerCase() : undefined;
  if (name !== undefined && AVAILABLE.includes(name)) return name;
  if (name !== undefined && registry().strategies.has(name)) return name;
  const reason = name === undefined ? undefined : REASONS.get(name);
  if (reason !== undefined) throw unsupportedStrategy(name ?? "", reason);
  const near =
    name === undefined
      ? null
      : nearest(name, [...AVAILABLE, ...registry().strategies.keys(), ...REASONS.keys()]);
  throw new FabricError(
    "FABRIC_CONFIG_STRATEGY",
    `Unknown \`strategy: ${JSON.stringify(value) ?? typeof value}\`. Expected ${listNames()} or a Strategy object.` +
      (near === null ? "" : ` Did you mean "${near}"?`),
  );
}

/** The names that can be used now. @internal */
export function availableStrategies(): string[] {
  return [...AVAILABLE.filter((name) => !SYNONYMS.includes(name)), ...registry().strategies.keys()];
}

/** The error for a strategy that is known and not here. @internal */
export function unsupportedStrategy(name: string, reason: string): FabricError {
  return new FabricError(
    "FABRIC_UNSUPPORTED_STRATEGY",
    `\`strategy: "${name}"\` is not available: ${reason}. Available: ${listNames()}.`,
  );
}

function listNames(): string {
  return availableStrategies()
    .map((name) => `"${name}"`)
    .join(", ");
}
