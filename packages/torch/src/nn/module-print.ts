// The text of a module tree, as `console.log(model)` shows it.

import type { Module } from "./module.js";
import { isModule } from "./module-state.js";
import { ownMembers } from "./module-walk.js";

/** One line per module, children indented under their names. @internal */
export function describeModule(module: Module, ancestors: ReadonlySet<Module> = new Set()): string {
  const name = module.constructor.name;
  const extra = module.extraRepr();
  const lines: string[] = [];
  const above = new Set([...ancestors, module]);
  for (const { name: field, value } of ownMembers(module).items) {
    if (!isModule(value) || above.has(value)) continue;
    lines.push(`(${field}): ${describeModule(value, above)}`);
  }
  if (lines.length === 0) return `${name}(${extra})`;
  const body = [...(extra === "" ? [] : [extra]), ...lines].join("\n");
  return `${name}(\n${body.replace(/^/gm, "  ")}\n)`;
}

/** `key: value` pairs of an options record for `extraRepr`, entries left at undefined omitted. @internal */
export function describeOptions(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .map(
      ([key, value]) =>
        `${key}: ${typeof value === "string" ? `"${value}"` : JSON.stringify(value)}`,
    )
    .join(", ");
}
