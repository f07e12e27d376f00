// Which modules of a model become units: gathered on their own, while the others are not in memory.

import { FabricError, show } from "../../errors.js";
import { Module } from "../../nn/module.js";
import { isModule } from "../../nn/module-state.js";
import type { Parameter } from "../../nn/parameter.js";
import { fullyShard } from "./fully-shard.js";
import type { FullyShardOptions } from "./policy.js";

/**
 * Which modules become units besides the model itself.
 *
 * `"auto"`: modules with modules of their own, where they stand in a list, array or Map (the blocks of a transformer), and other modules made of several
 * below which there is no such list. A set of classes: their instances. `{ minParams }`: modules with that many parameters or more that
 * no unit below has. A function decides for each module, inner ones first.
 */
export type WrapPolicy =
  | "auto"
  | ReadonlySet<abstract new (...args: never[]) => Module>
  | { readonly minParams: number }
  | ((module: Module, name: string) => boolean);

/** The module and the names of its units, as `fullyShardByPolicy` made them. */
export interface ShardedModel<M extends Module = Module> {
  readonly module: M;
  /** Dotted names, inner ones first; the empty name is the model itself. */
  readonly units: readonly string[];
}

/**
 * Shards the modules that a policy chooses, then the model itself. A parameter that several of them hold (tied weights) goes to the innermost
 * module around all of them.
 *
 * @throws FabricError `FABRIC_CONFIG_FSDP` for what is no policy; as `fullyShard`.
 */
export function fullyShardByPolicy<M extends Module>(
  module: M,
  policy: WrapPolicy = "auto",
  options: FullyShardOptions = {},
): ShardedModel<M> {
  const chosen = choose(module, checkWrapPolicy(policy));
  const owners = ownersOf(module, new Set(chosen.map(([, each]) => each)));
  const units: string[] = [];
  for (const [name, each] of chosen) {
    const elsewhere = new Set<Parameter>(options.ignoredParams);
    let own = 0;
    for (const parameter of each.parameters()) {
      if (owners.get(parameter) === each) own++;
      else elsewhere.add(parameter);
    }
    if (own === 0 && each !== module) continue;
    const ignoredParams = each === module ? options.ignoredParams : elsewhere;
    // What leaves a block goes into the next one, in the dtype of the computation.
    const mpPolicy =
      each === module ? options.mpPolicy : { ...options.mpPolicy, outputDtype: undefined };
    fullyShard(each, { ...options, ignoredParams, mpPolicy });
    units.push(name);
  }
  return { module, units };
}

/** Names and modules, inner ones first, the model last. */
function choose(root: Module, wanted: Exclude<WrapPolicy, "auto"> | null): [string, Module][] {
  const chosen: [string, Module][] = [];
  const seen = new Set<Module>();
  if (wanted === null) {
    const inner = new Set<Module>();
    chooseBlocks(root, inner);
    for (const [name, each] of root.namedModules()) if (inner.has(each)) chosen.push([name, each]);
    chosen.reverse();
  } else {
    const descend = (module: Module, name: string): number => {
      if (seen.has(module)) return 0;
      seen.add(module);
      let left = 0;
      for (const [child, each] of module.namedChildren())
        left += descend(each, name === "" ? child : `${name}.${child}`);
      left += module
        .namedParameters({ recurse: false })
        .reduce((sum, [, parameter]) => sum + parameter.numel(), 0);
      if (module === root || !wants(wanted, module, name, left)) return left;
      chosen.push([name, module]);
      return 0;
    };
    descend(root, "");
  }
  chosen.push(["", root]);
  return chosen;
}

function wants(
  wanted: Exclude<WrapPolicy, "auto">,
  module: Module,
  name: string,
  parameters: number,
): boolean {
  if (typeof wanted === "function") return wanted(module, name);
  if ("minParams" in wanted) return parameters >= wanted.minParams;
  return [...wanted].some((each) => module instanceof each);
}

/** Blocks in lists below `module`; without any, those of its children that are made of several modules. @returns whether there were some. */
function chooseBlocks(module: Module, into: Set<Module>): boolean {
  let any = false;
  for (const [name, child] of module.namedChildren()) {
    const isComposite = child.children().length > 0 && child.parameters().length > 0;
    if (!isComposite) continue;
    const inList = name.includes(".") || isList(module);
    const hasBlocks = (!inList || isList(child)) && chooseBlocks(child, into);
    if (!hasBlocks && !isList(child)) into.add(child);
    any ||= hasBlocks || into.has(child);
  }
  return any;
}

/** ModuleList and ModuleDict have no forward of their own that would gather. */
function isList(module: Module): boolean {
  return module.forward === Module.prototype.forward;
}

/** By parameter: the innermost chosen module that is around every place where it stands. */
function ownersOf(root: Module, chosen: ReadonlySet<Module>): Map<Parameter, Module> {
  const around = new Map<Parameter, readonly Module[]>();
  const visit = (module: Module, outer: readonly Module[], above: ReadonlySet<Module>): void => {
    if (above.has(module)) return;
    const inside = chosen.has(module) ? [...outer, module] : outer;
    for (const [, parameter] of module.namedParameters({ recurse: false })) {
      const before = around.get(parameter);
      around.set(
        parameter,
        before === undefined ? inside : before.filter((m) => inside.includes(m)),
      );
    }
    for (const child of module.children()) visit(child, inside, new Set([...above, module]));
  };
  visit(root, [], new Set());
  // Parameters in arrays are no fields; they go with the model.
  return new Map([...around].map(([parameter, modules]) => [parameter, modules.at(-1) ?? root]));
}

/** @returns null for "auto". @throws FabricError `FABRIC_CONFIG_FSDP` for what is no policy. @internal */
export function checkWrapPolicy(policy: unknown): Exclude<WrapPolicy, "auto"> | null {
  if (policy === "auto") return null;
  if (typeof policy === "function" && !isModule(policy)) return policy as () => boolean;
  if (policy instanceof Set && [...policy].every((each) => typeof each === "function"))
    return policy as ReadonlySet<new () => Module>;
  if (typeof policy === "object" && policy !== null && "minParams" in policy) {
    const { minParams } = policy as { minParams: unknown };
    if (typeof minParams === "number" && minParams > 0) return { minParams };
  }
  throw new FabricError(
    "FABRIC_CONFIG_FSDP",
    `Expected "auto", a Set of module classes, { minParams } or a function as the wrap policy but received ${show(policy)}.`,
  );
}
