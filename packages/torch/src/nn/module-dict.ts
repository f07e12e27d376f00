// ModuleDict: modules under names, with a place in the module tree.

import { argumentError } from "./arguments.js";
import { Module } from "./module.js";
import { isModule } from "./module-state.js";

/** Holds modules under names of any spelling without a dot, in the order they were set. It has no `forward`. */
export class ModuleDict<M extends Module = Module> extends Module {
  /** Not enumerable, so that the entries are found under their own names only. */
  declare private readonly held: Map<string, M>;

  constructor(modules: Readonly<Record<string, M>> | ReadonlyMap<string, M> = {}) {
    super();
    Object.defineProperty(this, "held", { value: new Map<string, M>() });
    for (const [name, module] of modules instanceof Map ? modules : Object.entries(modules))
      this.set(name, module);
  }

  /** How many modules there are. */
  get size(): number {
    return this.held.size;
  }

  /** Puts a module under a name. */
  set(name: string, module: M): this {
    if (typeof name !== "string" || name === "" || name.includes(".")) {
      throw argumentError("ModuleDict", "name", "a name without a dot", name);
    }
    if (!isModule(module)) throw argumentError("ModuleDict", name, "a Module", module);
    this.held.set(name, module);
    return this;
  }

  /** The module under a name. */
  get(name: string): M | undefined {
    return this.held.get(name);
  }

  /** Whether there is a module under a name. */
  has(name: string): boolean {
    return this.held.has(name);
  }

  /** Takes a module out; true if there was one. */
  delete(name: string): boolean {
    return this.held.delete(name);
  }

  /** Names in order. */
  keys(): IterableIterator<string> {
    return this.held.keys();
  }

  /** Modules in order. */
  values(): IterableIterator<M> {
    return this.held.values();
  }

  /** Names and modules in order. */
  [Symbol.iterator](): IterableIterator<[string, M]> {
    return this.held.entries();
  }

  /** Gives walks over the tree the map itself. @internal */
  moduleEntries(): Map<string, M> {
    return this.held;
  }
}
