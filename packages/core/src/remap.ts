// After a plugin replaced layers, the optimizers made before still hold the old parameters: they are given the new ones.

import { warnOnce } from "./messages.js";
import { FabricError, isTensor, type nn, type optim, type Tensor } from "./torch.js";

/** What is known of a module's parameters before conversion. @internal */
export interface ParameterSnapshot {
  /** Every name of a parameter; a tied one has several. */
  readonly names: ReadonlyMap<Tensor, readonly string[]>;
  /** Those that were trained. */
  readonly trainable: ReadonlySet<Tensor>;
}

/** Takes down names and trainability, before a plugin converts the module. @internal */
export function snapshotParameters(module: nn.Module): ParameterSnapshot {
  const names = new Map<Tensor, string[]>();
  const trainable = new Set<Tensor>();
  for (const [name, parameter] of module.namedParameters({ removeDuplicate: false })) {
    const known = names.get(parameter);
    if (known === undefined) names.set(parameter, [name]);
    else known.push(name);
    if (parameter.requiresGrad) trainable.add(parameter);
  }
  return { names, trainable };
}

/**
 * Rewrites parameter groups and per-parameter state from old to new parameters, by name. A tied parameter is mapped
 * once. One that vanished, or is no longer trained (a quantised weight), is dropped with one warning that names it.
 *
 * @throws FabricError `FABRIC_USAGE_EMPTY_OPTIMIZER` if an optimizer would be left without parameters. @internal
 */
export function remapOptimizers(
  before: ParameterSnapshot,
  module: nn.Module,
  optimizers: readonly optim.Optimizer[],
): void {
  const after = new Map<string, Tensor>(module.namedParameters({ removeDuplicate: false }));
  const present = new Set<Tensor>(after.values());
  for (const optimizer of optimizers) {
    const change = planFor(optimizer, before, after, present);
    if (change !== null) apply(optimizer, change);
  }
}

interface Change {
  readonly groups: Tensor[][];
  readonly moved: Map<Tensor, Tensor>;
  readonly dropped: string[];
  readonly gone: Tensor[];
}

/** What has to change in one optimizer, or null if nothing has. */
function planFor(
  optimizer: optim.Optimizer,
  before: ParameterSnapshot,
  after: ReadonlyMap<string, Tensor>,
  present: ReadonlySet<Tensor>,
): Change | null {
  const change: Change = { groups: [], moved: new Map(), dropped: [], gone: [] };
  const placed = new Set<Tensor>();
  let changed = false;
  for (const group of optimizer.paramGroups) {
    const params: Tensor[] = [];
    for (const parameter of group.params as Tensor[]) {
      const names = before.names.get(parameter);
      const replacement =
        names === undefined || present.has(parameter) ? parameter : findReplacement(names, after);
      const frozen =
        replacement !== null && before.trainable.has(parameter) && !replacement.requiresGrad;
      if (replacement === null || frozen) {
        change.dropped.push(names?.[0] ?? "(unnamed)");
        change.gone.push(parameter);
        changed = true;
        continue;
      }
      if (replacement !== parameter) {
        changed = true;
        change.moved.set(parameter, replacement);
      }
      // Two old parameters may have become one: it is trained once.
      if (placed.has(replacement)) continue;
      placed.add(replacement);
      params.push(replacement);
    }
    change.groups.push(params);
  }
  return changed ? change : null;
}

function findReplacement(
  names: readonly string[],
  after: ReadonlyMap<string, Tensor>,
): Tensor | null {
  for (const name of names) {
    const found = after.get(name);
    if (found !== undefined) return found;
  }
  return null;
}

function apply(optimizer: optim.Optimizer, change: Change): void {
  const name = optimizer.constructor.name;
  const dropped = change.dropped.map((parameter) => `\`${parameter}\``).join(", ");
  if (change.groups.every((params) => params.length === 0)) {
    throw new FabricError(
      "FABRIC_USAGE_EMPTY_OPTIMIZER",
      `After conversion no trainable parameter is left in the optimizer ${name}: ${dropped} vanished or can no longer be trained. ` +
        "Keep some layers out of the conversion, or set the module up without an optimizer.",
    );
  }
  optimizer.paramGroups.forEach((group, i) => {
    (group as { params: Tensor[] }).params = change.groups[i] ?? [];
  });
  moveState(optimizer, change);
  if (change.dropped.length > 0) {
    warnOnce(
      "FABRIC_USAGE_PARAMETER_DROPPED",
      `The precision plugin replaced or froze ${dropped}; the optimizer ${name} no longer updates ${change.dropped.length === 1 ? "it" : "them"}.`,
    );
  }
}

function moveState(optimizer: optim.Optimizer, change: Change): void {
  const state = optimizer.state as unknown as Map<Tensor, Record<string, unknown>>;
  for (const parameter of change.gone) state.delete(parameter);
  for (const [from, to] of change.moved) {
    const entry = state.get(from);
    state.delete(from);
    if (entry === undefined || state.has(to)) continue;
    // State of another shape (a weight that is stored packed) cannot be used; the optimizer starts it anew.
    const fits = Object.values(entry).every(
      (value) => !isTensor(value) || value.numel() === 1 || sameShape(value, to),
    );
    if (fits) state.set(to, entry);
  }
}

function sameShape(a: Tensor, b: Tensor): boolean {
  const [left, right] = [a.shape, b.shape];
  return left.length === right.length && left.every((size, i) => size === right[i]);
}
