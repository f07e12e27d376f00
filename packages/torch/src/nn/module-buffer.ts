// Buffers as fields: a getter and setter pair that keeps whatever is assigned alive past `torch.scope`.

import { FabricError, show } from "../errors.js";
import { keep } from "../scope.js";
import type { Tensor } from "../tensor.js";
import { isTensor } from "../tensor.js";
import type { Module } from "./module.js";
import { STATE } from "./module-state.js";

/** One pair per name for all modules, so that instances of a layer keep one hidden class. */
const accessors = new Map<string, PropertyDescriptor>();

/** Makes `module[name]` read and write the buffer `name`. @internal */
export function defineBuffer(module: Module, name: string): void {
  let accessor = accessors.get(name);
  if (accessor === undefined) {
    accessor = createAccessor(name);
    accessors.set(name, accessor);
  }
  Object.defineProperty(module, name, accessor);
}

function createAccessor(name: string): PropertyDescriptor {
  return {
    enumerable: true,
    configurable: true,
    get(this: Module): Tensor | null {
      return this[STATE].buffers.get(name)?.tensor ?? null;
    },
    set(this: Module, value: unknown): void {
      const entry = this[STATE].buffers.get(name);
      if (entry === undefined) return;
      entry.tensor = checkBuffer(name, value);
    },
  };
}

/** Checks and promotes a value for the buffer `name`. @internal */
export function checkBuffer(name: string, value: unknown): Tensor | null {
  if (value === null || value === undefined) return null;
  if (!isTensor(value)) {
    throw new FabricError(
      "FABRIC_CONFIG_BUFFER",
      `Expected a Tensor or null for the buffer \`${name}\` but received ${show(value)}. Wrap numbers with torch.tensor(...).`,
    );
  }
  keep(value);
  return value;
}
