// Finds what a module holds: parameters, and modules in fields, arrays, maps and plain objects.

import type { Tensor } from "../tensor.js";
import type { Module } from "./module.js";
import { isModule, STATE } from "./module-state.js";
import { Parameter } from "./parameter.js";

/** Where a value was found, so that it can be replaced there. @internal */
export interface Slot {
  readonly holder: object;
  readonly key: string | number;
}

/** Direct contents of one module, in PyTorch's order: own parameters apart, then modules and nested parameters. @internal */
export interface OwnMembers {
  /** Parameters in fields of the module itself. */
  readonly parameters: [name: string, parameter: Parameter][];
  /** Modules, and parameters inside arrays or maps, in field order. */
  readonly items: { name: string; value: Module | Parameter; slot: Slot }[];
}

/** A container whose entries are not fields. @internal */
interface EntryHolder {
  moduleEntries(): Map<string, Module>;
}

const stateNames = new WeakMap<object, Map<string, string>>();

/** The state-dict name of a field: the class or one of its bases may spell it otherwise in `static stateNames`. @internal */
export function stateName(module: Module, field: string): string {
  let names = stateNames.get(module.constructor);
  if (names === undefined) {
    names = collectStateNames(module.constructor);
    stateNames.set(module.constructor, names);
  }
  return names.get(field) ?? field;
}

function collectStateNames(moduleClass: object): Map<string, string> {
  const names = new Map<string, string>();
  for (
    let cls: object | null = moduleClass;
    cls !== null && cls !== Function.prototype;
    cls = Object.getPrototypeOf(cls) as object | null
  ) {
    const own = Object.getOwnPropertyDescriptor(cls, "stateNames")?.value as
      | Readonly<Record<string, string>>
      | undefined;
    // What a subclass says about a field comes before what its base says.
    for (const [field, name] of Object.entries(own ?? {}))
      if (!names.has(field)) names.set(field, name);
  }
  return names;
}

/** Lists the direct contents of `module`. Fields holding neither parameters nor modules are passed over. @internal */
export function ownMembers(module: Module): OwnMembers {
  const members: OwnMembers = { parameters: [], items: [] };
  if (isEntryHolder(module)) {
    const map = module.moduleEntries();
    for (const [name, value] of map) addItem(members, name, value, { holder: map, key: name });
  }
  const buffers = module[STATE].buffers;
  const record = module as unknown as Record<string, unknown>;
  for (const field of Object.keys(module)) {
    if (buffers.has(field)) continue;
    const value = record[field];
    if (typeof value !== "object" || value === null) continue;
    const name = stateName(module, field);
    if (value instanceof Parameter) members.parameters.push([name, value]);
    else if (isModule(value)) addItem(members, name, value, { holder: module, key: field });
    else walkContainer(members, name, value, new Set());
  }
  return members;
}

/** Names and values of the buffers registered on `module` itself, missing ones left out. @internal */
export function ownBuffers(module: Module, persistentOnly: boolean): [string, Tensor][] {
  const found: [string, Tensor][] = [];
  for (const [field, entry] of module[STATE].buffers) {
    if (entry.tensor === null || (persistentOnly && !entry.persistent)) continue;
    found.push([stateName(module, field), entry.tensor]);
  }
  return found;
}

/**
 * Visits `root` and every module below it, parents first, each under its dotted path.
 * A module reached twice is visited once, or under each name when `removeDuplicate` is false;
 * a reference back to an ancestor is not a child and is passed over. @internal
 */
export function walkModules(
  root: Module,
  visit: (path: string, module: Module, members: OwnMembers) => void,
  prefix = "",
  removeDuplicate = true,
): void {
  const seen = new Set<Module>();
  const ancestors = new Set<Module>();
  const descend = (module: Module, path: string): void => {
    if (ancestors.has(module) || (removeDuplicate && seen.has(module))) return;
    seen.add(module);
    ancestors.add(module);
    const members = ownMembers(module);
    visit(path, module, members);
    for (const { name, value } of members.items) {
      if (isModule(value)) descend(value, joinPath(path, name));
    }
    ancestors.delete(module);
  };
  descend(root, prefix);
}

/**
 * Visits every parameter in PyTorch's order (a module's own, then those of its children in turn).
 * A parameter reached twice is visited once unless `removeDuplicate` is false. @internal
 */
export function walkParameters(
  root: Module,
  visit: (path: string, parameter: Parameter) => void,
  prefix = "",
  removeDuplicate = true,
): void {
  const seen = new Set<Parameter>();
  const offer = (path: string, parameter: Parameter): void => {
    if (removeDuplicate && seen.has(parameter)) return;
    seen.add(parameter);
    visit(path, parameter);
  };
  const seenModules = new Set<Module>();
  const ancestors = new Set<Module>();
  const descend = (module: Module, path: string): void => {
    if (ancestors.has(module) || (removeDuplicate && seenModules.has(module))) return;
    seenModules.add(module);
    ancestors.add(module);
    const members = ownMembers(module);
    for (const [name, parameter] of members.parameters) offer(joinPath(path, name), parameter);
    for (const { name, value } of members.items) {
      if (isModule(value)) descend(value, joinPath(path, name));
      else offer(joinPath(path, name), value);
    }
    ancestors.delete(module);
  };
  descend(root, prefix);
}

/** Joins two parts of a dotted name, either of which may be empty. @internal */
export function joinPath(prefix: string, name: string): string {
  return prefix === "" ? name : `${prefix}.${name}`;
}

function isEntryHolder(module: Module): module is Module & EntryHolder {
  return typeof (module as Partial<EntryHolder>).moduleEntries === "function";
}

function addItem(members: OwnMembers, name: string, value: Module | Parameter, slot: Slot): void {
  members.items.push({ name, value, slot });
}

function walkContainer(
  members: OwnMembers,
  name: string,
  container: object,
  above: Set<object>,
): void {
  if (above.has(container)) return;
  above.add(container);
  if (Array.isArray(container)) {
    for (let i = 0; i < container.length; i++) {
      // A list of numbers cannot hold modules; leave it after the first look.
      if (typeof container[i] === "number" && i === 0) break;
      walkEntry(members, `${name}.${i}`, container[i], { holder: container, key: i }, above);
    }
  } else if (container instanceof Map) {
    for (const [key, value] of container) {
      if (typeof key !== "string" && typeof key !== "number") continue;
      walkEntry(members, `${name}.${key}`, value, { holder: container, key }, above);
    }
  } else if (isPlainObject(container)) {
    for (const [key, value] of Object.entries(container)) {
      walkEntry(members, `${name}.${key}`, value, { holder: container, key }, above);
    }
  }
  above.delete(container);
}

function walkEntry(
  members: OwnMembers,
  name: string,
  value: unknown,
  slot: Slot,
  above: Set<object>,
): void {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Parameter || isModule(value)) addItem(members, name, value, slot);
  else walkContainer(members, name, value, above);
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
