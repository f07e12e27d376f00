// How a wrapper says what it wraps: under a symbol that every copy of core knows.

import type { data, nn, optim } from "../torch.js";

/** Key that a wrapper answers with what it wraps. @internal */
export const WRAPPED: unique symbol = Symbol.for("@fabric/wrapped");

/** What is behind a wrapper. @internal */
export type Wrapped =
  | { readonly kind: "module"; readonly original: nn.Module; readonly forwardModule: nn.Module }
  | { readonly kind: "optimizer"; readonly optimizer: optim.Optimizer }
  | { readonly kind: "loader"; readonly loader: data.DataLoader<unknown> };

/** What `value` wraps, or null if it is no wrapper of Fabric's. @internal */
export function wrappedOf(value: unknown): Wrapped | null {
  if (typeof value !== "object" || value === null) return null;
  return (value as { [WRAPPED]?: Wrapped })[WRAPPED] ?? null;
}

/** Whether Fabric wrapped this module, optimizer or loader. */
export function isWrapped(value: unknown): boolean {
  return wrappedOf(value) !== null;
}

/** What Fabric wrapped, or the value itself. A module gives the forward module, or the user's own with `original`. @internal */
export function unwrapOne(value: unknown, original: boolean): unknown {
  const wrapped = wrappedOf(value);
  if (wrapped === null) return value;
  if (wrapped.kind === "module") return original ? wrapped.original : wrapped.forwardModule;
  return wrapped.kind === "optimizer" ? wrapped.optimizer : wrapped.loader;
}

/** Methods of a wrapped object bound to it, made once each: `#private` fields work, and so does comparing them. @internal */
export class BoundMethods {
  readonly #target: object;
  readonly #proxy: () => object;
  readonly #bound = new WeakMap<object, unknown>();

  constructor(target: object, proxy: () => object) {
    this.#target = target;
    this.#proxy = proxy;
  }

  /** Reads `key` with the target as `this`; methods of its class come bound, and give the wrapper where they return the target. */
  read(key: PropertyKey): unknown {
    const target = this.#target;
    const value: unknown = Reflect.get(target, key, target);
    if (typeof value !== "function" || key === "constructor" || Object.hasOwn(target, key))
      return value;
    return this.bind(value as (...args: unknown[]) => unknown);
  }

  /** The bound form of a method. */
  bind(method: (...args: unknown[]) => unknown): unknown {
    const known = this.#bound.get(method);
    if (known !== undefined) return known;
    const target = this.#target;
    const proxy = this.#proxy;
    const bound = (...args: unknown[]): unknown => {
      const result = Reflect.apply(method, target, args);
      return result === target ? proxy() : result;
    };
    Object.defineProperty(bound, "name", { value: method.name });
    this.#bound.set(method, bound);
    return bound;
  }
}
