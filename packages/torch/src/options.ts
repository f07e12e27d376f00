// Checks of options, worded alike in every package.
import { FabricError } from "./errors.js";
import { describeValue } from "./translate.js";

/**
 * Checks that `options` is a plain object with known names only. Arrays, Maps, tensors and other instances are refused: their fields would not be seen.
 *
 * @param owner - what messages begin with: a class or function.
 * @param code - of the errors; default `FABRIC_CONFIG_OPTION`.
 * @throws FabricError `code`: what was received, and the names that are known; it guesses a name that was written in Python's way.
 */
export function checkOptions(
  owner: string,
  options: unknown,
  known: readonly string[],
  code = "FABRIC_CONFIG_OPTION",
): asserts options is object {
  if (!isOptions(options))
    throw new FabricError(
      code,
      `${owner}: expected an object of options with ${listed(known)} but received ${describeValue(options)}.`,
    );
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    const hint = known.includes(camel) ? ` Did you mean \`${camel}\`?` : "";
    throw new FabricError(
      code,
      `${owner}: unknown option \`${name}\`. Known options: ${listed(known)}.${hint}`,
    );
  }
}

/**
 * The value of an option that is on or off; `otherwise` if it was left out.
 *
 * @throws FabricError `FABRIC_CONFIG_OPTION` unless it is true, false or undefined.
 */
export function checkSwitch(
  owner: string,
  name: string,
  value: unknown,
  otherwise: boolean,
): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw optionError(owner, name, "true or false", value);
}

/** The error for a value that an option does not take: `FABRIC_CONFIG_OPTION`, with what it takes and what it got. */
export function optionError(
  owner: string,
  name: string,
  expected: string,
  received: unknown,
): FabricError {
  return new FabricError(
    "FABRIC_CONFIG_OPTION",
    `${owner}: expected ${expected} as \`${name}\` but received ${describeValue(received)}.`,
  );
}

/** Whether a value is an object whose own fields are all that it has; those of another realm have an Object.prototype of their own. */
export function isOptions(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
