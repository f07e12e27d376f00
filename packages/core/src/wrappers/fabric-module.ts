// The module that `fabric.setup` returns: the user's own to look at, with the precision plugin around its forward.

import type { Strategy } from "../strategy/strategy.js";
import { type Device, type DType, FabricError, isTensor, nn, torch } from "../torch.js";
import { type ForwardRunner, makeRunner } from "./run-forward.js";
import { watchForward } from "./watch-forward.js";
import { BoundMethods, WRAPPED, type Wrapped } from "./wrapped.js";

/**
 * A module set up by Fabric. Everything of the user's module is there, read from and written to the original;
 * `forward` runs inside the precision plugin, and so do methods that were marked.
 */
export interface FabricModule<M extends nn.Module = nn.Module> {
  /** The user's module after conversion. */
  readonly module: M;
  /** Device of the parameters; the one it was set up for if there are none. */
  readonly device: Device;
  /** Dtype of the first floating-point parameter; the default dtype if there is none. */
  readonly dtype: DType;
  /**
   * Makes a method run as `forward` does: inputs converted, inside the plugin's context, outputs converted.
   * `trainingStep`, `validationStep`, `testStep` and `predictStep` are marked from the start.
   *
   * @throws FabricError `FABRIC_USAGE_MARK_METHOD` if it is no method of the module, or `forward` itself.
   */
  markForwardMethod(method: string | ((...args: never[]) => unknown)): void;
}

type Method = (...args: unknown[]) => unknown;

const MARKED_FROM_START = ["trainingStep", "validationStep", "testStep", "predictStep"] as const;
const READ_ONLY: ReadonlySet<PropertyKey> = new Set([
  "module",
  "device",
  "dtype",
  "markForwardMethod",
]);
/** Methods that move or cast, after which a module without parameters answers with what was asked for. */
const CASTS: ReadonlyMap<PropertyKey, string | null> = new Map([
  ["to", null],
  ["float", "float32"],
  ["double", "float64"],
  ["half", "float16"],
  ["bfloat16", "bfloat16"],
  ["cpu", "cpu"],
  ["cuda", "cuda"],
]);

/** Wraps a module; `device` is what `device` says while there are no parameters. @internal */
export function wrapModule<M extends nn.Module>(
  forwardModule: nn.Module,
  strategy: Strategy,
  original: M,
  device: Device,
): FabricModule<M> & M {
  const handler = new ModuleHandler(forwardModule, strategy, original, device);
  const proxy = new Proxy(original, handler) as FabricModule<M> & M;
  handler.proxy = proxy;
  return proxy;
}

class ModuleHandler implements ProxyHandler<nn.Module> {
  proxy!: object;
  readonly #original: nn.Module;
  readonly #forwardModule: nn.Module;
  readonly #run: ForwardRunner;
  readonly #methods: BoundMethods;
  readonly #forward: Method;
  readonly #wrapped: Wrapped;
  /** Marked methods, as callers see them. */
  readonly #marked = new Map<string, Method | null>(MARKED_FROM_START.map((name) => [name, null]));
  readonly #watchers = new WeakMap<object, Method>();
  #device: Device;
  #dtype: DType | null = null;

  constructor(forwardModule: nn.Module, strategy: Strategy, original: nn.Module, device: Device) {
    this.#original = original;
    this.#forwardModule = forwardModule;
    this.#device = device;
    this.#run = makeRunner(strategy, original);
    this.#methods = new BoundMethods(original, () => this.proxy);
    this.#wrapped = { kind: "module", original, forwardModule };
    const run = this.#run;
    // Read at each call: the user may replace `forward` later.
    const call: Method = (...args) =>
      (forwardModule as unknown as { forward: Method }).forward(...args);
    this.#forward = (...args) => run(call, args);
  }

  get(_target: nn.Module, key: PropertyKey): unknown {
    if (key === "forward") return this.#forward;
    if (typeof key === "string") {
      if (key === "module") return this.#original;
      if (key === "device") return this.#currentDevice();
      if (key === "dtype") return this.#currentDtype();
      if (key === "markForwardMethod") return this.#mark;
      if (this.#marked.has(key)) return this.#markedMethod(key);
      if (CASTS.has(key)) return this.#cast(key);
    } else if (key === WRAPPED) return this.#wrapped;
    const value = this.#methods.read(key);
    const isWatched =
      this.#forwardModule !== this.#original &&
      typeof value === "function" &&
      typeof key === "string" &&
      !(key in nn.Module.prototype);
    return isWatched ? this.#watched(key, value as Method) : value;
  }

  set(target: nn.Module, key: PropertyKey, value: unknown): boolean {
    if (READ_ONLY.has(key)) {
      throw new FabricError(
        "FABRIC_USAGE_READ_ONLY",
        `\`${String(key)}\` of a module set up by Fabric cannot be assigned. ${key === "dtype" || key === "device" ? "Move or cast with model.to(...)." : "Assign to the original module."}`,
      );
    }
    return Reflect.set(target, key, value, target);
  }

  has(target: nn.Module, key: PropertyKey): boolean {
    return key === WRAPPED || READ_ONLY.has(key) || Reflect.has(target, key);
  }

  /** A method that, behind a strategy's layer, must not run a part of the model past it. */
  #watched(key: string, method: Method): Method {
    const known = this.#watchers.get(method);
    if (known !== undefined) return known;
    const watched = watchForward(this.#original, key, method);
    this.#watchers.set(method, watched);
    return watched;
  }

  readonly #mark = (method: unknown): void => {
    const name = typeof method === "function" ? this.#nameOf(method as Method) : method;
    if (typeof name !== "string")
      throw markError(
        `expected the name of a method, or the method, but received ${typeof method}`,
      );
    if (name === "forward")
      throw markError("`forward` always runs inside the precision; name another method");
    const found: unknown = Reflect.get(this.#original, name, this.#original);
    if (typeof found !== "function")
      throw markError(`\`${this.#original.constructor.name}\` has no method \`${name}\``);
    if (!this.#marked.has(name)) this.#marked.set(name, null);
  };

  /** The name under which the module has a method, seen raw or through the wrapper. */
  #nameOf(method: Method): string {
    const { name } = method;
    const own: unknown = Reflect.get(this.#original, name, this.#original);
    const bound = typeof own === "function" ? this.#methods.bind(own as Method) : undefined;
    const isOurs =
      bound !== undefined &&
      (own === method || bound === method || this.#watchers.get(bound as Method) === method);
    if (isOurs) return name;
    throw markError(
      `the function \`${name || "(anonymous)"}\` is no method of \`${this.#original.constructor.name}\``,
    );
  }

  #markedMethod(key: string): unknown {
    const known = this.#marked.get(key);
    if (known != null) return known;
    if (!(key in this.#original)) return undefined;
    const original = this.#original;
    if (typeof Reflect.get(original, key, original) !== "function")
      return Reflect.get(original, key, original);
    const inside: Method = (...args) =>
      (Reflect.get(original, key, original) as Method).apply(original, args);
    const redirected: Method = (...args) => this.#run(this.#throughForward(inside), args);
    this.#marked.set(key, redirected);
    return redirected;
  }

  /** On one device the method runs as it is; a strategy's layer is entered by lending its forward to the method for one call. */
  #throughForward(method: Method): Method {
    const outer = this.#forwardModule as unknown as { forward: Method };
    const inner = this.#original as unknown as { forward: Method };
    if (outer === (inner as object)) return method;
    return (...args) => {
      const own = Object.getOwnPropertyDescriptor(inner, "forward");
      const restore = (): void => {
        if (own === undefined) Reflect.deleteProperty(inner, "forward");
        else Object.defineProperty(inner, "forward", own);
      };
      inner.forward = (...inside) => {
        restore();
        return method(...inside);
      };
      try {
        return outer.forward(...args);
      } finally {
        restore();
      }
    };
  }

  #cast(key: string): unknown {
    const value: unknown = Reflect.get(this.#original, key, this.#original);
    if (typeof value !== "function") return value;
    return (...args: unknown[]): unknown => {
      const result: unknown = Reflect.apply(value, this.#original, args);
      const fixed = CASTS.get(key);
      for (const wanted of fixed == null ? args : [fixed]) this.#remember(wanted);
      return result === this.#original ? this.proxy : result;
    };
  }

  #remember(wanted: unknown): void {
    if (isTensor(wanted) || (typeof wanted === "object" && wanted !== null)) {
      const { device, dtype } = wanted as { device?: Device; dtype?: DType };
      if (device !== undefined) this.#device = device;
      if (dtype !== undefined) this.#dtype = dtype;
    } else if (typeof wanted === "string") {
      if (/^(cpu|cuda|mps|meta)/.test(wanted)) this.#device = wanted as Device;
      else this.#dtype = wanted as DType;
    }
  }

  #currentDevice(): Device {
    return this.#original.parameters()[0]?.device ?? this.#device;
  }

  #currentDtype(): DType {
    const parameter = this.#original.parameters().find((p) => p.isFloatingPoint());
    return parameter?.dtype ?? this.#dtype ?? torch.getDefaultDtype();
  }
}

function markError(reason: string): FabricError {
  return new FabricError("FABRIC_USAGE_MARK_METHOD", `markForwardMethod: ${reason}.`);
}
