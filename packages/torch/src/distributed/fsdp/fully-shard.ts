// fullyShard: a module whose parameters, gradients and optimizer state are spread over processes.

import { FabricError, show } from "../../errors.js";
import type { Module } from "../../nn/module.js";
import { isModule } from "../../nn/module-state.js";
import { walkModules, walkParameters } from "../../nn/module-walk.js";
import type { Parameter } from "../../nn/parameter.js";
import type { Tensor } from "../../tensor.js";
import { checkOptions, type FullyShardOptions, type MixedPrecisionPolicy } from "./policy.js";
import { shardGroup } from "./process-group.js";
import { runUnit } from "./run-unit.js";
import { Schedule } from "./schedule.js";
import { ShardedParameter, shardedParameter } from "./sharded-parameter.js";
import { installLoading } from "./state-dict.js";
import { checkTied } from "./tied.js";
import { installZeroGrad, noteUnit } from "./unaveraged.js";
import { Unit } from "./unit.js";

/** What fullyShard keeps about a module. */
interface Entry {
  /** Null where other units have all its parameters. */
  readonly unit: Unit | null;
  schedule: Schedule | null;
}

const entries = new WeakMap<Module, Entry>();
/** The module whose sharded forward is the outermost that runs. */
let outermost: Module | null = null;

/**
 * Spreads the parameters of a module over the processes of a group, in place, as `fully_shard` of PyTorch 2. Of every parameter each process
 * keeps the rows of its own, in the same Parameter object: an optimizer made before or after has a share of the state to match. `forward`
 * gathers the parameters, runs, and gives them back; backward gathers them again, and averages gradients over the processes, each of which
 * gets those of its rows.
 *
 * All parameters that the module holds, and that no module below was sharded with, form one unit, which is gathered as a whole: shard the
 * blocks of a model first, then the model. A unit's forward must be entered through the module's `forward`.
 *
 * Every process must hold the same values when it is called, and run the same modules in the same order.
 *
 * @returns the same module.
 * @throws FabricError `FABRIC_USAGE_FSDP` for a module that is sharded already, or has gradients; `FABRIC_CONFIG_FSDP` for bad options.
 *
 * @example
 * ```ts
 * for (const block of model.blocks) fullyShard(block);
 * fullyShard(model);
 * const optimizer = new optim.AdamW(model.parameters(), { lr: 1e-3 });
 * ```
 */
export function fullyShard<M extends Module>(module: M, options: FullyShardOptions = {}): M {
  if (!isModule(module))
    throw new FabricError(
      "FABRIC_USAGE_FSDP",
      `fullyShard: expected an nn.Module but received ${show(module)}.`,
    );
  checkOptions(options);
  installLoading();
  installZeroGrad();
  if (entries.has(module)) {
    throw new FabricError(
      "FABRIC_USAGE_FSDP",
      `fullyShard: this \`${module.constructor.name}\` was sharded already. Shard each module once, inner ones first.`,
    );
  }
  const { mpPolicy = {}, ignoredParams, reshardAfterForward } = options;
  const group = shardGroup(options.group);
  const sharded = ownParameters(module, ignoredParams).map(
    ({ parameter, name, holder }) =>
      new ShardedParameter(parameter, name, group, gatherDtype(holder, parameter, mpPolicy)),
  );
  for (const one of sharded) one.shard();
  const unit =
    sharded.length === 0
      ? null
      : new Unit({
          module,
          name: module.constructor.name,
          parameters: sharded,
          group,
          policy: mpPolicy,
          reshardAfterForward,
        });
  if (unit !== null) noteUnit(unit);
  entries.set(module, { unit, schedule: null });
  wrapForward(module);
  return module;
}

/** Whether a module was given to fullyShard. */
export function isFullySharded(module: Module): boolean {
  return entries.has(module);
}

/** The units at and below a module, each once, outer ones first. @internal */
export function unitsOf(module: Module): Unit[] {
  const found: Unit[] = [];
  walkModules(module, (path, each) => {
    const unit = entries.get(each)?.unit;
    if (unit == null) return;
    if (path !== "") unit.name = path;
    found.push(unit);
  });
  return found;
}

/**
 * Runs `forward` of a sharded module, or of what stands for it, with its own unit gathered. @internal
 */
export function runSharded(
  module: Module,
  forward: (args: readonly unknown[]) => unknown,
  args: readonly unknown[],
): unknown {
  const entry = entries.get(module);
  if (entry === undefined || entry.unit?.active === true) return forward(args);
  const outer = outermost;
  const schedule = scheduleOf(module, entry, outer);
  if (outer === null) {
    outermost = module;
    schedule.beginForward();
  }
  try {
    return entry.unit === null ? forward(args) : runUnit(entry.unit, schedule, forward, args);
  } finally {
    if (outer === null) {
      outermost = null;
      schedule.endForward();
    }
  }
}

/** The schedule of the outermost module; modules below follow it. */
function scheduleOf(module: Module, entry: Entry, outer: Module | null): Schedule {
  const root = outer === null ? entry : (entries.get(outer) as Entry);
  if (root.schedule !== null && (outer === null || root.schedule === entry.schedule))
    return root.schedule;
  if (outer === null && entry.schedule === null) adopt(module, entry);
  // A module that was added below the outermost one, or sharded, after that had run.
  else if (outer !== null && entry.schedule !== root.schedule) adopt(outer, root);
  return root.schedule as Schedule;
}

function adopt(module: Module, entry: Entry): void {
  const units = unitsOf(module);
  const gatheredBy = new Map(
    units.flatMap((unit) =>
      unit.parameters.map(({ parameter }) => [parameter as Tensor, unit.module]),
    ),
  );
  checkTied(module, (parameter) => gatheredBy.get(parameter));
  const schedule = new Schedule(units, entry.unit);
  walkModules(module, (_path, each) => {
    const found = entries.get(each);
    if (found !== undefined) found.schedule = schedule;
  });
  entry.schedule = schedule;
}

interface OwnParameter {
  readonly parameter: Parameter;
  readonly name: string;
  readonly holder: Module;
}

/** Parameters of a module that are whole yet. */
function ownParameters(
  module: Module,
  ignored: ReadonlySet<Parameter> | undefined,
): OwnParameter[] {
  const holders = new Map<Parameter, Module>();
  walkModules(module, (_path, each, members) => {
    for (const [, parameter] of members.parameters)
      if (!holders.has(parameter)) holders.set(parameter, each);
  });
  const found: OwnParameter[] = [];
  walkParameters(module, (name, parameter) => {
    if (ignored?.has(parameter) || shardedParameter(parameter) !== undefined) return;
    found.push({ parameter, name, holder: holders.get(parameter) ?? module });
  });
  return found;
}

function gatherDtype(holder: Module, parameter: Parameter, policy: MixedPrecisionPolicy) {
  const { dtype } = parameter;
  const { paramDtype, keepParamDtype } = policy;
  if (paramDtype === undefined || !parameter.isFloatingPoint()) return dtype;
  return keepParamDtype?.(holder, parameter) === true ? dtype : paramDtype;
}

/** A field of the module's own, so that hooks run with the parameters gathered, and a throw gives them back. */
function wrapForward(module: Module): void {
  const own = Object.getOwnPropertyDescriptor(module, "forward");
  const inner = (args: readonly unknown[]): unknown => {
    const forward: unknown = own === undefined ? Object.getPrototypeOf(module).forward : own.value;
    return Reflect.apply(forward as (...args: unknown[]) => unknown, module, [...args]);
  };
  Object.defineProperty(module, "forward", {
    value: (...args: unknown[]) => runSharded(module, inner, args),
    writable: true,
    configurable: true,
    enumerable: false,
  });
}
