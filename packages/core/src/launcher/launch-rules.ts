// The rules of `fabric.launch`.

import { startedByCli } from "../connector/environment.js";
import { FabricError } from "../torch.js";

/** Refuses what cannot be launched. @internal */
export function checkLaunch(fn: unknown): void {
  if (startedByCli()) {
    throw new FabricError(
      "FABRIC_USAGE_LAUNCH",
      "This process was started by `fabric run`, so the processes exist already. Remove the call of launch().",
    );
  }
  if (fn === undefined) return;
  if (typeof fn !== "function") {
    throw new FabricError(
      "FABRIC_USAGE_LAUNCH",
      `launch: expected a function but received ${fn === null ? "null" : typeof fn}. Pass the function itself, not its result: fabric.launch(train), not fabric.launch(train()).`,
    );
  }
  if (!takesParameters(fn as (...args: unknown[]) => unknown)) {
    throw new FabricError(
      "FABRIC_USAGE_LAUNCH",
      `launch: the function \`${fn.name || "(anonymous)"}\` takes no parameter, but it receives the Fabric: (fabric) => { ... }.`,
    );
  }
}

/** Whether a function declares a parameter; rest and default ones do not count in `length`. */
function takesParameters(fn: (...args: unknown[]) => unknown): boolean {
  if (fn.length > 0) return true;
  const source = Function.prototype.toString.call(fn);
  // Native and bound functions do not show theirs.
  return source.includes("[native code]") || !/^[^(]*\(\s*\)/.test(source);
}

/** @throws FabricError `FABRIC_USAGE_NOT_LAUNCHED` @internal */
export function notLaunched(method: string, strategy: string): FabricError {
  return new FabricError(
    "FABRIC_USAGE_NOT_LAUNCHED",
    `${method} was called before launch(), which the strategy "${strategy}" needs first. Call await fabric.launch().`,
  );
}
