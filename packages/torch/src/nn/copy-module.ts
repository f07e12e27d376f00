// Deep copies of modules, for layers that stack copies of a given one.

import { unscoped } from "../scope.js";
import { isTensor, type Tensor } from "../tensor.js";
import type { Module } from "./module.js";
import { defineBuffer } from "./module-buffer.js";
import { createState, isModule, STATE } from "./module-state.js";
import { Parameter } from "./parameter.js";

/**
 * A module with the same fields, its parameters and buffers cloned and its submodules copied; what else fields hold is
 * shared. Hooks are not copied, and `#private` fields cannot be. @internal
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
  return value;
}

function copyFields(module: Module, done: Map<object, unknown>): Module {
  const copy = Object.create(Object.getPrototypeOf(module)) as Module;
  done.set(module, copy);
  Object.defineProperty(copy, STATE, { value: createState() });
  for (const [name, { tensor, persistent }] of module[STATE].buffers) {
    copy[STATE].buffers.set(name, { tensor: copyValue(tensor, done) as Tensor | null, persistent });
  }
  for (const field of Object.keys(module)) {
    if (copy[STATE].buffers.has(field)) defineBuffer(copy, field);
    else
      (copy as unknown as Record<string, unknown>)[field] = copyValue(
        Reflect.get(module, field),
        done,
      );
  }
  return copy;
}

function copyTensor(tensor: Tensor): Tensor {
  const clone = tensor.detach().clone();
  return tensor instanceof Parameter
    ? new Parameter(clone, { requiresGrad: tensor.requiresGrad })
    : clone;
}

function remember<T>(done: Map<object, unknown>, key: object, copy: T): T {
  done.set(key, copy);
  return copy;
}
