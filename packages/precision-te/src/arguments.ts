// Checks of what callers pass.
import { FabricError, isTensor } from "@fabric/torch";

/** A value for a message. */
export function shown(value: unknown): string {
  if (isTensor(value)) return `a ${value.dtype} tensor of [${value.shape.join(", ")}]`;
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null
    ? (value.constructor?.name ?? "an object")
    : `\`${typeof value === "string" ? JSON.stringify(value) : String(value)}\``;
}

/** Whether a value is a plain object: no array, Map, tensor or instance of another class, whose fields would not be seen. */
export function isOptions(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Those of another realm have an Object.prototype of their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** @throws FabricError `FABRIC_CONFIG_OPTION` for what is no plain object, and for a key that is not known. */
export function checkKeys(owner: string, options: object, known: readonly string[]): void {
  if (!isOptions(options))
    throw new FabricError(
      "FABRIC_CONFIG_OPTION",
      `${owner}: expected an object of options but received ${shown(options)}.`,
    );
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const camel = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    const hint = known.includes(camel) ? ` Did you mean \`${camel}\`?` : "";
    throw new FabricError(
      "FABRIC_CONFIG_OPTION",
      `${owner}: unknown option \`${key}\`; expected ${known.map((name) => `\`${name}\``).join(", ")}.${hint}`,
    );
  }
}

/** @throws FabricError `FABRIC_CONFIG_OPTION` unless it is true, false or left out. */
export function checkSwitch(
  owner: string,
  name: string,
  value: unknown,
  otherwise: boolean,
): boolean {
  if (value === undefined) return otherwise;
  if (typeof value === "boolean") return value;
  throw new FabricError(
    "FABRIC_CONFIG_OPTION",
    `${owner}: expected true or false as \`${name}\` but received ${shown(value)}.`,
  );
}

/** @throws FabricError `FABRIC_CONFIG_OPTION` unless it is a number from 0 or left out. */
export function checkMinFlops(owner: string, value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === "number" && value >= 0) return value;
  throw new FabricError(
    "FABRIC_CONFIG_OPTION",
    `${owner}: expected a number from 0 as \`minFlops\` but received ${shown(value)}.`,
  );
}
