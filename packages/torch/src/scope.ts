// Deterministic lifetime: tensors made inside a scope go when it ends.
import { FabricError } from "./errors.js";
import { closeGuards, openGuard, openGuards } from "./guard.js";
import { runtime } from "./runtime.js";
import { Tensor } from "./tensor.js";
import { translate } from "./translate.js";

/** Adds the scoped tensors of a value to `found`: nested arrays, plain objects, Map and Set are searched. */
function collect(value: unknown, found: Set<Tensor>, seen: Set<object>): void {
  if (typeof value !== "object" || value === null) return;
  if (Tensor.is(value)) {
    if (typeof Tensor.peek(value) === "number") found.add(value);
    return;
  }
  const isArray = Array.isArray(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null;
  if (!isArray && !isPlain && !(value instanceof Map) && !(value instanceof Set)) return;
  if (seen.has(value)) return;
  seen.add(value);
  if (isArray) for (const item of value) collect(item, found, seen);
  else if (value instanceof Set) for (const item of value) collect(item, found, seen);
  else if (value instanceof Map) {
    for (const [key, item] of value) {
      collect(key, found, seen);
      collect(item, found, seen);
    }
  } else for (const item of Object.values(value)) collect(item, found, seen);
}

/** Ends a scope; what survives gets the handles that are returned. */
function close(depth: number, survivors: readonly Tensor[] = []): readonly unknown[] {
  try {
    const handles = survivors.map((t) => Tensor.handleOf(t));
    return runtime().scopeEnd(depth, handles.length === 0 ? null : handles) ?? [];
  } catch (error) {
    throw translate(error, "torch.scope");
  }
}

/** The scoped tensors of a result; a result that cannot be searched ends the scope. */
function survivorsOf(depth: number, result: unknown): Tensor[] {
  const found = new Set<Tensor>();
  try {
    collect(result, found, new Set());
  } catch (error) {
    close(depth);
    throw error;
  }
  return [...found].filter((t) => !t.isDisposed);
}

function end(depth: number, result: unknown): void {
  if (typeof result !== "object" || result === null) {
    close(depth);
    return;
  }
  const survivors = survivorsOf(depth, result);
  const handles = close(depth, survivors);
  survivors.forEach((t, i) => {
    Tensor.rehandle(t, handles[i] as never);
  });
}

/**
 * Runs `fn` and frees every tensor that it made, except those it returns (nested arrays, plain objects, Map and Set are searched) and those
 * passed to {@link keep}. Parameters, buffers, gradients and optimizer state are never freed. Without `fn`: a guard for `using`.
 *
 * @throws FabricError `FABRIC_USAGE_ASYNC_CONTEXT` if `fn` returns a promise.
 */
export function scope<T>(fn: () => T): T;
export function scope(): Disposable;
export function scope<T>(fn?: () => T): T | Disposable {
  if (fn === undefined) {
    const depth = runtime().scopeBegin();
    return openGuard("torch.scope", () => {
      // A function's scope that ended around a guard left open has ended it too.
      if (runtime().scopeDepth() >= depth) close(depth);
    });
  }
  return within("torch.scope", fn, runtime().scopeBegin());
}

function within<T>(name: string, fn: () => T, depth: number): T {
  const guards = openGuards();
  try {
    const result = run(fn, depth);
    if (isThenable(result)) {
      close(depth);
      result.then(undefined, () => {}); // the promise's own failure is not the news here
      throw asyncContext(name);
    }
    end(depth, result);
    return result;
  } finally {
    closeGuards(guards);
  }
}

function run<T>(fn: () => T, depth: number): T {
  try {
    return fn();
  } catch (error) {
    close(depth);
    throw error;
  }
}

/** @internal */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/** @internal */
export function asyncContext(name: string): FabricError {
  return new FabricError(
    "FABRIC_USAGE_ASYNC_CONTEXT",
    `${name}: the function returned a promise, but a context holds state of the thread and must end before other code runs. Await outside and run only synchronous work inside.`,
  );
}

/**
 * Takes a tensor out of every scope: it lives until it is garbage-collected or disposed. @returns the same object.
 */
export function keep<T extends Tensor>(t: T): T {
  const handle = Tensor.handleOf(t);
  if (typeof handle !== "number") return t;
  try {
    Tensor.rehandle(t, runtime().keep(handle));
  } catch (error) {
    throw translate(error, "keep", [t]);
  }
  return t;
}

/** @internal Runs `fn` as if no scope were open: what it makes is garbage-collected. For state that lives by its nature. */
export function unscoped<T>(fn: () => T): T {
  const binding = runtime();
  const depth = binding.unscopedBegin();
  try {
    return fn();
  } finally {
    binding.scopeEnd(depth, null);
  }
}
