// Registering and removing the hooks of a module.

import { FabricError, show } from "../errors.js";
import type { Module } from "./module.js";
import { type HookLists, type RemovableHandle, STATE } from "./module-state.js";

/** The hook lists of a module, made when first asked for. @internal */
export function hooksOf(module: Module): HookLists {
  const state = module[STATE];
  state.hooks ??= { pre: [], post: [], backward: [] };
  return state.hooks;
}

/** Adds a hook to one of the lists. @internal */
export function addHook<H>(module: Module, list: H[], hook: H): RemovableHandle {
  if (typeof hook !== "function") {
    throw new FabricError(
      "FABRIC_CONFIG_HOOK",
      `Expected a function as the hook but received ${show(hook)}.`,
    );
  }
  list.push(hook);
  return {
    remove: () => {
      const at = list.indexOf(hook);
      if (at >= 0) list.splice(at, 1);
      const hooks = module[STATE].hooks;
      if (hooks !== null && Object.values(hooks).every((left) => left.length === 0)) {
        module[STATE].hooks = null;
      }
    },
  };
}
