// Swaps modules inside a tree for others, wherever they are held.

import { FabricError, show } from "../errors.js";
import type { Module } from "./module.js";
import { takeOverHooks } from "./module-hooks.js";
import { isModule } from "./module-state.js";
import { joinPath, ownMembers, type Slot } from "./module-walk.js";

/** Returns the module to put in place of `module`, or undefined to keep it and look below it. */
export type ModuleReplacer = (module: Module, path: string) => Module | undefined;

/**
 * Calls `replacer` with each module of the tree and its dotted path, parents first, and puts what it returns in the
 * same field, array slot or map entry. A replacement is not searched further; a module held in several places is asked
 * about once (with its first path) and replaced in all of them. A replacement takes the hooks over, with their handles, unless it holds the module
 * that it replaces, whose hooks then go on running there.
 *
 * @returns the root, which may itself be a replacement.
 * @throws FabricError `FABRIC_USAGE_REPLACE` if `replacer` returns something else, or a field cannot be written.
 */
export function replaceModules(root: Module, replacer: ModuleReplacer): Module {
  const decided = new Map<Module, Module>();
  const decide = (module: Module, path: string): Module => {
    const known = decided.get(module);
    if (known !== undefined) return known;
    const answer: unknown = replacer(module, path);
    if (answer !== undefined && !isModule(answer)) {
      throw new FabricError(
        "FABRIC_USAGE_REPLACE",
        `Expected a Module or undefined from the function given to replaceModules, at \`${path}\`, but received ${show(answer)}.`,
      );
    }
    const replacement = answer ?? module;
    decided.set(module, replacement);
    decided.set(replacement, replacement);
    if (replacement === module) descend(module, path);
    else if (!replacement.modules().includes(module)) takeOverHooks(module, replacement);
    return replacement;
  };
  const descend = (module: Module, path: string): void => {
    for (const { name, value, slot } of ownMembers(module).items) {
      if (!isModule(value)) continue;
      const childPath = joinPath(path, name);
      const replacement = decide(value, childPath);
      if (replacement !== value) write(slot, replacement, childPath);
    }
  };
  return decide(root, "");
}

function write({ holder, key }: Slot, replacement: Module, path: string): void {
  if (holder instanceof Map) holder.set(key, replacement);
  else if (!Reflect.set(holder, key, replacement)) {
    throw new FabricError(
      "FABRIC_USAGE_REPLACE",
      `Cannot replace the module at \`${path}\`: what holds it is read-only. Keep submodules in writable fields, arrays or maps.`,
    );
  }
}
