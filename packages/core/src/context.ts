// The two forms of a context: `ctx(fn)` runs `fn` inside, `using guard = ctx()` ends with the block.

import { FabricError } from "@fabric/torch";

/** Enters a context and runs `fn` inside, or returns the guard. State is restored first on a throw, and on a promise. @internal */
export function runInContext<T>(
  name: string,
  enter: () => Disposable,
  fn: (() => T) | undefined,
): T | Disposable {
  if (fn === undefined) return enter();
  if (typeof fn !== "function") {
    throw new FabricError(
      "FABRIC_USAGE_CONTEXT",
      `${name}: expected a function to run inside but received ${typeof fn}.`,
    );
  }
  const guard = enter();
  let result: T;
  try {
    result = fn();
  } finally {
    guard[Symbol.dispose]();
  }
  refusePromise(name, result);
  return result;
}

/** Throws if `result` is a promise: a context holds state of the thread, which must not outlive a synchronous stretch. @internal */
export function refusePromise(name: string, result: unknown): void {
  if (typeof result !== "object" || result === null) return;
  const { then } = result as { then?: unknown };
  if (typeof then !== "function") return;
  // The promise's own failure is not the news here.
  (result as Promise<unknown>).then(undefined, () => {});
  throw new FabricError(
    "FABRIC_USAGE_ASYNC_CONTEXT",
    `${name}: the function returned a promise, but a context holds state of the thread and must end before other code runs. Await outside and run only synchronous work inside.`,
  );
}

/**
 * Enters contexts in order; the result leaves them in reverse, once. If one cannot be entered, those before it are left; if one cannot be left, the
 * others are all the same.
 *
 * @example
 * ```ts
 * override forwardContext() {
 *   return enterAll(() => torch.defaultDtype("bfloat16"), () => torch.autocast({ dtype: "bfloat16" }));
 * }
 * ```
 */
export function enterAll(...enters: readonly (() => Disposable)[]): Disposable {
  const open: Disposable[] = [];
  const leave = (): void => {
    const failures: unknown[] = [];
    for (let guard = open.pop(); guard !== undefined; guard = open.pop()) {
      try {
        guard[Symbol.dispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  };
  try {
    for (const enter of enters) open.push(enter());
  } catch (error) {
    try {
      leave();
    } catch {} // why it could not be entered is the news
    throw error;
  }
  return { [Symbol.dispose]: leave };
}

/** Splits `(options?, fn?)` given in either order, as context methods take them. @internal */
export function contextArguments<O extends object, T>(
  first: O | (() => T) | undefined,
  second: O | (() => T) | undefined,
): { options: O | undefined; fn: (() => T) | undefined } {
  const fn = [first, second].find((value) => typeof value === "function") as (() => T) | undefined;
  const options = [first, second].find((value) => typeof value === "object" && value !== null) as
    | O
    | undefined;
  return { options, fn };
}
