// Lets a precision plugin decide what `new nn.Linear(...)` and its like build, without touching the classes.

import { FabricError, show } from "../errors.js";
import { withContext } from "../with-context.js";
import type { Module } from "./module.js";

/** A layer class as a hook sees it; compare it with `===` to the class it looks for. */
export type ModuleClass = abstract new (...args: never[]) => Module;

/** Returns the module to build instead of `new cls(...args)`, or undefined to leave the construction alone. */
export type ConstructionHook = (cls: ModuleClass, args: readonly unknown[]) => Module | undefined;

const hooks: ConstructionHook[] = [];
let running = false;

/**
 * While in force, asks `hook` at each construction of a replaceable layer (Linear, Bilinear, Conv*, Embedding, LayerNorm,
 * RMSNorm) of exactly that class; subclasses are never asked about. The innermost hook that answers wins. Inside a hook
 * the original classes build themselves.
 *
 * @returns what `body` returns, or without `body` a guard for `using`.
 * @throws FabricError `FABRIC_USAGE_ASYNC_CONTEXT` if `body` returns a promise.
 *
 * @example
 * ```ts
 * nn.constructionHook((cls, [inFeatures, outFeatures]) => {
 *   return cls === nn.Linear ? new MyLinear(inFeatures, outFeatures) : undefined;
 * }, () => new Net());
 * ```
 */
export function constructionHook(hook: ConstructionHook): Disposable;
export function constructionHook<T>(hook: ConstructionHook, body: () => T): T;
export function constructionHook<T>(hook: ConstructionHook, body?: () => T): T | Disposable {
  if (typeof hook !== "function") {
    throw new FabricError(
      "FABRIC_CONFIG_HOOK",
      `Expected a function as the hook but received ${show(hook)}.`,
    );
  }
  const enter = (): (() => void) => {
    hooks.push(hook);
    return () => removeLast(hook);
  };
  return withContext("nn.constructionHook", enter, body);
}

/** Asks the hooks about `new cls(...args)`; every replaceable layer calls this first. @internal */
export function replacementFor(
  target: unknown,
  cls: ModuleClass,
  args: readonly unknown[],
): Module | undefined {
  if (hooks.length === 0 || running || target !== cls) return undefined;
  running = true;
  try {
    for (let i = hooks.length - 1; i >= 0; i--) {
      const replacement = hooks[i]?.(cls, args);
      if (replacement !== undefined) return replacement;
    }
    return undefined;
  } finally {
    running = false;
  }
}

function removeLast(hook: ConstructionHook): void {
  const at = hooks.lastIndexOf(hook);
  if (at >= 0) hooks.splice(at, 1);
}
