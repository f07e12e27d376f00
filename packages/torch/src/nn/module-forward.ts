// The wrapper put around `forward`: hooks once per outermost call, and the check that trainable modules were found.

import { FabricError } from "../errors.js";
import type { Module } from "./module.js";
import { callWithBackwardHooks } from "./module-backward-hooks.js";
import { type ModuleState, STATE } from "./module-state.js";
import { walkModules } from "./module-walk.js";

type Forward = (this: Module, ...args: unknown[]) => unknown;

const WRAPPED: unique symbol = Symbol("fabric.nn.wrapped");
const prepared = new WeakSet<object>();

/** The outermost module whose `forward` is running on this thread. */
let root: Module | null = null;

/**
 * Wraps `forward` on each prototype of the class that defines one; does nothing the second time.
 * Called by the Module constructor, so that a class pays once. @internal
 */
export function prepareClass(moduleClass: { readonly prototype: object }): void {
  if (prepared.has(moduleClass)) return;
  let prototype: object | null = moduleClass.prototype;
  while (prototype !== null && prototype !== Object.prototype) {
    const own = Object.getOwnPropertyDescriptor(prototype, "forward");
    if (typeof own?.value === "function" && !(WRAPPED in own.value)) {
      Object.defineProperty(prototype, "forward", {
        ...own,
        value: wrapForward(own.value as Forward),
      });
    }
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  prepared.add(moduleClass);
}

function wrapForward(original: Forward): Forward {
  const forward: Forward = function (this: Module, ...args) {
    const state = this[STATE];
    // Already inside this module's own forward: this is `super.forward`, or a recursive call.
    if (state === undefined || state.active) return original.apply(this, args);
    const outer = root;
    if (outer === null) {
      if (state.allowed === null) allowModulesOf(this, state);
      root = this;
    } else if (state.root !== outer[STATE]) checkRegistered(this, state, outer);
    state.active = true;
    try {
      return state.hooks === null
        ? original.apply(this, args)
        : callWithHooks(this, original, args);
    } finally {
      state.active = false;
      if (outer === null) root = null;
    }
  };
  Object.defineProperty(forward, "name", { value: original.name });
  Object.defineProperty(forward, "length", { value: original.length });
  Object.defineProperty(forward, WRAPPED, { value: true });
  return forward;
}

function callWithHooks(module: Module, original: Forward, args: unknown[]): unknown {
  const hooks = module[STATE].hooks;
  if (hooks === null) return original.apply(module, args);
  let current = args;
  // Copies, so that a hook may remove itself while the list is run.
  for (const hook of [...hooks.pre]) {
    const replaced = hook(module, current);
    if (replaced === undefined) continue;
    current = Array.isArray(replaced) ? replaced : [replaced];
  }
  let output =
    hooks.backward.length === 0
      ? original.apply(module, current)
      : callWithBackwardHooks(module, [...hooks.backward], current, (taken) =>
          original.apply(module, [...taken]),
        );
  for (const hook of [...hooks.post]) {
    const replaced = hook(module, current, output);
    if (replaced !== undefined) output = replaced;
  }
  return output;
}

/** Throws unless `module`, about to run inside `forward` of `root`, is one of its submodules or cannot be trained. */
function checkRegistered(module: Module, state: ModuleState, root: Module): void {
  const rootState = root[STATE];
  if (!rootState.allowed?.has(state)) {
    // Submodules may be added at any time (lazy layers): look again before complaining.
    const allowed = allowModulesOf(root, rootState);
    if (!allowed.has(state)) {
      if (isTrainable(module)) throw unregistered(module, root);
      allowed.add(state);
    }
  }
  state.root = rootState;
}

/** Modules are told apart by their bookkeeping, which a wrapper object shares with what it wraps. */
function allowModulesOf(root: Module, rootState: ModuleState): WeakSet<ModuleState> {
  const allowed = rootState.allowed ?? new WeakSet();
  rootState.allowed = allowed;
  walkModules(root, (_path, module) => allowed.add(module[STATE]));
  return allowed;
}

function isTrainable(module: Module): boolean {
  return module.parameters().some((parameter) => parameter.requiresGrad);
}

function unregistered(module: Module, root: Module): FabricError {
  const rootName = root.constructor.name;
  const name = module.constructor.name;
  return new FabricError(
    "FABRIC_USAGE_UNREGISTERED_MODULE",
    `\`${rootName}.forward\` called a trainable \`${name}\` that is not among the submodules of \`${rootName}\`, so no optimizer, cast or checkpoint would see its weights. ` +
      "Submodules are found in public fields, and in arrays, maps and plain objects held by them; not in #private fields, Sets, closures or module-level variables. " +
      `Keep the \`${name}\` in such a field, or freeze it with requiresGrad_(false) if it must not be trained.`,
  );
}
