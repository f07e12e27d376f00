// What a state object means: modules, optimizers and other stateful objects stand for their state.

import { holds, isPlainObject } from "../collections.js";
import { warnOnce } from "../messages.js";
import type { Precision } from "../precision.js";
import type { Strategy } from "../strategy/strategy.js";
import { FabricError, isTensor, nn, optim, torch } from "../torch.js";
import { unwrapOne } from "../wrappers/wrapped.js";
import {
  type ConvertState,
  describePrecision,
  type SavedPrecision,
  savedPrecision,
} from "./convert.js";
import { collectRng, generatorState, RNG_KEY, restoreRng, setGeneratorState } from "./rng.js";
import { lazyModuleState, optimizerStateRows, readAll } from "./shards/load-state.js";
import { snapshotState } from "./snapshot.js";
import { checkNesting } from "./tree.js";

/** Key under which the precision plugin's state is stored; users cannot use it. */
export const PRECISION_KEY = "@fabric/precision";

/** Decides, by name and value, which entries of one state dict are saved. */
export type StateFilter = (name: string, value: unknown) => boolean;

interface Stateful {
  stateDict(): unknown;
  loadStateDict(state: unknown, options?: { strict: boolean }): unknown;
}

/**
 * The values to store for a state object.
 *
 * @throws FabricError `FABRIC_USAGE_STATE` if it is no plain object, `FABRIC_CONFIG_FILTER` for a bad filter, `FABRIC_CHECKPOINT_VALUE` for a
 * cycle. @internal
 */
export function collectState(
  state: unknown,
  filter: unknown,
  strategy: Strategy,
  rng: boolean,
  convertedFrom: readonly string[],
): Record<string, unknown> {
  checkState(state);
  const filters = checkFilter(filter, state);
  const saved: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(state)) {
    checkNesting(value, key);
    const values = stateOf(value, strategy);
    const keep = filters.get(key);
    if (keep === undefined) saved[key] = values;
    else {
      const kept = filtered(key, values, keep);
      if (kept !== null) saved[key] = kept;
    }
  }
  saved[PRECISION_KEY] = describePrecision(strategy.precision, convertedFrom);
  if (rng) saved[RNG_KEY] = collectRng();
  return saved;
}

/**
 * Loads what `state` asks for out of a stored checkpoint, in place, and returns the rest. The plugin's state is restored
 * if there is any of the same plugin.
 *
 * @throws FabricError `FABRIC_CHECKPOINT_KEYS` if an entry is missing and `strict`; nothing has been loaded then. @internal
 */
export function applyState(
  stored: Record<string, unknown>,
  state: Record<string, unknown> | undefined,
  strict: boolean,
  strategy: Strategy,
  path: string,
  rng: boolean,
  convert: ConvertState,
): Record<string, unknown> {
  const rest = userEntries(stored);
  if (state !== undefined) checkState(state);
  const asked = Object.keys(state ?? {});
  const missing = asked.filter((key) => !Object.hasOwn(rest, key));
  if (strict && missing.length > 0) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_KEYS",
      `The checkpoint "${path}" has no ${quoted(missing)}; it has ${quoted(Object.keys(rest)) || "nothing"}. Nothing was loaded. Ask for what is there, or pass { strict: false }.`,
    );
  }
  if (state !== undefined) {
    for (const key of asked) {
      if (!Object.hasOwn(rest, key)) continue;
      state[key] = restore(state[key], rest[key], strict, convert, strategy);
      delete rest[key];
    }
  }
  restorePrecision(strategy.precision, savedPrecision(readAll(stored[PRECISION_KEY])));
  if (rng) restoreRng(readAll(stored[RNG_KEY]));
  return snapshotState(readAll(rest)) as Record<string, unknown>;
}

/** What users stored, without the reserved entries. @internal */
export function userEntries(stored: Record<string, unknown>): Record<string, unknown> {
  const { [PRECISION_KEY]: _precision, [RNG_KEY]: _rng, ...rest } = stored;
  return rest;
}

/** Loads one stored value into a target; what cannot take it is replaced. Returns what the state object holds afterwards. */
function restore(
  target: unknown,
  value: unknown,
  strict: boolean,
  convert: ConvertState,
  strategy: Strategy,
): unknown {
  if (loadInto(target, value, strict, convert, strategy)) return target;
  if (Array.isArray(target) && Array.isArray(value) && target.some(holdsStateful)) {
    return target.map((item, i) =>
      i < value.length ? restore(item, value[i], strict, convert, strategy) : item,
    );
  }
  if (isPlainObject(target) && isPlainObject(value) && holdsStateful(target)) {
    for (const key of Object.keys(target))
      if (Object.hasOwn(value, key))
        target[key] = restore(target[key], value[key], strict, convert, strategy);
    return target;
  }
  return snapshotState(readAll(value));
}

/** Loads a state into a module, optimizer or other stateful object; false if `target` is none. @internal */
export function loadInto(
  target: unknown,
  value: unknown,
  strict: boolean,
  convert: ConvertState,
  strategy: Strategy,
): boolean {
  const object = unwrapOne(target, true);
  if (object instanceof nn.Module) {
    const state = lazyModuleState(convert(value, object), object);
    object.loadStateDict(state as Parameters<nn.Module["loadStateDict"]>[0], { strict });
    return true;
  }
  if (target instanceof torch.Generator) {
    setGeneratorState(target, readAll(value));
    return true;
  }
  if (object instanceof optim.Optimizer) {
    const state = optimizerStateRows(value, object) as optim.OptimizerStateDict;
    strategy.loadOptimizerState(object, state);
    return true;
  }
  // A loader's or a scheduler's wrapper keeps counts of its own, so it is given the state itself.
  if (!isStateful(target)) return false;
  // Modules and optimizers copy what they take; others may keep it, and it may be a view of the file.
  target.loadStateDict(snapshotState(readAll(value)));
  return true;
}

function restorePrecision(precision: Precision, { name, state }: SavedPrecision): void {
  if (name === null || Object.keys(state).length === 0) return;
  if (name !== precision.precision) {
    warnOnce(
      "FABRIC_CHECKPOINT_PRECISION",
      `The checkpoint holds the state of the precision "${name}", but "${precision.precision}" is running; that state is not restored.`,
    );
    return;
  }
  precision.loadStateDict(snapshotState(state) as Record<string, unknown>);
}

/** A value as it is stored: stateful objects, also in arrays and plain objects, become their state. */
function stateOf(value: unknown, strategy: Strategy): unknown {
  const object = unwrapOne(value, true);
  if (object instanceof nn.Module) return strategy.moduleStateDict(object);
  if (object instanceof optim.Optimizer) return strategy.optimizerStateDict(object);
  if (isTensor(value)) return value;
  if (value instanceof torch.Generator) return generatorState(value);
  if (isStateful(value)) return value.stateDict();
  if (Array.isArray(value)) return value.map((item) => stateOf(item, strategy));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, stateOf(item, strategy)]),
  );
}

/** Whether a module is among the values to load into. @internal */
export function holdsModule(value: unknown): boolean {
  return holds(value, isModule);
}

function holdsStateful(value: unknown): boolean {
  return holds(
    value,
    (item) => isModule(item) || item instanceof torch.Generator || isStateful(item),
  );
}

function isModule(value: unknown): boolean {
  return unwrapOne(value, true) instanceof nn.Module;
}

function isStateful(value: unknown): value is Stateful {
  if (typeof value !== "object" || value === null) return false;
  const { stateDict, loadStateDict } = value as Partial<Stateful>;
  return typeof stateDict === "function" && typeof loadStateDict === "function";
}

function checkState(state: unknown): asserts state is Record<string, unknown> {
  if (!isPlainObject(state)) {
    throw new FabricError(
      "FABRIC_USAGE_STATE",
      `Expected a plain object such as { model, optimizer, step } as the state but received ${state === null ? "null" : typeof state}.`,
    );
  }
  const reserved = [PRECISION_KEY, RNG_KEY].find((key) => Object.hasOwn(state, key));
  if (reserved !== undefined) {
    throw new FabricError(
      "FABRIC_USAGE_STATE",
      `The key "${reserved}" is reserved for what Fabric itself stores. Use another name.`,
    );
  }
}

function checkFilter(filter: unknown, state: Record<string, unknown>): Map<string, StateFilter> {
  if (filter === undefined) return new Map();
  if (!isPlainObject(filter))
    throw filterError(
      `expected an object { key: (name, value) => boolean } but received ${filter === null ? "null" : typeof filter}`,
    );
  for (const [key, keep] of Object.entries(filter)) {
    if (!Object.hasOwn(state, key))
      throw filterError(
        `the state has no key \`${key}\`; it has ${Object.keys(state)
          .map((k) => `\`${k}\``)
          .join(", ")}`,
      );
    if (typeof keep !== "function")
      throw filterError(`expected a function for \`${key}\` but received ${typeof keep}`);
  }
  return new Map(Object.entries(filter) as [string, StateFilter][]);
}

function filtered(key: string, value: unknown, keep: StateFilter): Record<string, unknown> | null {
  if (!isPlainObject(value))
    throw filterError(
      `\`${key}\` has no entries to choose from; only state dicts and plain objects can be filtered`,
    );
  const entries = Object.entries(value).filter(([name, item]) => keep(name, item));
  return entries.length === 0 ? null : Object.fromEntries(entries);
}

function quoted(keys: readonly string[]): string {
  return keys.map((key) => `\`${key}\``).join(", ");
}

function filterError(reason: string): FabricError {
  return new FabricError("FABRIC_CONFIG_FILTER", `save: bad filter: ${reason}.`);
}
