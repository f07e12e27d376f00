// Saving and loading the tensors of a module tree under PyTorch's dotted names.

import { noGrad } from "../contexts.js";
import { FabricError, show } from "../errors.js";
import { scope } from "../scope.js";
import { isTensor, type Tensor } from "../tensor.js";
import { isLazyStateDict, LazyEntries, type LazyStateDict } from "./lazy-state-dict.js";
import type { Module } from "./module.js";
import { isModule } from "./module-state.js";
import { joinPath, ownBuffers, ownMembers } from "./module-walk.js";
import { rowsOf, type ShardRows, shapeOfRows, shardRows } from "./shard-rows.js";
import { swapContent } from "./swap-content.js";

/** What `loadStateDict` reads: a plain object or a Map from dotted name to tensor, or what makes tensors when asked. */
export type StateDictSource =
  | Readonly<Record<string, Tensor>>
  | ReadonlyMap<string, Tensor>
  | LazyStateDict;

/** What `loadStateDict` did not match; both empty unless `strict` was false. */
export interface LoadResult {
  /** Names the module has and the dictionary lacks. */
  readonly missingKeys: string[];
  /** Names the dictionary has and the module lacks. */
  readonly unexpectedKeys: string[];
}

/** Collects the outcome while a tree is matched; nothing is copied before the whole tree was looked at. */
export interface LoadReport {
  /** Names looked for and not found. */
  readonly missing: string[];
  /** Names that some module took. */
  readonly consumed: Set<string>;
  /** One line for each entry that cannot be loaded. */
  readonly mismatches: string[];
  /** The copies to make once everything fits. */
  readonly pending: (() => void)[];
  /** Take the dictionary's tensors (dtype and device included) instead of copying into the existing ones. */
  readonly assign: boolean;
  /** Whether the dictionary's tensors end with the load, views of a file for example: what is kept of them is copied, with `assign` too. */
  readonly borrowed: boolean;
}

/** Makes the parameters of a module whole while it loads its own entries. @internal */
export interface LoadGuard {
  /** Whether a module needs it. */
  applies(module: Module): boolean;
  /** Runs the loading. */
  around(module: Module, run: () => void): void;
}

let guard: LoadGuard | null = null;

/** Sharding sets it once. @internal */
export function setLoadGuard(given: LoadGuard): void {
  guard = given;
}

const SHOWN_KEYS = 8;
/** Key of what `getExtraState` returns; PyTorch's. */
const EXTRA_STATE = "_extra_state";

/** Adds the entries of `root` and everything below it to `into`. @internal */
export function saveModuleState(
  root: Module,
  into: Record<string, Tensor>,
  prefix: string,
  keepVars: boolean,
): void {
  visitTree(root, prefix, {
    module: (module, path) => module.saveOwnState(into, path === "" ? "" : `${path}.`, keepVars),
    parameter: (path, parameter) => {
      into[path] = keepVars ? parameter : parameter.detach();
    },
  });
}

/** Default of `Module.saveOwnState`: own parameters, then persistent buffers. @internal */
export function saveOwnEntries(
  module: Module,
  into: Record<string, Tensor>,
  prefix: string,
  keepVars: boolean,
): void {
  for (const [name, tensor] of ownEntries(module))
    into[prefix + name] = keepVars ? tensor : tensor.detach();
  const extra = module.getExtraState();
  if (extra !== undefined) into[prefix + EXTRA_STATE] = extra;
}

/** Matches a dictionary against a tree, then copies; throws before anything changed if it does not fit. @internal */
export function loadModuleState(
  root: Module,
  source: StateDictSource,
  strict: boolean,
  assign: boolean,
): LoadResult {
  const borrowed = typeof source === "object" && source !== null && isLazyStateDict(source);
  const entries = borrowed ? new LazyEntries(source) : readSource(source);
  // A module whose parameters are whole for its own step only cannot wait for the end.
  const stepwise = borrowed || root.modules().some((module) => guard?.applies(module));
  const report = newReport(assign, stepwise);
  if (stepwise) {
    // Only looked at: the tensors of a module are freed before the next one's are made.
    eachStep(root, entries, report, (match, module) => {
      inStep(module, () => scope(match));
      report.pending.length = 0;
    });
  } else eachStep(root, entries, report, (match) => match());
  const unexpected = [...entries.keys()].filter((key) => !report.consumed.has(key));
  if (report.mismatches.length > 0) throw shapeError(root, report.mismatches, "nothing was loaded");
  if (strict && report.missing.length + unexpected.length > 0)
    throw keyError(root, report.missing, unexpected);
  if (stepwise) copyStepByStep(root, entries, assign);
  else copyPending(report);
  return { missingKeys: report.missing, unexpectedKeys: unexpected };
}

function newReport(assign: boolean, borrowed: boolean): LoadReport {
  return { missing: [], consumed: new Set(), mismatches: [], pending: [], assign, borrowed };
}

function copyPending({ pending }: LoadReport): void {
  noGrad(() => {
    for (const copy of pending) copy();
  });
}

/** Matches again and copies at once, so that no more than one module's tensors exist. */
function copyStepByStep(root: Module, entries: ReadonlyMap<string, Tensor>, assign: boolean): void {
  const report = newReport(assign, true);
  eachStep(root, entries, report, (match, module) => {
    const step = (): void => {
      match();
      if (report.mismatches.length > 0)
        throw shapeError(
          root,
          report.mismatches,
          "it has changed while it was loaded, which is not complete",
        );
      copyPending(report);
    };
    inStep(module, () => scope(step));
    report.pending.length = 0;
  });
}

function inStep(module: Module | null, step: () => void): void {
  if (module !== null && guard?.applies(module)) guard.around(module, step);
  else step();
}

/** Calls `take` with what matches the entries of each module, and of each parameter that is no field of a module. */
function eachStep(
  root: Module,
  entries: ReadonlyMap<string, Tensor>,
  report: LoadReport,
  take: (match: () => void, module: Module | null) => void,
): void {
  visitTree(root, "", {
    module: (module, path) =>
      take(() => module.loadOwnState(entries, path === "" ? "" : `${path}.`, report), module),
    parameter: (path, parameter) => take(() => matchEntry(path, parameter, entries, report), null),
  });
}

/** Default of `Module.loadOwnState`: own parameters and persistent buffers, by name. @internal */
export function loadOwnEntries(
  module: Module,
  source: ReadonlyMap<string, Tensor>,
  prefix: string,
  report: LoadReport,
): void {
  for (const [name, tensor] of ownEntries(module))
    matchEntry(prefix + name, tensor, source, report);
  if (module.getExtraState() !== undefined) matchExtraState(module, prefix, source, report);
}

function matchExtraState(
  module: Module,
  prefix: string,
  source: ReadonlyMap<string, Tensor>,
  report: LoadReport,
): void {
  const key = prefix + EXTRA_STATE;
  const state = source.get(key);
  if (state === undefined) {
    report.missing.push(key);
    return;
  }
  report.consumed.add(key);
  report.pending.push(() => module.setExtraState(state));
}

/** Matches one entry: records it as missing, as a mismatch, or queues the copy. */
export function matchEntry(
  key: string,
  target: Tensor,
  source: ReadonlyMap<string, Tensor>,
  report: LoadReport,
): void {
  let value = source.get(key);
  if (value === undefined) {
    report.missing.push(key);
    return;
  }
  report.consumed.add(key);
  // Scalars were saved with one dimension by early versions of PyTorch.
  if (target.ndim === 0 && value.ndim === 1 && value.shape[0] === 1) value = value.reshape([]);
  const held = rowsToTake(target, value);
  const expected = held?.shape ?? target.shape;
  const given = held === null ? value.shape : (shardRows(value)?.shape ?? value.shape);
  if (!sameShape(expected, given)) {
    report.mismatches.push(
      `  ${key}: module has [${expected.join(", ")}], state dict has [${given.join(", ")}]`,
    );
    return;
  }
  if (target.device === "meta" && !report.assign) {
    report.mismatches.push(
      `  ${key}: the module's tensor is on the meta device; pass { assign: true } or call toEmpty first`,
    );
    return;
  }
  const whole = value;
  report.pending.push(() => {
    const incoming = held === null || shardRows(whole) !== null ? whole : rowsOf(whole, held);
    if (!report.assign) target.copy_(incoming);
    else {
      // A view of some rows would keep the whole.
      const copies = report.borrowed || incoming !== whole;
      swapContent(target, copies ? incoming.detach().clone() : incoming.detach());
    }
  });
}

/** The rows that a sharded target holds, of an entry that has the whole or, noted as such, the same rows; null for a whole target. */
function rowsToTake(target: Tensor, value: Tensor): ShardRows | null {
  const held = shardRows(target);
  if (held === null || !sameShape(target.shape, shapeOfRows(held))) return null;
  const given = shardRows(value);
  const fits = given === null || (given.offset === held.offset && given.length === held.length);
  return fits ? held : null;
}

function ownEntries(module: Module): [string, Tensor][] {
  return [...ownMembers(module).parameters, ...ownBuffers(module, true)];
}

interface TreeVisitor {
  module(module: Module, path: string): void;
  parameter(path: string, parameter: Tensor): void;
}

/** Unlike a walk over modules, visits a shared module under every name it has. @internal */
export function visitTree(root: Module, prefix: string, visitor: TreeVisitor): void {
  const ancestors = new Set<Module>();
  const descend = (module: Module, path: string): void => {
    if (ancestors.has(module)) return;
    ancestors.add(module);
    visitor.module(module, path);
    for (const { name, value } of ownMembers(module).items) {
      if (isModule(value)) descend(value, joinPath(path, name));
      else visitor.parameter(joinPath(path, name), value);
    }
    ancestors.delete(module);
  };
  descend(root, prefix);
}

function readSource(source: Exclude<StateDictSource, LazyStateDict>): ReadonlyMap<string, Tensor> {
  if (typeof source !== "object" || source === null || isTensor(source)) {
    throw new FabricError(
      "FABRIC_CHECKPOINT_STATE_DICT",
      `Expected a state dict (an object or Map from names to tensors) but received ${show(source)}. Pass what stateDict() or safetensors.load(...) returned.`,
    );
  }
  const entries = source instanceof Map ? source : new Map(Object.entries(source));
  for (const [key, value] of entries) {
    if (isTensor(value)) continue;
    throw new FabricError(
      "FABRIC_CHECKPOINT_STATE_DICT",
      `Expected a Tensor for \`${key}\` in the state dict but received ${show(value)}. Remove the entry, or wrap it with torch.tensor(...).`,
    );
  }
  return entries;
}

function shapeError(root: Module, mismatches: string[], outcome: string): FabricError {
  return new FabricError(
    "FABRIC_CHECKPOINT_SHAPE",
    `The state dict does not fit \`${root.constructor.name}\`; ${outcome}.\n${shorten(mismatches).join("\n")}\n` +
      "Build the module with the sizes of the checkpoint, or leave these entries out and pass { strict: false }.",
  );
}

function keyError(root: Module, missing: string[], unexpected: string[]): FabricError {
  const lines = [`The state dict does not match \`${root.constructor.name}\`; nothing was loaded.`];
  if (missing.length > 0)
    lines.push(`Missing (${missing.length}): ${shorten(missing).join(", ")}.`);
  if (unexpected.length > 0)
    lines.push(`Unexpected (${unexpected.length}): ${shorten(unexpected).join(", ")}.`);
  const prefix = commonPrefix(unexpected, missing);
  if (prefix !== null)
    lines.push(`Every name in it begins with \`${prefix}\`: take that off the keys first.`);
  else lines.push("Pass { strict: false } to load what matches, or rename the keys.");
  return new FabricError("FABRIC_CHECKPOINT_KEYS", lines.join("\n"));
}

/** The prefix that a wrapper added to every key, if that alone explains the mismatch. */
function commonPrefix(unexpected: string[], missing: string[]): string | null {
  const first = missing[0];
  if (first === undefined || unexpected.length !== missing.length) return null;
  const match = unexpected.find((key) => key.endsWith(`.${first}`));
  if (match === undefined) return null;
  const prefix = match.slice(0, match.length - first.length);
  return unexpected.every((key) => key.startsWith(prefix)) ? prefix : null;
}

function shorten(lines: string[]): string[] {
  if (lines.length <= SHOWN_KEYS) return lines;
  return [...lines.slice(0, SHOWN_KEYS), `and ${lines.length - SHOWN_KEYS} more`];
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
