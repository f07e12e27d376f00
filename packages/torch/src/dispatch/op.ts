// The JS side of every operator call: choose the overload from the arguments' kinds, pass handles, wrap the result.
import { deviceCode } from "../device.js";
import { FabricError } from "../errors.js";
import { currentDevice } from "../placement.js";
import { isTensor, makeTensor, Tensor } from "../tensor.js";
import { translate } from "../translate.js";
import { CRASH_LIST, type CrashEntry } from "./crash-list.js";
import { isPlainObject, Kind, kindOf } from "./kinds.js";
import { camelCase } from "./names.js";
import { noMatch } from "./no-match.js";
import { type Overload, overloadsOf } from "./overload.js";

/** An operator as JS calls it. */
export type OperatorFunction = (...args: unknown[]) => unknown;

const NO_OPTIONS: Readonly<Record<string, unknown>> = Object.freeze({});

/** All overloads of one operator. */
export class Operator {
  readonly name: string;
  /** What errors call it. */
  readonly label: string;
  readonly guard: CrashEntry | undefined;
  #overloads: Overload[] | undefined;
  // The last (kinds of arguments -> overload) and all before it.
  #lastKey = -1;
  #last: Overload | undefined;
  readonly #byKey = new Map<number, Overload>();

  constructor(name: string, guarded = true) {
    this.name = name;
    const [namespace, base] = splitName(name);
    this.label = namespace === "aten" ? camelCase(base) : `${namespace}.${camelCase(base)}`;
    this.guard = guarded && namespace === "aten" ? CRASH_LIST.get(base) : undefined;
  }

  get overloads(): readonly Overload[] {
    this.#overloads ??= overloadsOf(this.name);
    return this.#overloads;
  }

  /** One argument. */
  call1(a: unknown): unknown {
    const ka = kindOf(a);
    if (ka !== Kind.Tensor) return this.general([a]);
    const overload = this.#lookup(0x100 | ka);
    if (overload === undefined) return this.general([a]);
    let result: unknown;
    try {
      result = overload.fn(Tensor.handleOf(a as Tensor));
    } catch (error) {
      throw this.#error(error, [a]);
    }
    if (overload.singleTensor && result !== null) return makeTensor(result as never);
    return overload.toResult(result, [a]);
  }

  /** Two arguments. */
  call2(a: unknown, b: unknown): unknown {
    const ka = kindOf(a);
    const kb = kindOf(b);
    // Kinds past BigInt need conversion or a closer look.
    if (ka > Kind.BigInt || kb > Kind.BigInt) return this.general([a, b]);
    const overload = this.#lookup(0x2000 | (ka << 4) | kb);
    if (overload === undefined) return this.general([a, b]);
    let result: unknown;
    try {
      result = overload.fn(
        ka === Kind.Tensor ? Tensor.handleOf(a as Tensor) : a,
        kb === Kind.Tensor ? Tensor.handleOf(b as Tensor) : b,
      );
    } catch (error) {
      throw this.#error(error, [a, b]);
    }
    if (overload.singleTensor && result !== null) return makeTensor(result as never);
    if (overload.sameAs === 0) return a;
    return overload.toResult(result, [a, b]);
  }

  /** Three arguments. */
  call3(a: unknown, b: unknown, c: unknown): unknown {
    const ka = kindOf(a);
    const kb = kindOf(b);
    const kc = kindOf(c);
    if (ka > Kind.BigInt || kb > Kind.BigInt || kc > Kind.BigInt) return this.general([a, b, c]);
    const overload = this.#lookup(0x30000 | (ka << 8) | (kb << 4) | kc);
    if (overload === undefined) return this.general([a, b, c]);
    let result: unknown;
    try {
      result = overload.fn(
        ka === Kind.Tensor ? Tensor.handleOf(a as Tensor) : a,
        kb === Kind.Tensor ? Tensor.handleOf(b as Tensor) : b,
        kc === Kind.Tensor ? Tensor.handleOf(c as Tensor) : c,
      );
    } catch (error) {
      throw this.#error(error, [a, b, c]);
    }
    if (overload.singleTensor && result !== null) return makeTensor(result as never);
    if (overload.sameAs === 0) return a;
    return overload.toResult(result, [a, b, c]);
  }

  /** The overload for a key seen before; guarded operators and placed factories always take the general way. */
  #lookup(key: number): Overload | undefined {
    if (key === this.#lastKey) return this.#last;
    const overload = this.#byKey.get(key);
    if (overload !== undefined) {
      this.#lastKey = key;
      this.#last = overload;
    }
    return overload;
  }

  /** Any arguments: positional, then perhaps one options object. */
  general(args: readonly unknown[]): unknown {
    let positional = args;
    let options = NO_OPTIONS;
    const last = args.at(-1);
    if (isPlainObject(last) && !isComplexNumber(last)) {
      positional = args.slice(0, -1);
      options = last;
    }
    // `f(x, options)` with `options` undefined, as a function that hands its own options on calls it.
    while (
      positional.length > 0 &&
      positional.at(-1) === undefined &&
      this.overloads.every((o) => positional.length > o.positional)
    )
      positional = positional.slice(0, -1);
    const requiresGrad = options["requiresGrad"];
    if (requiresGrad !== undefined) options = without(options, "requiresGrad");
    const overload = this.#choose(positional, options, requiresGrad);
    const values = fill(overload, positional, outByName(overload, options));
    if (this.guard !== undefined) this.#refuse(overload, values);
    const result = this.#invoke(overload, values, args);
    this.#remember(overload, positional, options);
    if (requiresGrad === true && isTensor(result)) result.requiresGrad = true;
    return result;
  }

  /** Calls one overload by its name. */
  callOverload(overload: Overload, args: readonly unknown[]): unknown {
    const last = args.at(-1);
    const options = isPlainObject(last) && !isComplexNumber(last) ? last : NO_OPTIONS;
    const positional = options === NO_OPTIONS ? args : args.slice(0, -1);
    if (!matches(overload, positional, outByName(overload, options)))
      throw noMatch(this.label, [overload], positional, options);
    const values = fill(overload, positional, outByName(overload, options));
    if (this.guard !== undefined) this.#refuse(overload, values);
    return this.#invoke(overload, values, args);
  }

  /** Calls the only overload with all its arguments, in schema order and known to fit. */
  callExact(values: readonly unknown[]): unknown {
    return this.#invoke(this.overloads[0] as Overload, values, values);
  }

  #invoke(overload: Overload, values: readonly unknown[], args: readonly unknown[]): unknown {
    const { params, fn } = overload;
    let result: unknown;
    try {
      const native = new Array<unknown>(params.length);
      for (let i = 0; i < params.length; i++) {
        const value = values[i];
        const convert = params[i]?.rule.convert;
        native[i] = value == null || convert === undefined ? value : convert(value);
      }
      result = fn(...native);
    } catch (error) {
      throw this.#error(error, args);
    }
    return overload.toResult(result, values);
  }

  #choose(
    positional: readonly unknown[],
    options: Readonly<Record<string, unknown>>,
    requiresGrad: unknown,
  ): Overload {
    for (const overload of this.overloads) {
      if (requiresGrad !== undefined && !overload.index.has("dtype")) continue;
      if (matches(overload, positional, outByName(overload, options))) return overload;
    }
    if (requiresGrad !== undefined) options = { ...options, requiresGrad };
    throw noMatch(this.label, this.overloads, positional, options);
  }

  /** Remembers simple calls, whose values go to libtorch as they are. */
  #remember(
    overload: Overload,
    positional: readonly unknown[],
    options: Readonly<Record<string, unknown>>,
  ): void {
    if (
      options !== NO_OPTIONS ||
      positional.length === 0 ||
      positional.length > 3 ||
      (this.guard !== undefined && this.guard.onlyWith === undefined) ||
      overload.deviceParam >= 0
    )
      return;
    let key = positional.length;
    for (const value of positional) {
      const kind = kindOf(value);
      if (kind > Kind.BigInt) return;
      key = (key << 4) | kind;
    }
    this.#byKey.set(
      positional.length === 1
        ? 0x100 | (key & 0xf)
        : positional.length === 2
          ? 0x2000 | (key & 0xff)
          : 0x30000 | (key & 0xfff),
      overload,
    );
  }

  #refuse(overload: Overload, values: readonly unknown[]): void {
    const guard = this.guard as CrashEntry;
    const named: Record<string, unknown> = {};
    overload.params.forEach((param, i) => {
      named[param.name] = values[i];
    });
    if (guard.check === undefined) {
      const base = splitName(this.name)[1];
      throw new FabricError(
        "FABRIC_UNSUPPORTED_UNSAFE",
        `${this.label}: refused, because it can end the process: ${guard.reason}. Call torch.ops.unsafe.${base}(...) to take that risk.`,
      );
    }
    const wrong = guard.check(named);
    if (wrong !== null) throw new FabricError("FABRIC_TENSOR_ARGUMENT", `${this.label}: ${wrong}`);
  }

  #error(error: unknown, args: readonly unknown[]): unknown {
    return translate(error, this.label, args, signatureHint(this.overloads));
  }
}

function signatureHint(overloads: readonly Overload[]): string {
  return `\nSignatures:\n${overloads
    .filter((o) => !o.isOut)
    .map((o) => `  ${o.text}`)
    .join("\n")}`;
}

function isComplexNumber(value: Record<string, unknown>): boolean {
  return "re" in value && "im" in value && Object.keys(value).length === 2;
}

function without(
  options: Readonly<Record<string, unknown>>,
  name: string,
): Readonly<Record<string, unknown>> {
  const { [name]: _, ...rest } = options;
  return Object.keys(rest).length === 0 ? NO_OPTIONS : rest;
}

/** `out` gives the out parameters whatever their names: one tensor, or an array in schema order. */
function outByName(
  overload: Overload,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const out = options["out"];
  if (out === undefined || !overload.isOut) return options;
  const names = overload.params.filter((p) => p.isOut).map((p) => p.name);
  if (names.length === 1 && names[0] === "out") return options;
  const tensors = Array.isArray(out) ? out : [out];
  if (tensors.length !== names.length) return options;
  const { out: _, ...rest } = options;
  return { ...rest, ...Object.fromEntries(names.map((name, i) => [name, tensors[i]])) };
}

/** Whether the arguments fit the overload. */
function matches(
  overload: Overload,
  positional: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): boolean {
  const { params, index } = overload;
  if (positional.length > overload.positional) return false;
  for (const name of Object.keys(options)) {
    const at = index.get(name);
    if ((at === undefined || at < positional.length) && options[name] !== undefined) return false;
  }
  for (let i = 0; i < params.length; i++) {
    const param = params[i] as (typeof params)[number];
    const value = i < positional.length ? positional[i] : options[param.name];
    if (value === undefined) {
      if (param.hasDefault || (param.optional && param.kwargOnly)) continue;
      if (i < positional.length && param.optional) continue;
      return false;
    }
    if (value === null) {
      if (param.optional) continue;
      return false;
    }
    if (!param.rule.fits(value, param.size)) return false;
  }
  return true;
}

/** Values in schema order; `undefined` where the default holds. */
function fill(
  overload: Overload,
  positional: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): unknown[] {
  const { params } = overload;
  const values = new Array<unknown>(params.length);
  for (let i = 0; i < params.length; i++) {
    const param = params[i] as (typeof params)[number];
    const value = i < positional.length ? positional[i] : options[param.name];
    values[i] = value === undefined && !param.hasDefault && param.optional ? null : value;
  }
  if (overload.deviceParam >= 0 && values[overload.deviceParam] == null) {
    const device = currentDevice();
    if (device !== null) {
      deviceCode(device);
      values[overload.deviceParam] = device;
    }
  }
  return values;
}

/** `aten::add` -> [`aten`, `add`] */
function splitName(name: string): [string, string] {
  const at = name.indexOf("::");
  return [name.slice(0, at), name.slice(at + 2)];
}

/** A function that calls an operator; it becomes the operator on first use. `name` may lack its namespace, then `aten`. */
export function op<F extends (...args: never[]) => unknown = OperatorFunction>(name: string): F {
  return operatorFunction(
    new Operator(name.includes("::") ? name : `aten::${name}`),
  ) as unknown as F;
}

/** @internal */
export function operatorFunction(operator: Operator): OperatorFunction {
  // `arguments` costs less than a rest array on the hot path.
  return function (a?: unknown, b?: unknown, c?: unknown): unknown {
    switch (arguments.length) {
      case 1:
        return operator.call1(a);
      case 2:
        return operator.call2(a, b);
      case 3:
        return operator.call3(a, b, c);
      default:
        return operator.general(Array.from(arguments));
    }
  } as OperatorFunction;
}

/** A method that calls an operator with `this` as its first argument. */
export function method(name: string): OperatorFunction {
  const operator = new Operator(`aten::${name}`);
  return function (this: unknown, a?: unknown, b?: unknown): unknown {
    switch (arguments.length) {
      case 0:
        return operator.call1(this);
      case 1:
        return operator.call2(this, a);
      case 2:
        return operator.call3(this, a, b);
      default:
        return operator.general([this, ...Array.from(arguments)]);
    }
  } as OperatorFunction;
}
