// Callbacks are arbitrary objects: a method with the hook's name is called, anything else is left alone.

import { warnOnce } from "./messages.js";

/** An object whose methods are called by hook name. */
export type Callback = object;

/** Calls `hook` on each callback in order with the payload. Exceptions pass through. @internal */
export function callHook(callbacks: readonly Callback[], hook: string, payload: unknown): void {
  for (const callback of callbacks) {
    const member = (callback as Record<string, unknown>)[hook];
    if (member === undefined || member === null) continue;
    if (typeof member !== "function") {
      warnOnce(
        "FABRIC_USAGE_CALLBACK",
        `The callback ${callback.constructor?.name ?? "object"} has a member \`${hook}\` that is not a function; it is skipped.`,
      );
      continue;
    }
    Reflect.apply(member, callback, [payload]);
  }
}

/** Whether one of the callbacks wants `hook`; lets a step pass without making a payload. @internal */
export function hasHook(callbacks: readonly Callback[], hook: string): boolean {
  for (const callback of callbacks)
    if ((callback as Record<string, unknown>)[hook] != null) return true;
  return false;
}

/** One or several, as an array of our own: the caller's list is never extended. @internal */
export function copyList<T>(value: T | readonly T[] | null | undefined): T[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? [...(value as readonly T[])] : [value as T];
}
