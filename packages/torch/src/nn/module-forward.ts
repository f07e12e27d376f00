// The wrapper put around `forward`: hooks once per outermost call, and the check that trainable modules were found.

import { FabricError } from "../errors.js";
import type { Module } from "./module.js";
import { type ModuleState, STATE } from "./module-state.js";
import { walkModules } from "./module-walk.js";

type Forward = (this: Module, ...args: unknown[]) => unknown;

const WRAPPED: unique symbol = Symbol("fabric.nn.wrapped");
const prepared = new WeakSet<object>();

/** How many modules are inside their outermost `forward` on this thread. */
let depth = 0;
/** During the first `forward` of a root: that root and the modules it was known to hold. */
let rootCheck: { root: Module; known: Set<ModuleState> } | null = null;

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
    const startsCheck = depth === 0 && !state.checked;
    if (startsCheck) rootCheck = { root: this, known: listModules(this) };
    else if (rootCheck !== null) checkRegistered(this, rootCheck);
    state.active = true;
    depth++;
    try {
      const output =
        state.hooks === null ? original.apply(this, args) : callWithHooks(this, original, args);
      if (startsCheck) state.checked = true;
      return output;
    } finally {
      depth--;
      state.active = false;
      if (startsCheck) rootCheck = null;
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
  let output = original.apply(module, current);
  for (const hook of [...hooks.post]) {
    const replaced = hook(module, current, output);
    if (replaced !== undefined) output = replaced;
  }
  return output;
}

function checkRegistered(module: Module, check: { root: Module; known: Set<ModuleState> }): void {
  if (check.known.has(module[STATE])) return;
  // A module may have been made during this very forward (lazy layers): look again before complaining.
  check.known = listModules(check.root);
  if (check.known.has(module[STATE]) || !isTrainable(module)) return;
  const rootName = check.root.constructor.name;
  const name = module.constructor.name;
  throw new FabricError(
    "FABRIC_USAGE_UNREGISTERED_MODULE",
    `\`${rootName}.forward\` called a trainable \`${name}\` that is not among the submodules of \`${rootName}\`, so no optimizer, cast or checkpoint would see its weights. ` +
      "Submodules are found in public fields, and in arrays, maps and plain objects held by them; not in #private fields, Sets, closures or module-level variables. " +
      `Keep the \`${name}\` in such a field, or freeze it with requiresGrad_(false) if it must not be trained.`,
  );
}

/** Modules are told apart by their bookkeeping, which a wrapper object shares with what it wraps. */
function listModules(root: Module): Set<ModuleState> {
  const states = new Set<ModuleState>();
  walkModules(root, (_path, module) => states.add(module[STATE]));
  return states;
}

function isTrainable(module: Module): boolean {
  return module.parameters().some((parameter) => parameter.requiresGrad);
}
