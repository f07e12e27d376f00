// Leaving the averaging of gradients out, to add up those of several backward passes first.

import type { Module } from "../../nn/module.js";
import { unitsOf } from "./fully-shard.js";

/**
 * Backward passes until the end of the guard leave gradients on the gathered parameters, whole and not averaged; the next one after that
 * averages their sum. Between, a process holds the gradients of the whole module. Forward and backward must both run inside.
 *
 * @example
 * ```ts
 * { using _ = fsdp.noSync(model); loss(a).backward(); }
 * loss(b).backward(); // averages both
 * ```
 */
export function noSync(module: Module): Disposable {
  const units = unitsOf(module);
  const before = units.map((unit) => unit.synchronises);
  for (const unit of units) unit.synchronises = false;
  return {
    [Symbol.dispose]: () => {
      units.forEach((unit, i) => {
        unit.synchronises = before[i] as boolean;
      });
    },
  };
}
