// Deep copies of modules, for layers that stack copies of a given one.

import { unscoped } from "../scope.js";
import { isTensor, type Tensor } from "../tensor.js";
import type { Module } from "./module.js";
import { defineBuffer } from "./module-buffer.js";
import { createState, isModule, STATE } from "./module-state.js";
import { Parameter } from "./parameter.js";

/** Key of a method that copies what a field holds; packages that keep more than tensors in fields have it. @internal */
export const COPY: unique symbol = Symbol.for("@fabric/nn.copy");

/**
 * Returns a deep copy of a module: its parameters and buffers cloned, its submodules copied, also those in arrays and
 * Maps; what is tied in the original is tied in the copy. What else fields hold is shared, unless it has a method under
 * `Symbol.for("@fabric/nn.copy")`, which is called once and returns the copy. Hooks are not copied.
 *
 * JavaScript cannot copy `#private` fields: a class that has some must be built anew and loaded from a state dict.
 */
export function copyModule<M extends Module>(module: M): M {
  return unscoped(() => copyValue(module, new Map())) as M;
}

function copyValue(value: unknown, done: Map<object, unknown>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = done.get(value);
  if (known !== undefined) return known;
  if (isModule(value)) return copyFields(value, done);
  if (isTensor(value)) return remember(done, value, copyTensor(value));
  if (Array.isArray(value)) {
    const copy: unknown[] = [];
    done.set(value, copy);
    for (const item of value) copy.push(copyValue(item, done));
    return copy;
  }
  if (value instanceof Map) {
    const copy = new Map<unknown, unknown>();
    done.set(value, copy);
    for (const [key, item] of value) copy.set(key, copyValue(item, done));
    return copy;
  }
  const { [COPY]: copyOf } = value as { [COPY]?: () => unknown };
  return typeof copyOf === "function" ? remember(done, value, copyOf.call(value)) : value;
}

function copyFields(module: Module, done: Map<object, unknown>): Module {
  const copy = Object.create(Object.getPrototypeOf(module)) as Module;
  done.set(module, copy);
  Object.defineProperty(copy, STATE, { value: createState() });
  for (const [name, { tensor, persistent }] of module[STATE].buffers) {
    copy[STATE].buffers.set(name, { tensor: copyValue(tensor, done) as Tensor | null, persistent });
  }
  for (const field of Reflect.ownKeys(module)) {
    if (field === STATE) continue;
    if (typeof field === "string" && copy[STATE].buffers.has(field)) {
      defineBuffer(copy, field);
      continue;
    }
    const property = Object.getOwnPropertyDescriptor(module, field) as PropertyDescriptor;
    if ("value" in property) property.value = copyValue(property.value, done);
    Object.defineProperty(copy, field, property);
  }
  return copy;
}

function copyTensor(tensor: Tensor): Tensor {
  return tensor instanceof Parameter ? tensor.copyParameter() : tensor.detach().clone();
}

function remember<T>(done: Map<object, unknown>, key: object, copy: T): T {
  done.set(key, copy);
  return copy;
}
