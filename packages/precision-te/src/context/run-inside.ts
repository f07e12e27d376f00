// The two forms of a context: around a function, or as a guard for `using`.
import { FabricError } from "@fabric/torch";
import { shown } from "../arguments.js";

/**
 * Runs `fn` between `enter` and what that returns; without `fn` gives a guard.
 *
 * @throws FabricError `FABRIC_USAGE_ASYNC_CONTEXT` if `fn` returns a promise, `FABRIC_CONFIG_ARGUMENT` if it is no function.
 */
export function runInside<T>(
  name: string,
  enter: () => () => void,
  fn: (() => T) | undefined,
): T | Disposable {
  if (fn !== undefined && typeof fn !== "function")
    throw new FabricError(
      "FABRIC_CONFIG_ARGUMENT",
      `${name}: expected a function to run inside, or nothing, but received ${shown(fn)}.`,
    );
  const guard = once(enter());
  if (fn === undefined) return guard;
  let result: T;
  try {
    result = fn();
  } catch (error) {
    try {
      guard[Symbol.dispose]();
    } catch {} // what a recipe's function throws on leaving is not the news here
    throw error;
  }
  guard[Symbol.dispose]();
  if (isThenable(result)) {
    result.then(undefined, () => {}); // the promise's own failure is not the news here
    throw new FabricError(
      "FABRIC_USAGE_ASYNC_CONTEXT",
      `${name}: the function returned a promise, but a region must end before other code runs. Await outside and run only synchronous work inside.`,
    );
  }
  return result;
}

function once(leave: () => void): Disposable {
  let isLeft = false;
  return {
    [Symbol.dispose]() {
      if (isLeft) return;
      isLeft = true;
      leave();
    },
  };
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
