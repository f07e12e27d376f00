// What a Strategy object brings along must not come from Fabric's options as well, and must fit them.

import { SingleDeviceStrategy } from "../strategy/single-device.js";
import type { Strategy } from "../strategy/strategy.js";
import { FabricError } from "../torch.js";
import { type Accelerator, type AcceleratorName, resolveAccelerator } from "./accelerator.js";
import type { SortedPlugins } from "./plugins-option.js";

/** Options that a Strategy object may bring itself. */
interface Outside {
  readonly accelerator: AcceleratorName | Accelerator;
  readonly precision: unknown;
  readonly plugins: SortedPlugins;
}

/** @throws FabricError `FABRIC_CONFIG_CONFLICT`, naming both. @internal */
export function checkStrategyConflicts(strategy: Strategy, outside: Outside): void {
  const { own } = strategy;
  const { accelerator, precision, plugins } = outside;
  if (own.accelerator !== undefined && accelerator !== "auto")
    throw conflict("accelerator", own.accelerator.name, named(accelerator));
  if (own.precision !== undefined && precision !== undefined)
    throw conflict(
      "precision",
      own.precision.precision,
      `\`precision: ${JSON.stringify(precision)}\``,
    );
  for (const kind of ["precision", "checkpointIO", "clusterEnvironment"] as const)
    if (own[kind] !== undefined && plugins[kind] !== undefined)
      throw conflict(kind, own[kind].constructor.name, "a plugin of that kind");
  const device = ownDevice(strategy);
  if (device === null || fits(device, own.accelerator ?? accelerator)) return;
  throw conflict("device", device, named(own.accelerator ?? accelerator));
}

/** The family of a strategy: its own, or that of its device; null if options decide. @internal */
export function carriedAccelerator(
  strategy: Strategy,
  option: AcceleratorName | Accelerator,
): Accelerator | null {
  if (strategy.own.accelerator !== undefined) return strategy.own.accelerator;
  const device = ownDevice(strategy);
  if (device === null || typeof option !== "string") return null;
  return resolveAccelerator(familyOf(device) as AcceleratorName);
}

function ownDevice(strategy: Strategy): string | null {
  return strategy instanceof SingleDeviceStrategy && strategy.hasDevice
    ? strategy.rootDevice
    : null;
}

function fits(device: string, accelerator: AcceleratorName | Accelerator): boolean {
  const family = familyOf(device);
  if (typeof accelerator !== "string") return accelerator.name === family;
  if (accelerator === "gpu") return family === "cuda" || family === "mps";
  return accelerator === "auto" || accelerator === family;
}

function familyOf(device: string): string {
  return device.split(":")[0] as string;
}

function named(accelerator: AcceleratorName | Accelerator): string {
  const name = typeof accelerator === "string" ? accelerator : accelerator.name;
  return `\`accelerator: "${name}"\``;
}

function conflict(what: string, own: string, outside: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_CONFLICT",
    `The Strategy object already has its own ${what} (${own}), which does not go with ${outside}. Keep one of them.`,
  );
}
