// What a logger is, and how metrics reach it.

import { FabricError, isTensor, type Tensor } from "./torch.js";

/** Receives metrics; its methods are called on global rank 0 only. */
export interface Logger {
  /** Name of the experiment. */
  readonly name?: string | null;
  /** Version of the experiment. */
  readonly version?: string | number | null;
  /** Folder that holds experiments, for loggers to files. */
  readonly rootDir?: string | null;
  /** Folder of this version, for loggers to files. */
  readonly logDir?: string | null;
  /** Records numbers by name; a logger counts steps itself when `step` is undefined. */
  logMetrics(metrics: Record<string, number>, step?: number): void;
  /** Records settings. */
  logHyperparams?(params: Record<string, unknown>): void;
  /** Writes what is still in memory. */
  save?(): void;
  /** Ends the experiment. */
  finalize?(status: string): void;
}

/** One-element tensors as numbers. @throws FabricError `FABRIC_USAGE_METRIC` for larger ones and other types. @internal */
export function toMetrics(values: Record<string, unknown>): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [name, value] of Object.entries(values)) metrics[name] = toNumber(name, value);
  return metrics;
}

function toNumber(name: string, value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean" || typeof value === "bigint") return Number(value);
  if (isTensor(value)) return tensorToNumber(name, value);
  throw new FabricError(
    "FABRIC_USAGE_METRIC",
    `Expected a number or a tensor of one element for the metric \`${name}\` but received ${value === null ? "null" : typeof value}.`,
  );
}

function tensorToNumber(name: string, value: Tensor): number {
  if (value.numel() === 1) return Number(value.item<number | bigint | boolean>());
  throw new FabricError(
    "FABRIC_USAGE_METRIC",
    `The metric \`${name}\` is a tensor of shape [${value.shape.join(", ")}]; only one element can be logged. Reduce it first, for example with mean().`,
  );
}
