// The tensors in what a forward returned: in arrays, plain objects, Map and Set they can be exchanged, in class instances only found.

import { isTensor, type Tensor } from "../../tensor.js";
import { isModule } from "../module-state.js";

/** Those that a loss could be made of, in the order they are met. @internal */
export function differentiableTensors(output: unknown): Tensor[] {
  const found: Tensor[] = [];
  replaceTensors(output, (tensor) => {
    if (tensor.requiresGrad) found.push(tensor);
    return tensor;
  });
  return found;
}

/** Those in fields of class instances, at any depth. Modules are not searched. @internal */
export function tensorsInInstances(value: unknown): Tensor[] {
  const found = new Set<Tensor>();
  const seen = new Set<object>();
  const visit = (item: unknown, isInside: boolean): void => {
    if (typeof item !== "object" || item === null || seen.has(item)) return;
    if (isTensor(item)) {
      if (isInside && item.requiresGrad) found.add(item);
      return;
    }
    if (ArrayBuffer.isView(item) || isModule(item)) return;
    seen.add(item);
    if (Array.isArray(item) || item instanceof Set) for (const each of item) visit(each, isInside);
    else if (item instanceof Map) for (const each of item.values()) visit(each, isInside);
    else for (const each of Object.values(item)) visit(each, isInside || !isPlain(item));
  };
  visit(value, false);
  return [...found];
}

/** The same structure with other tensors; the very same object where nothing changes. @internal */
export function replaceTensors(output: unknown, replace: (tensor: Tensor) => Tensor): unknown {
  if (typeof output !== "object" || output === null) return output;
  if (isTensor(output)) return replace(output);
  const one = (item: unknown): unknown => replaceTensors(item, replace);
  if (Array.isArray(output)) return changed(output, output.map(one)) ?? output;
  if (output instanceof Set) {
    const items = changed([...output], [...output].map(one));
    return items === null ? output : new Set(items);
  }
  if (output instanceof Map) {
    const values = changed([...output.values()], [...output.values()].map(one));
    return values === null ? output : new Map([...output.keys()].map((key, i) => [key, values[i]]));
  }
  if (!isPlain(output)) return output;
  const values = changed(Object.values(output), Object.values(output).map(one));
  if (values === null) return output;
  return Object.fromEntries(Object.keys(output).map((key, i) => [key, values[i]]));
}

function changed(before: readonly unknown[], after: unknown[]): unknown[] | null {
  return after.every((item, i) => item === before[i]) ? null : after;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
