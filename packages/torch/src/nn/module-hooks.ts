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

/** Adds a hook to one of the lists. The handle also removes it from a module that took the hooks over. @internal */
export function addHook<K extends keyof HookLists>(
  module: Module,
  kind: K,
  hook: HookLists[K][number],
): RemovableHandle {
  if (typeof hook !== "function") {
    throw new FabricError(
      "FABRIC_CONFIG_HOOK",
      `Expected a function as the hook but received ${show(hook)}.`,
    );
  }
  (hooksOf(module)[kind] as unknown[]).push(hook);
  let isRemoved = false;
  return {
    remove: () => {
      // A second time it would take out the same function, added again.
      if (isRemoved) return;
      isRemoved = true;
      for (let at: Module | null = module; at !== null; at = at[STATE].replacedBy)
        removeHook(at, kind, hook);
    },
  };
}

/** Gives `to` the hooks of `from`, which it stands in for from now on; before its own. @internal */
export function takeOverHooks(from: Module, to: Module): void {
  from[STATE].replacedBy = to;
  // It stands for itself again, should it have been replaced before.
  to[STATE].replacedBy = null;
  const taken = from[STATE].hooks;
  if (taken === null) return;
  const own = hooksOf(to);
  const merged = <H>(first: readonly H[], second: readonly H[]): H[] => [
    ...first,
    ...second.filter((hook) => !first.includes(hook)),
  ];
  own.pre = merged(taken.pre, own.pre);
  own.post = merged(taken.post, own.post);
  own.backward = merged(taken.backward, own.backward);
}

function removeHook(module: Module, kind: keyof HookLists, hook: unknown): void {
  const { hooks } = module[STATE];
  if (hooks === null) return;
  const list = hooks[kind] as unknown[];
  const at = list.indexOf(hook);
  if (at >= 0) list.splice(at, 1);
  if (Object.values(hooks).every((left) => left.length === 0)) module[STATE].hooks = null;
}
