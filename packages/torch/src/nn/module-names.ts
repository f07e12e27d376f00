// Checks and look-ups of names inside a module.

import { FabricError } from "../errors.js";
import type { Module } from "./module.js";

/** Refuses names that would break paths or hide a method. @internal */
export function checkName(module: Module, base: object, name: string): void {
  if (typeof name === "string" && name !== "" && !name.includes(".") && !(name in base)) return;
  throw new FabricError(
    "FABRIC_CONFIG_NAME",
    `Expected a field name for \`${module.constructor.name}\` that is not empty, has no dot and is no method of Module, but received ${JSON.stringify(name)}.`,
  );
}

/** Finds an entry by its dotted path. @internal */
export function lookUp<T>(root: Module, kind: string, path: string, entries: [string, T][]): T {
  const found = entries.find(([name]) => name === path);
  if (found !== undefined) return found[1];
  const names = entries.slice(0, 8).map(([name]) => `"${name}"`);
  throw new FabricError(
    "FABRIC_USAGE_NO_SUCH_NAME",
    `\`${root.constructor.name}\` has no ${kind} \`${path}\`. It has ${entries.length}${names.length > 0 ? `, beginning with ${names.join(", ")}` : ""}.`,
  );
}
