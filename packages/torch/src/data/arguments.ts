// Checks of arguments of data sets, samplers and loaders, worded alike.

import { FabricError, show } from "../errors.js";
import { checkOptions as checkNames } from "../options.js";
import { Generator } from "../random.js";

/** The error for one wrong argument. @internal */
export function argumentError(
  who: string,
  name: string,
  expected: string,
  received: unknown,
): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_ARGUMENT",
    `${who}: expected ${expected} for \`${name}\` but received ${show(received)}.`,
  );
}

/** Checks an integer argument. @internal */
export function checkInteger(who: string, name: string, value: unknown, minimum: number): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= minimum) return value;
  throw argumentError(who, name, `an integer >= ${minimum}`, value);
}

/** Checks a boolean argument. @internal */
export function checkBoolean(who: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw argumentError(who, name, "a boolean", value);
}

/** Checks that a value has a length. @internal */
export function checkSized<T extends { readonly length: number }>(who: string, value: T): T {
  const length: unknown = typeof value === "object" && value !== null ? value.length : undefined;
  if (typeof length === "number" && Number.isSafeInteger(length) && length >= 0) return value;
  throw argumentError(who, "dataset", "a data set with a `length`", value);
}

/** Checks that an options argument is a plain object with known names only. @internal */
export function checkOptions(who: string, options: object, known: readonly string[]): void {
  checkNames(who, options, known, "FABRIC_CONFIG_ARGUMENT");
}

/** What randomness may come from: a generator, or the seed of a new one. */
export interface RandomSource {
  /** Source of the randomness, or the seed of a new one. Default: torch's default generator. */
  generator?: Generator | number | bigint | undefined;
  /** Seed of a generator of its own; not together with `generator`. */
  seed?: number | bigint | undefined;
}

/** The generator that options ask for; undefined for torch's default one. @internal */
export function generatorOf(who: string, options: RandomSource): Generator | undefined {
  const { generator, seed } = options;
  if (generator !== undefined && seed !== undefined) {
    throw new FabricError(
      "FABRIC_CONFIG_CONFLICT",
      `${who}: received both \`generator\` and \`seed\`; give one of them.`,
    );
  }
  const source = generator ?? seed;
  if (source === undefined) return undefined;
  if (typeof source === "number" || typeof source === "bigint") {
    return new Generator().manualSeed(source);
  }
  if (source instanceof Generator && source.device === "cpu") return source;
  throw argumentError(who, "generator", "a torch.Generator on the CPU or a seed", source);
}
