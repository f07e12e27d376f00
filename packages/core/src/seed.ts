// One call that seeds every generator, here and in child processes.

import { infoOnce, warnOnce } from "./messages.js";
import { FabricError, torch } from "./torch.js";

/** Variable that carries the seed to child processes. */
export const SEED_VARIABLE = "FABRIC_GLOBAL_SEED";
/** Variable that says whether workers of data loaders are seeded. */
export const SEED_WORKERS_VARIABLE = "FABRIC_SEED_WORKERS";

const LARGEST = 2 ** 32 - 1;

/** Options of {@link seedEverything}. */
export interface SeedOptions {
  /** Seed the workers of data loaders as well; default true. */
  workers?: boolean | undefined;
  /** Print the seed; default true. */
  verbose?: boolean | undefined;
}

/**
 * Seeds libtorch's generators on every device, and exports the seed so that child processes agree. Without a seed the
 * one in `FABRIC_GLOBAL_SEED` is used, else 0 with a warning.
 *
 * @returns the seed.
 * @throws FabricError `FABRIC_CONFIG_SEED` unless it is an integer in `[0, 2^32)`.
 */
export function seedEverything(
  seed?: number | null,
  { workers = true, verbose = true }: SeedOptions = {},
): number {
  const value = seed ?? seedFromEnvironment();
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > LARGEST) {
    throw new FabricError(
      "FABRIC_CONFIG_SEED",
      `Expected an integer from 0 to ${LARGEST} as the seed but received ${typeof value === "string" ? JSON.stringify(value) : String(value)}.`,
    );
  }
  if (verbose) infoOnce(`Seed set to ${value}.`);
  torch.manualSeed(value);
  process.env[SEED_VARIABLE] = String(value);
  process.env[SEED_WORKERS_VARIABLE] = workers ? "1" : "0";
  return value;
}

/** The global seed, or 0 if none was set. @internal */
export function globalSeed(): number {
  const text = process.env[SEED_VARIABLE];
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : 0;
}

/** Whether workers of data loaders are to be seeded. @internal */
export function seedsWorkers(): boolean {
  return process.env[SEED_WORKERS_VARIABLE] === "1";
}

function seedFromEnvironment(): unknown {
  const text = process.env[SEED_VARIABLE];
  if (text === undefined) {
    warnOnce(
      "FABRIC_CONFIG_NO_SEED",
      "No seed was given, and FABRIC_GLOBAL_SEED is not set: using 0. Pass one to seedEverything(seed).",
    );
    return 0;
  }
  return /^\d+$/.test(text) ? Number(text) : text;
}
