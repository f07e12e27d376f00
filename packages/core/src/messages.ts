// Warnings and information for people: each message once per process, on global rank 0 only.

import { registry } from "./registry.js";

const RANK_VARIABLES = ["RANK", "LOCAL_RANK", "SLURM_PROCID", "JSM_NAMESPACE_RANK"] as const;

/** The rank that messages go by, before any strategy exists: the first launcher variable that is set, else 0. */
export function messageRank(): number {
  for (const name of RANK_VARIABLES) {
    const value = process.env[name];
    if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  }
  return 0;
}

/** Emits a process warning with a stable code, once for each distinct message, on rank 0 only. */
export function warnOnce(code: string, message: string): void {
  if (messageRank() !== 0 || !first(`${code}\n${message}`)) return;
  process.emitWarning(message, { type: "FabricWarning", code });
}

/** Prints a line to standard error, once for each distinct message, on rank 0 only. */
export function infoOnce(message: string): void {
  if (messageRank() !== 0 || !first(message)) return;
  process.stderr.write(`[fabric] ${message}\n`);
}

function first(key: string): boolean {
  const { warned } = registry();
  if (warned.has(key)) return false;
  warned.add(key);
  return true;
}
