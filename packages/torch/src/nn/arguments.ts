// Checks of constructor arguments, worded alike for every layer.

import type { Device } from "../device.js";
import { isPlainObject } from "../dispatch/kinds.js";
import type { DType } from "../dtype.js";
import { FabricError, show } from "../errors.js";
import { checkOptions as checkNames } from "../options.js";

/** Options every layer with parameters takes. */
export interface FactoryOptions {
  /** Where the parameters are made; default: the device in force. */
  device?: Device;
  /** Dtype of the parameters; default: the default dtype in force. */
  dtype?: DType;
}

/** The factory part of a layer's options. @internal */
export function factory({ device, dtype }: FactoryOptions): FactoryOptions {
  return { ...(device !== undefined && { device }), ...(dtype !== undefined && { dtype }) };
}

/** Checks an integer argument. @internal */
export function checkInteger(layer: string, name: string, value: unknown, minimum: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= minimum) return value;
  throw argumentError(layer, name, `an integer >= ${minimum}`, value);
}

/** Checks a finite number argument. @internal */
export function checkNumber(layer: string, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw argumentError(layer, name, "a finite number", value);
}

/** Checks a probability. @internal */
export function checkProbability(layer: string, name: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value <= 1) return value;
  throw argumentError(layer, name, "a number between 0 and 1", value);
}

/** Checks one of a list of names. @internal */
export function checkChoice<T extends string>(
  layer: string,
  name: string,
  value: unknown,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw argumentError(
    layer,
    name,
    `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`,
    value,
  );
}

/** Checks a size: one integer for all dimensions, or one each. @internal */
export function checkSizes(
  layer: string,
  name: string,
  value: unknown,
  dimensions: number,
  minimum: number,
): number[] {
  if (typeof value === "number")
    return new Array<number>(dimensions).fill(checkInteger(layer, name, value, minimum));
  if (Array.isArray(value) && value.length === dimensions) {
    return value.map((size) => checkInteger(layer, name, size, minimum));
  }
  throw argumentError(layer, name, `an integer >= ${minimum} or an array of ${dimensions}`, value);
}

/** Checks that an options argument is a plain object with known names only, and returns it. @internal */
export function checkOptions<T extends object>(
  layer: string,
  options: T,
  known: readonly string[],
): T {
  checkNames(layer, options, known, "FABRIC_CONFIG_ARGUMENT");
  return options;
}

/**
 * Joins arguments given by position with those of a trailing options object, whose names may be any of `names` (those
 * that have a position) and `more`. @internal
 */
export function settle<T extends object>(
  layer: string,
  args: readonly unknown[],
  names: readonly string[],
  more: readonly string[] = [],
): Partial<T> {
  const settled: Record<string, unknown> = {};
  args.forEach((value, i) => {
    if (value === undefined) return;
    const name = names[i];
    const isLast = args.slice(i + 1).every((later) => later === undefined);
    if (isLast && (name === undefined || isPlainObject(value))) {
      for (const [key, option] of Object.entries(
        checkOptions(layer, value as object, [...names, ...more]),
      )) {
        if (key in settled) throw twiceError(layer, key);
        if (option !== undefined) settled[key] = option;
      }
    } else if (name === undefined) {
      throw argumentError(
        layer,
        "options",
        `at most ${names.length} values before the options`,
        value,
      );
    } else settled[name] = value;
  });
  return settled as Partial<T>;
}

/** The error for one wrong argument. @internal */
export function argumentError(
  layer: string,
  name: string,
  expected: string,
  received: unknown,
): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_ARGUMENT",
    `${layer}: expected ${expected} for \`${name}\` but received ${show(received)}.`,
  );
}

function twiceError(layer: string, name: string): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_ARGUMENT",
    `${layer}: \`${name}\` is given twice, by position and as an option. Leave one out.`,
  );
}
