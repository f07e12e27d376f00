// Operators by their full names: torch.ops.aten.add(...), torch.ops.aten.add.Tensor(...), torch.ops.fabric.quantize4bit(...).

import { camelCase } from "./dispatch/names.js";
import { Operator, type OperatorFunction, operatorFunction } from "./dispatch/op.js";
import { FabricError } from "./errors.js";
import { runtime } from "./runtime.js";

/** An operator with its overloads as properties; the unnamed overload is `default`. */
export type OperatorPacket = OperatorFunction & { readonly [overload: string]: OperatorFunction };
/** The operators of one namespace, by their ATen or camelCase names. */
export type OperatorNamespace = { readonly [operator: string]: OperatorPacket };

/** All namespaces; `aten` is libtorch's own. */
export interface OperatorNamespaces {
  readonly aten: OperatorNamespace;
  readonly unsafe: OperatorNamespace;
  readonly [namespace: string]: OperatorNamespace;
}

function namesOf(namespace: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const full of runtime().operatorNames()) {
    if (!full.startsWith(`${namespace}::`)) continue;
    const name = full.slice(namespace.length + 2);
    names.set(name, full);
    if (!names.has(camelCase(name))) names.set(camelCase(name), full);
  }
  return names;
}

function packet(full: string, guarded: boolean): OperatorPacket {
  const operator = new Operator(full, guarded);
  const call = operatorFunction(operator);
  const overloads = new Map<string, OperatorFunction>();
  return new Proxy(call, {
    get(target, key, receiver): unknown {
      if (typeof key !== "string" || key in target) return Reflect.get(target, key, receiver);
      const known = overloads.get(key);
      if (known !== undefined) return known;
      const overload = operator.overloads.find((o) => (o.overloadName || "default") === key);
      if (overload === undefined) return undefined;
      const bound: OperatorFunction = (...args) => operator.callOverload(overload, args);
      overloads.set(key, bound);
      return bound;
    },
  }) as OperatorPacket;
}

/** Builds the namespace on demand; a library loaded later adds to it. */
function namespaceOf(dispatcherName: string, guarded: boolean): OperatorNamespace {
  const made = new Map<string, OperatorPacket>();
  let names = new Map<string, string>();
  const find = (key: string): OperatorPacket | undefined => {
    const known = made.get(key);
    if (known !== undefined) return known;
    if (!names.has(key)) names = namesOf(dispatcherName);
    const full = names.get(key);
    if (full === undefined) return undefined;
    const operator = packet(full, guarded);
    made.set(key, operator);
    return operator;
  };
  return new Proxy(Object.create(null) as OperatorNamespace, {
    get(_, key): unknown {
      if (typeof key !== "string" || key === "then") return undefined;
      const operator = find(key);
      if (operator !== undefined) return operator;
      throw new FabricError(
        "FABRIC_UNSUPPORTED_OPERATOR",
        `torch.ops.${dispatcherName}: the loaded libtorch has no operator \`${key}\`; check its name, or load the library that brings it with torch.loadLibrary(path).`,
      );
    },
    has: (_, key) => typeof key === "string" && find(key) !== undefined,
    ownKeys: () => [
      ...new Set(
        [...namesOf(dispatcherName).values()].map((full) => full.slice(dispatcherName.length + 2)),
      ),
    ],
    getOwnPropertyDescriptor: (_, key) => ({
      enumerable: true,
      configurable: true,
      value: typeof key === "string" ? find(key) : undefined,
    }),
  });
}

const namespaces = new Map<string, OperatorNamespace>();

/**
 * Every operator of the dispatcher by namespace. `torch.ops.unsafe.NAME` calls an ATen operator that is otherwise refused or checked
 * because it can end the process.
 */
export const ops: OperatorNamespaces = new Proxy(Object.create(null) as OperatorNamespaces, {
  get(_, key): unknown {
    if (typeof key !== "string" || key === "then") return undefined;
    let namespace = namespaces.get(key);
    if (namespace === undefined) {
      namespace = key === "unsafe" ? namespaceOf("aten", false) : namespaceOf(key, true);
      namespaces.set(key, namespace);
    }
    return namespace;
  },
});
