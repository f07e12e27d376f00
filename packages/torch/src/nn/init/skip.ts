// Switches initialisers off, for models whose weights are loaded right afterwards.

import { withContext } from "../../with-context.js";

let skipping = 0;

/**
 * While in force, every function of `nn.init` returns its tensor untouched, so that layers built inside hold
 * uninitialised memory and no random number is drawn.
 *
 * @returns what `body` returns, or without `body` a guard for `using`.
 * @throws FabricError `FABRIC_USAGE_ASYNC_CONTEXT` if `body` returns a promise.
 */
export function skipInit(): Disposable;
export function skipInit<T>(body: () => T): T;
export function skipInit<T>(body?: () => T): T | Disposable {
  const enter = (): (() => void) => {
    skipping++;
    return () => {
      skipping--;
    };
  };
  return withContext("nn.init.skipInit", enter, body);
}

/** Whether {@link skipInit} is in force: layers are to leave their tensors uninitialised. */
export function isInitSkipped(): boolean {
  return skipping > 0;
}
