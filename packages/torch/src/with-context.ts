// What every context is made of: `ctx(fn)` runs fn inside; `using guard = ctx()` ends with the block.
import { FabricError, show } from "./errors.js";
import { closeGuards, openGuard, openGuards } from "./guard.js";
import { asyncContext, isThenable } from "./scope.js";

/**
 * Makes a context of a state that belongs to the thread, as `noGrad` is one: runs `fn` between `enter` and the function that `enter` returns, which
 * puts the state back, on a throw too. Without `fn` it returns a guard for `using`. A guard that is still open when the context around it ends, or when
 * control returns to the event loop, is closed and reported, so that no other code runs under its state.
 *
 * @param name - what messages call the context: `"quantized.fastMode"`.
 * @param enter - changes the state and returns what puts it back; runs once.
 * @param fn - runs inside; must not return a promise.
 * @returns what `fn` returns, or the guard.
 * @throws FabricError `FABRIC_USAGE_ASYNC_CONTEXT` if `fn` returns a promise, `FABRIC_TENSOR_ARGUMENT` if it is no function,
 * `FABRIC_USAGE_CONTEXT_ORDER` from a guard that is closed before one that was opened after it. What `fn` throws goes before what leaving throws.
 *
 * @example
 * ```ts
 * let isFast = false;
 * export function fastMode<T>(fn: () => T): T;
 * export function fastMode(): Disposable;
 * export function fastMode<T>(fn?: () => T): T | Disposable {
 *   const enter = () => {
 *     const before = isFast;
 *     isFast = true;
 *     return () => {
 *       isFast = before;
 *     };
 *   };
 *   return withContext("fastMode", enter, fn);
 * }
 * ```
 */
export function withContext<T>(
  name: string,
  enter: () => () => void,
  fn: (() => T) | undefined,
): T | Disposable {
  if (fn === undefined) return openGuard(name, enter());
  if (typeof fn !== "function")
    throw new FabricError(
      "FABRIC_TENSOR_ARGUMENT",
      `${name}: expected a function to run inside but received ${show(fn)}.`,
    );
  const guards = openGuards();
  const leave = enter();
  let result: T;
  try {
    result = fn();
  } catch (error) {
    closeGuards(guards);
    try {
      leave();
    } catch {} // what leaving throws after a throw is not the news
    throw error;
  }
  closeGuards(guards);
  leave();
  if (isThenable(result)) {
    result.then(undefined, () => {});
    throw asyncContext(name);
  }
  return result;
}
