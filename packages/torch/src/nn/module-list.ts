// ModuleList: an array of modules with a place in the module tree.

import { argumentError } from "./arguments.js";
import { Module } from "./module.js";
import { isModule } from "./module-state.js";

/**
 * Holds modules under the names `0`, `1`, ...; read them as `list[0]` or with `for ... of`. It has no `forward`.
 * A plain array in a field is found just as well: this class is for those who want to pass the list itself around.
 */
export class ModuleList<M extends Module = Module> extends Module {
  /** The modules by position. */
  [index: number]: M;

  /** How many modules there are. */
  length = 0;

  constructor(modules: Iterable<M> = []) {
    super();
    this.extend(modules);
  }

  /** Adds a module at the end. */
  append(module: M): this {
    if (!isModule(module))
      throw argumentError("ModuleList", String(this.length), "a Module", module);
    this[this.length++] = module;
    return this;
  }

  /** Adds several modules at the end. */
  extend(modules: Iterable<M>): this {
    for (const module of modules) this.append(module);
    return this;
  }

  /** Puts a module before position `index`, moving the later ones up. */
  insert(index: number, module: M): this {
    this.append(module);
    for (let i = this.length - 1; i > index; i--) this[i] = this[i - 1] as M;
    this[index] = module;
    return this;
  }

  /** The module at a position; negative counts from the end. */
  at(index: number): M | undefined {
    return this[index < 0 ? index + this.length : index];
  }

  /** The modules in order. */
  *[Symbol.iterator](): IterableIterator<M> {
    for (let i = 0; i < this.length; i++) yield this[i] as M;
  }
}
